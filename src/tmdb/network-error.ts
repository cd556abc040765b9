import { TmdbAuthError } from '../errors.ts';

/**
 * The failure of a request that brought no answer. A `fetch` may explain itself by a `network` error of this package;
 * any other error ends here, as it may name the URL with its query.
 */
export function networkError(thrown: unknown): TmdbAuthError {
  if (TmdbAuthError.is(thrown) && thrown.code === 'network') return thrown;
  // Browsers tell nothing else.
  const isOffline = globalThis.navigator?.onLine === false;
  return new TmdbAuthError('network', isOffline ? { message: 'This device is offline.' } : {});
}
