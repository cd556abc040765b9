import { setTimeout as realPause } from 'node:timers/promises';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import type { TestClock } from './clock.ts';
import { isComputing } from './computing.ts';

/** After this many turns of Node’s loop without a request to TMDB, a client waits for time, not for an answer. */
const IDLE = 5;

/**
 * Lets a real moment and some simulated time pass: almost none while TMDB is about to answer or a key is computed, so
 * that no timeout can come before them on a busy machine, and `leap` ms when only time can go on. Call `await tick()`
 * again and again.
 */
export function runTime({ requests }: Sandbox, clock: TestClock, leap = 400): () => Promise<void> {
  let asked = requests.length;
  let idle = 0;
  return async () => {
    await realPause(1);
    const isBusy = isComputing() || requests.some(({ open, held }) => open && !held);
    idle = isBusy || requests.length !== asked ? 0 : idle + 1;
    asked = requests.length;
    clock.advance(isBusy ? 1 : idle > IDLE ? leap : 20);
  };
}
