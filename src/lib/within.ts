import { TmdbAuthError } from '../errors.ts';
import { onAbort } from './abort.ts';
import type { WallClock } from './clock.ts';

/**
 * Runs `work` for at most `ms` by that clock. Rejects with `timeout`, or with `cancelled` when `outer` is aborted,
 * and aborts the signal that `work` got.
 */
export function within<T>(
  clock: WallClock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  if (outer?.aborted) return Promise.reject(new TmdbAuthError('cancelled'));
  const end = new AbortController();
  return new Promise<T>((resolve, reject) => {
    /** Also while `work` continues, if it ignores its signal. */
    const finish = () => {
      clock.clearTimeout(timer);
      ignore?.();
    };
    const stop = (code: 'timeout' | 'cancelled') => {
      finish();
      reject(new TmdbAuthError(code));
      end.abort();
    };
    const timer = clock.setTimeout(() => stop('timeout'), ms);
    const ignore = outer && onAbort(outer, () => stop('cancelled'));
    work(end.signal).then(resolve, reject).finally(finish);
  });
}
