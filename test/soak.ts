/**
 * Random sequences through the whole client, over HTTP, for as long as it is told:
 * `npm run test:soak -- --minutes 5`, or `--sequences 20000`; `--seed` repeats a run.
 */
import { parseArgs } from 'node:util';
import { anySeed, playMany } from './properties/run.ts';
import { figures } from './support/figures.ts';

const ROUND = 400;
const USAGE = 'npm run test:soak -- --minutes 5, or --sequences 20000; --seed 7 begins with that seed.';

const number = { type: 'string' } as const;
const { minutes, sequences, seed } = told();
const startedAt = Date.now();
const isOver = (played: number) =>
  sequences !== undefined ? played >= sequences : Date.now() - startedAt > (minutes ?? 5) * 60_000;

let played = 0;
for (let from = seed ?? anySeed(); !isOver(played); from += ROUND) {
  const count = Math.min(ROUND, (sequences ?? Infinity) - played);
  console.log(`${played} played; the next ${count} with --seed ${from} …`);
  await playMany(count, from);
  played += count;
}
const seconds = Math.round((Date.now() - startedAt) / 1_000);
console.log(`${played} sequences in ${seconds} s, none failed.`);
figures('soak', { sequences: played, seconds, failed: 0 });

function told(): { minutes?: number; sequences?: number; seed?: number } {
  try {
    const { values } = parseArgs({ options: { minutes: number, sequences: number, seed: number } });
    const read = Object.entries(values).map(([name, text]) => [name, Number(text)] as const);
    if (read.some(([, value]) => !(value > 0))) throw new TypeError('Every option is a number above 0.');
    return Object.fromEntries(read);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: ${USAGE}`);
    process.exit(2);
  }
}
