import type { Failure, FailureCode } from '../../../machines/index.ts';
import type { Messages } from '../../lib/messages.ts';

/**
 * An error that `TmdbAuthError.is` accepts, without the class, which brings all messages into the bundle. Code
 * `disposed`, or `network` if a chunk could not be loaded. Uses the app's own message if there is one.
 */
export function loadError(isDisposed: boolean, messages: Messages): Error & { failure: Failure } {
  const code: FailureCode = isDisposed ? 'disposed' : 'network';
  const message = isDisposed ? 'Disposed. Make a new one.' : 'Loading failed. Reload.';
  const failure = { code, message, retryable: !isDisposed };
  try {
    const own = messages[code] as string | ((failure: Failure) => string);
    failure.message = (typeof own === 'string' ? own : own(failure)).slice() || message;
  } catch {
    // No usable message of the app: keep the English one.
  }
  return Object.assign(new Error(failure.message), {
    ...failure,
    failure,
    name: 'TmdbAuthError',
    [Symbol.for('tmdb-auth.error')]: true,
    toJSON: () => failure,
  });
}
