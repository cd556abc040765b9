import { playLives, tell } from './machine/lives.ts';
import { figures } from './support/figures.ts';
import { isCount, optionsOf } from './support/options.ts';

/** So many random lives of 50 events through the pure machine. */
const { count, seed, from } = optionsOf(
  'npm run test:lives -- [--count 1000000] [--seed 7] [--from 0]',
  {
    count: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    from: { type: 'string', default: '0' },
  },
  ({ count, seed, from }) =>
    !(isCount(count) && Number.isInteger(Number(seed)) && Number.isInteger(Number(from))) &&
    'Every option is a whole number.',
);
console.log(`Playing ${count} lives with seed ${seed} …`);
const { breach, rows } = playLives(Number(count), Number(seed), Number(from));
if (breach) throw new Error(tell(breach));
figures('lives', { ...rows, seconds: rows.seconds.toFixed(1) });
console.log('None broke a rule.', rows);
