import { authDelays, LONGEST_RETRY_AFTER, MAX_TRIES } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { throwIfAborted } from '../lib/abort.ts';
import { pause, type WallClock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** TMDB allows about 40 requests a second; this leaves room for the app's own, in ms. */
const BETWEEN_REQUESTS = 33;

/** Requests under way at a time: 30 a second while an answer takes a quarter of one. Node warns of more than 10 listeners. */
const LANES = 8;

/** TMDB asks for a longer wait than anybody sits through. */
export const waitsTooLong = ({ failure }: TmdbAuthError) => (failure.retryAfter ?? 0) > LONGEST_RETRY_AFTER;

export type Asking = ReturnType<typeof createAsking>;

/** Many requests that overlap, each repeated where that may help, and together no more often than TMDB allows. */
export function createAsking(clock: WallClock, timeout: number, signal: AbortSignal) {
  let turns = Promise.resolve();
  let heldUntil = 0;

  /** One request after the other, and none while TMDB wants none. */
  const turn = () => {
    turns = turns.then(async () => {
      while (heldUntil > 0 && !signal.aborted) {
        const until = heldUntil;
        // A clock may be set back: no wait is longer than TMDB may ask for.
        await pause(clock, Math.min(Math.max(0, until - clock.now()), LONGEST_RETRY_AFTER), signal);
        if (heldUntil === until) heldUntil = 0;
      }
      await pause(clock, BETWEEN_REQUESTS, signal);
    });
    return turns;
  };

  /**
   * Rejects with the last failure, at once where TMDB asks for too long a wait. `done` is asked before a repetition: an
   * answer may have been lost, and what it stands for is not to be done twice; and the user may have rated meanwhile.
   */
  const ask = async <T>(
    work: (end: AbortSignal) => Promise<T>,
    done = async (): Promise<T | null> => null,
  ): Promise<T> => {
    for (let tries = 1; ; tries += 1) {
      await turn();
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

  /** Works on some items at a time, begun in order. After a rejection none is begun; those under way come to their end. */
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
