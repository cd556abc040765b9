import type { Failure, FailureCode } from '../../../machines/index.ts';
import type { Messages } from '../../lib/in-words.ts';

/**
 * What `TmdbAuthError.is` takes for a `TmdbAuthError`: the class comes with every text there is. `disposed`, or `network`
 * where a part could not be loaded. The app's own text counts, if it has one.
 */
export function loadError(isDisposed: boolean, messages: Messages): Error & { failure: Failure } {
  const code: FailureCode = isDisposed ? 'disposed' : 'network';
  const message = isDisposed ? 'Disposed. Make a new one.' : 'Loading failed. Reload.';
  const failure = { code, message, retryable: !isDisposed };
  try {
    const own = messages[code] as string | ((failure: Failure) => string);
    failure.message = (typeof own === 'string' ? own : own(failure)).slice() || message;
  } catch {
    // There is no text, or it is none: the English stays.
  }
  return Object.assign(new Error(failure.message), {
    ...failure,
    failure,
    name: 'TmdbAuthError',
    [Symbol.for('tmdb-auth.error')]: true,
    toJSON: () => failure,
  });
}
