import { partsOf } from '../lib/address.ts';
import { isChange, readPath } from './paths.ts';

const IS_CLOSED = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

/** A keep-alive connection that the other side had closed just then (nodejs/undici#3492). */
const isDeadSocket = (error: unknown) => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return IS_CLOSED.test(String(cause?.code ?? code));
};

/**
 * `fetch` that asks once more where a kept connection turns out to be closed: only what changes nothing at TMDB,
 * as a request may have arrived all the same.
 */
export function repeating(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    try {
      return await fetch(input, init);
    } catch (error) {
      const { method, url } = new Request(input, init);
      const path = readPath(partsOf(url).path);
      if (path === null || isChange(method, path) || !isDeadSocket(error)) throw error;
      return fetch(input, init);
    }
  };
}
