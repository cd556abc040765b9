import type { Failure } from '../../../machines/index.ts';

/** What `TmdbAuthError.is` takes for a `TmdbAuthError`: the class comes with every text there is. */
export function notHere(code: 'network' | 'disposed', message: string): Error & { failure: Failure } {
  const failure: Failure = { code, message, retryable: code === 'network' };
  const mark = { name: 'TmdbAuthError', [Symbol.for('tmdb-auth.error')]: true };
  return Object.assign(new Error(message), mark, failure, { failure, toJSON: () => failure });
}
