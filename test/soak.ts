import { playMany } from './properties/run.ts';

/** `npm run test:soak -- 20000 [seed]`: that many random sequences through the whole facade, over HTTP. */
const [count = '10000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2);
const startedAt = performance.now();
if (!(Number(count) > 0)) throw new TypeError('Give a number of sequences: npm run test:soak -- 20000');
console.log(`Playing ${count} sequences with seed ${seed} …`);
await playMany(Number(count), Number(seed));
const seconds = (performance.now() - startedAt) / 1_000;
console.log(`${count} sequences, none failed; ${(Number(count) / seconds).toFixed(0)} a second.`);
