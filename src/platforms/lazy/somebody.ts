import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';

/** Those of `createBrowserAuth`. */
export type LazyOptions = CreateBrowserAuthOptions | ThroughServerOptions;

/** A name in the query as TMDB, or we for v4, append it; in percent it may be one of them. */
const MAY_BE_RETURN = /[?&]([^=&]*%|request_t|tmdb_a)/;

/**
 * Tells whether there may be anything for an engine to go on with: a return from TMDB, or a record. What cannot be
 * found out here is a yes: the engine knows, and says what is wrong.
 */
export function lookForSomebody(options: LazyOptions, tell: (isThere: boolean) => void): void {
  if (MAY_BE_RETURN.test(location.search)) tell(true);
  else if (options.server === undefined) tell(isStored(options));
  else isKnownAt(options.server, options.fetch).then(tell);
}

function isStored({ storage = 'local', storageKey }: CreateBrowserAuthOptions): boolean {
  if (storage === 'memory') return false;
  // Without a name of its own the record is called `tmdb-auth`, or that with a host.
  const isOurs = (key: string) => (storageKey ? key === storageKey : key.startsWith('tmdb-auth'));
  try {
    // Throws where storage is blocked, and where it is a port: there is no such thing in a window.
    return Object.keys(window[`${storage as 'local'}Storage`]).some(isOurs);
  } catch {
    return true;
  }
}

async function isKnownAt(server: string, fetch = globalThis.fetch): Promise<boolean> {
  try {
    const headers = { accept: 'application/json' };
    const response = await fetch(`${server.replace(/\/+$/, '')}/session`, { headers, cache: 'no-store' });
    return Object.values((await response.json()).facts).some(Boolean);
  } catch {
    return true;
  }
}
