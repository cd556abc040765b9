import { TmdbAuthError } from '../errors.ts';
import { onAbort } from '../lib/abort.ts';
import type { WallClock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** Like `within`, but an abort reports a cancelled request: no sign-in was cancelled. */
export async function bounded<T>(
  clock: WallClock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  try {
    return await within(clock, ms, work, outer);
  } catch (error) {
    throw outer?.aborted ? aborted() : error;
  }
}

/** Settles like the work, but rejects as soon as the signal is aborted. */
export function unlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return work;
  return new Promise<T>((resolve, reject) => {
    const ignore = onAbort(signal, () => reject(aborted()));
    if (signal.aborted) reject(aborted());
    work.then(resolve, reject).finally(ignore);
  });
}

const aborted = () => new TmdbAuthError('cancelled', { message: 'The request was cancelled.' });
