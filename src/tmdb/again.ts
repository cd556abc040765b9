import { partsOf } from '../lib/address.ts';
import { isChange, readPath } from './paths.ts';

const IS_CLOSED = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

/** A keep-alive connection that the other side had just closed (nodejs/undici#3492). */
const isDeadSocket = (error: unknown) => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return IS_CLOSED.test(String(cause?.code ?? code));
};

/**
 * A `fetch` that repeats a request once if its kept connection was closed. Only requests that change nothing at TMDB:
 * the first one may have arrived.
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
