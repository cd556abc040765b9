/**
 * Random sequences through the whole client, over HTTP, for as long as it is told:
 * `npm run test:soak -- --minutes 5`, or `--sequences 20000`; `--seed` repeats a run.
 */
import { anySeed, playMany } from './properties/run.ts';
import { figures } from './support/figures.ts';
import { isCount, optionsOf } from './support/options.ts';

const ROUND = 400;
const values = optionsOf(
  'npm run test:soak -- --minutes 5, or --sequences 20000; --seed 7 begins with that seed.',
  { minutes: { type: 'string' }, sequences: { type: 'string' }, seed: { type: 'string' } },
  (told) => !Object.values(told).every(isCount) && 'Every option is a whole number above 0.',
);
const {
  minutes = 5,
  sequences,
  seed,
} = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)])) as {
  minutes?: number;
  sequences?: number;
  seed?: number;
};
const startedAt = Date.now();
const isOver = (played: number) =>
  sequences !== undefined ? played >= sequences : Date.now() - startedAt > minutes * 60_000;

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
