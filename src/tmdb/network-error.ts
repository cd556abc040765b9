import { NETWORK } from '../../machines/auth.requests.ts';
import { isThrownFailure, ThrownFailure } from '../lib/thrown-failure.ts';

/**
 * The failure of a request without an answer. A `fetch` may explain itself by a `network` error of this package; any
 * other error is dropped, as it may name the URL with its query.
 */
export function networkError(thrown: unknown): ThrownFailure {
  if (isThrownFailure(thrown) && thrown.code === 'network') return thrown;
  // Browsers tell no other detail.
  const isOffline = globalThis.navigator?.onLine === false;
  return new ThrownFailure(isOffline ? { ...NETWORK, message: 'This device is offline.' } : NETWORK);
}
