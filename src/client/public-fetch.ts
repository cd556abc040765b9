import { partsOf } from '../lib/address.ts';
import { isHandedOver } from '../lib/host-fetch.ts';
import { TMDB } from '../lib/real-tmdb.ts';
import { replaced } from '../lib/replaced.ts';
import type { AskTmdb } from '../tmdb/auth-fetch.ts';

interface PublicFetchDependencies {
  /** Where TMDB is for this client. */
  baseURL: string;
  fetch: typeof globalThis.fetch;
  /** The global `fetch` when the client was made: an app may put the client's own in its place. */
  host?: typeof globalThis.fetch;
  /** What sends requests to TMDB. It may have to be loaded first. */
  asking(): AskTmdb | Promise<AskTmdb>;
  /** Names the user or guest whom a request concerns; empty without one. */
  who(): string;
}

/**
 * The `fetch` of a client: with TMDB's credentials, for TMDB alone. TMDB is `baseURL`, and also its public address, the
 * only one that many typed clients know: what they ask of it is asked of `baseURL`. A path alone (`/3/movie/550`) is one
 * of TMDB's. Every other address is fetched as it is.
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
    // Before anything is loaded or read: bundlers load by `fetch`, and a body can be read once only.
    if (parts.origin !== baseURL && parts.origin !== TMDB.baseURL) return fetch(input, init);
    const ask = asking();
    if (typeof ask === 'function') return ask(target, parts, init);
    const before = who();
    // The app may use the object it gave for other requests, too.
    const given = init && { ...init };
    const loaded = await ask;
    if (before && before !== who()) throw replaced();
    return loaded(target, parts, given);
  };
}

/** Begins with a slash: a path of TMDB's, also where a URL would read another host (`//3/account`). */
const absolute = (input: RequestInfo | URL, baseURL: string) =>
  typeof input === 'string' && input.startsWith('/') ? baseURL + input : input;
