import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';

/** The options of `createBrowserAuth`. */
export type LazyOptions = CreateBrowserAuthOptions | ThroughServerOptions;

/** The query of a return from TMDB, or in v4 our own mark. */
const RETURN = /[?&](request_token=.+&(approved|denied)=true|tmdb_auth=returned)(&|$)/;
/** A percent-encoded name in the query, which may be one of those. */
const ENCODED = /[?&][^=&]*%/;

/**
 * The result: `record`: a record in this browser; an object: the server's answer; null: nothing. `unclear`: a return
 * from TMDB, or an error, which only the engine can handle.
 */
export type Found = 'unclear' | 'record' | object | null;

export function findSession(options: LazyOptions): Found | Promise<Found> {
  if (keepReturn()) return 'unclear';
  if (options.server === undefined) return stored(options);
  return import('./ask-server.ts').then(
    ({ askServer }) => askServer(options),
    () => 'unclear',
  );
}

/**
 * Takes a return out of the address, so that no router or other script sees the token. The engine then reads it from
 * `sessionStorage` and reloads the page where the user was (`browser/returns.ts`).
 */
function keepReturn(): boolean {
  const { search } = location;
  const isReturn = RETURN.test(search);
  try {
    if (isReturn) {
      sessionStorage.setItem('arrived.tmdb-auth', location.href);
      history.replaceState(history.state, '', location.pathname + location.hash);
    }
    if (Object.keys(sessionStorage).some((key) => /^(arrived|return)\.tmdb-auth/.test(key))) return true;
  } catch {
    // Storage is blocked: the engine cleans the address.
  }
  return isReturn || ENCODED.test(search);
}

function stored({ storage = 'local', storageKey }: CreateBrowserAuthOptions): Found {
  if (storage === 'memory') return null;
  // Every default key begins like this.
  const isOurs = (key: string) => (storageKey ? key === storageKey : key.startsWith('tmdb-auth'));
  try {
    // Throws if storage is blocked, or if the option is a `StoragePort`.
    return Object.keys(window[`${storage as 'local'}Storage`]).some(isOurs) ? 'record' : null;
  } catch {
    return 'unclear';
  }
}
