import { LONGEST_RETRY_AFTER } from '../../machines/auth.delays.ts';
import { pause, type WallClock } from '../lib/clock.ts';

/** TMDB allows about 40 requests a second: so many at once, then one every so many ms, which leaves room for others. */
const AT_ONCE = 8;
const BETWEEN = 40;

/**
 * Spaces the requests of one client: a page of a hundred posters may ask for as many states at once. All of them wait
 * where TMDB has asked one to.
 */
export function createPace(clock: () => WallClock) {
  let tail: Promise<void> = Promise.resolve();
  /** When the next request may go, epoch ms, if there were none to save up. */
  let due = 0;
  let heldUntil = 0;

  const wait = async (signal: AbortSignal): Promise<void> => {
    const now = clock().now();
    const ms = Math.max(due - AT_ONCE * BETWEEN, heldUntil) - now;
    // A clock that was set back is no reason to wait for the difference.
    if (ms > 0 && ms <= LONGEST_RETRY_AFTER) await pause(clock(), ms, signal);
    due = Math.max(due, clock().now()) + BETWEEN;
  };

  return {
    /** Resolves when the next request may go, or at once when the signal is aborted. */
    turn(signal: AbortSignal): Promise<void> {
      tail = tail.then(() => (signal.aborted ? undefined : wait(signal)));
      return tail;
    },
    /** TMDB wants no request for so many ms. */
    hold(ms: number): void {
      heldUntil = clock().now() + ms;
    },
  };
}
