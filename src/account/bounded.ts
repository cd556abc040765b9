import { TmdbAuthError } from '../errors.ts';
import type { WallClock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** The same as `within`; an abort is told as one of this call, as no sign-in was cancelled. */
export async function bounded<T>(
  clock: WallClock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  try {
    return await within(clock, ms, work, outer);
  } catch (error) {
    throw outer?.aborted ? new TmdbAuthError('cancelled', ABORTED) : error;
  }
}

const ABORTED = { message: 'The request was cancelled.' };
