import { playLives, tell } from './machine/lives.ts';
import { figures } from './support/figures.ts';

/** `npm run test:lives -- [count] [seed] [from]`: that many random lives of 50 events through the pure machine. */
const [count = '1000000', seed = String(Date.now() % 2 ** 31), from = '0'] = process.argv.slice(2);
if (!(Number(count) > 0)) throw new TypeError('Give a number of lives: npm run test:lives -- 1000000');
console.log(`Playing ${count} lives with seed ${seed} …`);
const { breach, rows } = playLives(Number(count), Number(seed), Number(from));
if (breach) throw new Error(tell(breach));
figures('lives', { ...rows, seconds: rows.seconds.toFixed(1) });
console.log('None broke a rule.', rows);
