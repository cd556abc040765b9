import { setTimeout as realPause } from 'node:timers/promises';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import type { TestClock } from './clock.ts';
import { isComputing } from './computing.ts';

/** So many turns of Node's loop without a request to TMDB, and a client waits for a time, not for an answer. */
const IDLE = 5;

/**
 * A real moment, and the simulated time that passes in it: next to none while TMDB is about to answer or a key is
 * computed, so that no patience ends before that could come, however busy this machine is; much (`leap`, in ms) while
 * nothing but time can go on. `await tick()`, again and again.
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
