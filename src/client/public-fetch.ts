import { partsOf } from '../lib/address.ts';
import { isHandedOver } from '../lib/host-fetch.ts';
import { TMDB } from '../lib/real-tmdb.ts';
import { replaced } from '../lib/replaced.ts';
import type { AskTmdb } from '../tmdb/auth-fetch.ts';

interface PublicFetchDependencies {
  /** TMDB's address for this client. */
  baseURL: string;
  fetch: typeof globalThis.fetch;
  /** The global `fetch` when the client was made: an app may replace it with the client's own. */
  host?: typeof globalThis.fetch;
  /** Sends requests to TMDB. May have to be loaded first. */
  asking(): AskTmdb | Promise<AskTmdb>;
  /** Names the user or guest of a request; empty without one. */
  who(): string;
}

/**
 * The `fetch` of a client: with TMDB's credentials, for TMDB alone. TMDB is `baseURL`, and also its public address,
 * the only one that many typed clients know: requests to it go to `baseURL`. A bare path (`/3/movie/550`) is one of
 * TMDB's. Every other address is fetched as it is.
 */
export function createPublicFetch({
  baseURL,
  fetch,
  host = globalThis.fetch,
  asking,
  who,
}: PublicFetchDependencies): typeof globalThis.fetch {
  return async (input, init) => {
    if (isHandedOver(init)) return host(input, init);
    const target = absolute(input, baseURL);
    const parts = partsOf(target instanceof Request ? target.url : String(target));
    // Checked before anything is loaded or read: bundlers load code by `fetch`, and a body can be read only once.
    if (parts.origin !== baseURL && parts.origin !== TMDB.baseURL) return fetch(input, init);
    const ask = asking();
    if (typeof ask === 'function') return ask(target, parts, init);
    const before = who();
    // The app may use its object for other requests, too.
    const given = init && { ...init };
    const loaded = await ask;
    if (before && before !== who()) throw replaced();
    return loaded(target, parts, given);
  };
}

/** A leading slash means a path of TMDB's, even where a URL would read another host (`//3/account`). */
const absolute = (input: RequestInfo | URL, baseURL: string) =>
  typeof input === 'string' && input.startsWith('/') ? baseURL + input : input;
