import { expect, test } from 'vitest';
import { againFlow, browserFlow, deviceFlow, type Flow, pageFlow } from './kill.flows.ts';
import { dieAt } from './kill.simulated.ts';

test.each<[string, Flow]>([
  ['browser', browserFlow],
  ['page', pageFlow],
  ['device', deviceFlow],
  ['again', againFlow],
])(
  '%s',
  async (name, flow) => {
    const lines: string[] = [];
    for (let moment = 1; moment < 400; moment += 1) {
      let line: string;
      try {
        const { died, told, sessions, left } = await dieAt(flow, moment);
        if (died === null) break;
        line = `${moment} ${died} | told ${told.join(' / ')} | ${sessions.all} ${sessions.known} | ${left.filter((k) => /^(tmdb|Grant|account)/.test(k)).join(',')}`;
      } catch (error) {
        line = `${moment} THROWN ${(error as Error).message} <- ${((error as Error).cause as Error).message}`;
      }
      lines.push(line);
    }
    console.log(`${name}\n${lines.join('\n')}`);
    expect(lines.length).toBeGreaterThan(1);
  },
  100_000,
);
