import { LONGEST_RETRY_AFTER } from '../../machines/auth.delays.ts';
import { TmdbAuthError } from '../errors.ts';
import { pause, type WallClock } from '../lib/clock.ts';

/**
 * TMDB allows about 40 requests a second: this many at once, then one every `BETWEEN` ms, which leaves room for
 * others.
 */
const AT_ONCE = 8;
const BETWEEN = 40;

/**
 * Spaces the requests of one client: a page of a hundred posters may ask for as many states at once. If TMDB asks one
 * of them to wait, all of them wait; if it asks for longer than a request waits, all are refused.
 */
export function createPace(clock: () => WallClock) {
  let tail: Promise<void> = Promise.resolve();
  /** When the next request is due, epoch ms, if none could be sent ahead. */
  let due = 0;
  let heldUntil = 0;

  const wait = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    const now = clock().now();
    const held = heldUntil - now;
    // A clock that was set back is no reason to wait for the difference.
    if (held > LONGEST_RETRY_AFTER && held <= LONGEST_HOLD)
      throw new TmdbAuthError('rate_limited', { retryAfter: held });
    const ms = Math.max(due - AT_ONCE * BETWEEN - now, held);
    if (ms > 0 && ms <= LONGEST_RETRY_AFTER) await pause(clock(), ms, signal);
    due = Math.max(due, clock().now()) + BETWEEN;
  };

  return {
    /** Resolves when the next request may go, or when the signal is aborted. Rejects with `rate_limited`. */
    next(signal: AbortSignal): Promise<void> {
      const done = tail.then(() => wait(signal));
      tail = done.catch(() => {});
      return done;
    },
    /** TMDB wants no request for so many ms. */
    hold(ms: number): void {
      heldUntil = clock().now() + Math.min(ms, LONGEST_HOLD);
    },
  };
}

/** The longest believable wait, in ms. TMDB counts requests by the second: a longer one is a mistake of a proxy. */
const LONGEST_HOLD = 10 * 60_000;
