import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../platforms/browser/index.ts';

export type LazyOptions = CreateBrowserAuthOptions | ThroughServerOptions;

/** A name in the query as TMDB, or we for v4, append it; in percent it may be one of them. */
const MAY_BE_RETURN = /[?&]([^=&]*%|request_t|tmdb_a)/;

/**
 * Whether there may be anything for an engine to go on with: a return from TMDB, or a record. What cannot be found out
 * here is a yes: the engine knows, and says what is wrong.
 */
export function maySomebodyBeHere(options: LazyOptions): boolean | Promise<boolean> {
  if (MAY_BE_RETURN.test(location.search)) return true;
  return options.server === undefined ? isStored(options) : isKnownAt(options.server, options.fetch);
}

function isStored({ storage = 'local', storageKey }: CreateBrowserAuthOptions): boolean {
  if (storage === 'memory') return false;
  try {
    // Without a name of its own the record is called `tmdb-auth`, or that with a host.
    const isOurs = (key: string) => (storageKey ? key === storageKey : key.startsWith('tmdb-auth'));
    return typeof storage !== 'string' || Object.keys(window[`${storage}Storage`]).some(isOurs);
  } catch {
    return true;
  }
}

async function isKnownAt(server: string, fetch = globalThis.fetch): Promise<boolean> {
  try {
    const headers = { accept: 'application/json' };
    const response = await fetch(`${server.replace(/\/+$/, '')}/session`, { headers, cache: 'no-store' });
    const { token, access, session, guest } = (await response.json()).facts;
    return Boolean(token || access || session || guest);
  } catch {
    return true;
  }
}
