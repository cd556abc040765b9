import { figures } from '../support/figures.ts';
import { isCount, optionsOf } from '../support/options.ts';
import { type Played, play, shares } from './play.ts';
import { TABLE } from './table.ts';
import { watch } from './watchdog.ts';

const among = (only = '') => TABLE.filter(({ name }) => name.includes(only));
const values = optionsOf(
  'npm run proof fuzz -- [--inputs 1000000] [--seed 1] [--only "record: a stored text"] [--path 12:3]',
  {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string', default: '' },
    path: { type: 'string' },
  },
  ({ inputs, seed, only }) =>
    (!isCount(inputs) && '--inputs is a whole number above 0.') ||
    (!Number.isInteger(Number(seed)) && '--seed is a whole number.') ||
    (among(only).length === 0 &&
      `--only is part of one of these names:\n${TABLE.map(({ name }) => `  ${name}`).join('\n')}`),
);
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const parsers = among(values.only);

const dog = watch();
const all: Played[] = [];
console.log(`${inputs} inputs for ${parsers.length} parsers, seed ${seed}`);
for (const [index, parser] of parsers.entries()) {
  const share = shares(parsers, inputs)[index] ?? 1;
  const played = await play(parser, share, { seed, path: values.path, beat: dog.beat });
  all.push(played);
  console.log(
    `${String(played.inputs).padStart(9)}  ${played.seconds.toFixed(1).padStart(6)} s  ${played.name}`,
  );
  if (!played.failure) continue;
  const { input, reason, path } = played.failure;
  console.log(`\nFails with: ${input}\n${reason}\n`);
  console.log(
    `Again: npm run proof fuzz -- --only ${JSON.stringify(played.name)} --inputs ${share} --seed ${seed} --path ${path}\n`,
  );
  process.exitCode = 1;
}
const sum = all.reduce((total, played) => total + played.inputs, 0);
const seconds = all.reduce((total, played) => total + played.seconds, 0);
const failed = all.filter(({ failure }) => failure).length;
console.log(`${sum} inputs in ${seconds.toFixed(0)} s, seed ${seed}; parsers that failed: ${failed}`);
if (values.only === '') {
  figures('fuzz', {
    Parsers: all.length,
    Inputs: sum,
    'Parsers that threw, hung, leaked a secret or broke a rule': failed,
    Seconds: Math.round(seconds),
    Seed: seed,
  });
}
// The fuzz run ignores leftovers of an input (a socket, a timer); `npm run proof leaks` looks for them.
process.exit();
