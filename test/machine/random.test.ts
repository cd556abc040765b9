import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialTransition, transition } from 'xstate';
import { figures } from '../support/figures.ts';
import { LIFE_RULES } from './life-rules.ts';
import { LENGTH, playLives, tell } from './lives.ts';
import { eventsAt, keyOf, machine, own, say, start, step } from './world.ts';

/** Set by `npm run proof random`. */
const {
  PROOF_COUNT: COUNT = '60000',
  PROOF_SEED: SEED = `${Date.now() % 2 ** 31}`,
  PROOF_FIRST: FIRST = '0',
} = process.env;
const LIVES = Number(COUNT);

describe(`in ${LIVES} random lives of ${LENGTH} events each`, () => {
  test(
    `every state and every change keeps the invariants of the walk and the rules of a whole life: ${LIFE_RULES.join('; ')}`,
    () => {
      const { breach, rows } = playLives(LIVES, Number(SEED), Number(FIRST));
      console.log(`played ${rows.events} events through ${rows.states} states with seed ${SEED}`);
      if (breach) expect.fail(tell(breach));
      figures('lives', { ...rows, seconds: rows.seconds.toFixed(1) });
      if (LIVES >= 60_000) expect(rows.states).toBeGreaterThan(2_500);
    },
    180_000 + LIVES,
  );
});

test('remembered steps lead where XState’s own transition() leads, throughout a random life', () => {
  const choices = fc.array(fc.tuple(fc.boolean(), fc.nat(10_000)), { minLength: 1, maxLength: LENGTH });
  fc.assert(
    fc.property(choices, (picks) => {
      const told: string[] = [];
      let [asXState] = initialTransition(machine, { apiVersion: 3 });
      let asWeDo = start;
      for (const [isOwn, pick] of picks) {
        const pool = isOwn && own(asWeDo).length > 0 ? own(asWeDo) : eventsAt(asWeDo);
        const event = pool[pick % pool.length] as (typeof pool)[number];
        told.push(say(event));
        [asXState] = transition(machine, asXState, event as never);
        asWeDo = step(asWeDo, event);
        if (keyOf(asXState) !== keyOf(asWeDo)) expect.fail(`they part after ${told.join(', ')}`);
      }
    }),
    { numRuns: 400 },
  );
}, 60_000);
