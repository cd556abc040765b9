import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';

/** Those of `createBrowserAuth`. */
export type LazyOptions = CreateBrowserAuthOptions | ThroughServerOptions;

/** A return as TMDB sends it, or we for v4. */
const RETURN = /[?&](request_token=.+&(approved|denied)=true|tmdb_auth=returned)(&|$)/;
/** A name in the query that may be one of those, in percent. */
const ENCODED = /[?&][^=&]*%/;

/**
 * Tells whether there may be anything for an engine to go on with: a return from TMDB, or a record. What cannot be
 * found out here is a yes: the engine knows, and says what is wrong.
 */
export function lookForSomebody(options: LazyOptions, tell: (isThere: boolean) => void): void {
  if (keepReturn()) tell(true);
  else if (options.server === undefined) tell(isStored(options));
  else isKnownAt(options.server, options.fetch).then(tell);
}

/**
 * Takes a return out of the address, so that no router and no other script meets the token. The client, which is loaded
 * then, reads what is kept here and loads the page again, exactly where the user was (`browser/returns.ts`).
 */
function keepReturn(): boolean {
  const { href, search, pathname, hash } = location;
  const isReturn = RETURN.test(search);
  try {
    if (isReturn) {
      sessionStorage.setItem('arrived.tmdb-auth', href);
      history.replaceState(history.state, '', pathname + hash);
    }
    if (Object.keys(sessionStorage).some((key) => /^(arrived|return)\.tmdb-auth/.test(key))) return true;
  } catch {
    // Storage is blocked: the client cleans the address itself.
  }
  return isReturn || ENCODED.test(search);
}

function isStored({ storage = 'local', storageKey }: CreateBrowserAuthOptions): boolean {
  if (storage === 'memory') return false;
  // Without a name of its own the record's begins like this, whatever the application and the host.
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
