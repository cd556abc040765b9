import { authDelays, LONGEST_RETRY_AFTER, MAX_TRIES } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pause, type WallClock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** Spacing of requests, in ms. TMDB allows about 40 a second; the rest is for the app. */
const BETWEEN_REQUESTS = 33;

/** Requests at a time: 30 a second if each takes a quarter of a second. Node warns of more than 10 listeners. */
const LANES = 8;

/** A longer wait than a user would sit through. */
export const waitsTooLong = ({ failure }: TmdbAuthError) => (failure.retryAfter ?? 0) > LONGEST_RETRY_AFTER;

export type Asking = ReturnType<typeof createAsking>;

/** Concurrent requests, each repeated where that may help, and together within TMDB's rate limit. */
export function createAsking(clock: WallClock, timeout: number, signal: AbortSignal) {
  let slots = Promise.resolve();
  let heldUntil = 0;

  /** Spaces the requests, and holds all of them while TMDB wants none. */
  const nextSlot = () => {
    slots = slots.then(async () => {
      while (heldUntil > 0 && !signal.aborted) {
        const until = heldUntil;
        // The clock may be set back: no wait is longer than TMDB may ask for.
        await pause(clock, Math.min(Math.max(0, until - clock.now()), LONGEST_RETRY_AFTER), signal);
        if (heldUntil === until) heldUntil = 0;
      }
      await pause(clock, BETWEEN_REQUESTS, signal);
    });
    return slots;
  };

  /**
   * Rejects with the last failure, at once where TMDB asks for too long a wait. Calls `done` before a repetition: the
   * lost answer may have been a success, which must not be repeated, and the user may have rated meanwhile.
   */
  const ask = async <T>(
    work: (end: AbortSignal) => Promise<T>,
    done = async (): Promise<T | null> => null,
  ): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      await nextSlot();
      throwIfAborted(signal);
      try {
        return await within(clock, timeout, work, signal);
      } catch (error) {
        throwIfAborted(signal);
        if (!TmdbAuthError.is(error) || !error.retryable || tries === MAX_TRIES || waitsTooLong(error))
          throw error;
        const wait = authDelays.backoff({
          context: { tries, retryAfter: error.failure.retryAfter ?? null },
        });
        // TMDB counts all requests, so all of them wait.
        if (error.code === 'rate_limited') heldUntil = Math.max(heldUntil, clock.now() + wait);
        else await pause(clock, wait, signal);
        const result = await done();
        if (result !== null) return result;
      }
    }
  };

  /** Works on several items at a time, begun in order. After a rejection no more are begun; running ones finish. */
  const overlapping = async <Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>) => {
    const queue = items[Symbol.iterator]();
    let failed: { error: unknown } | undefined;
    const lane = async () => {
      for (let next = queue.next(); !failed && !next.done; next = queue.next()) {
        await work(next.value).catch((error: unknown) => {
          failed ??= { error };
        });
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    if (failed) throw failed.error;
  };

  return {
    ask,
    overlapping,
    /** Rejects when aborted. */
    async wait(ms: number) {
      if (ms > 0) await pause(clock, ms, signal);
      throwIfAborted(signal);
    },
  };
}
