import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';

/** Those of `createBrowserAuth`. */
export type LazyOptions = CreateBrowserAuthOptions | ThroughServerOptions;

/** A return as TMDB sends it, or we for v4. */
const RETURN = /[?&](request_token=.+&(approved|denied)=true|tmdb_auth=returned)(&|$)/;
/** A name in the query that may be one of those, in percent. */
const ENCODED = /[?&][^=&]*%/;

/**
 * What is there to go on with: a record in this browser, what the server has answered, or nothing (null). A return from
 * TMDB, and what cannot be found out here, is `unclear`: the engine knows, and says what is wrong.
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
 * Takes a return out of the address, so that no router and no other script meets the token. The client, which is loaded
 * then, reads what is kept here and loads the page again, exactly where the user was (`browser/returns.ts`).
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
    // Storage is blocked: the client cleans the address itself.
  }
  return isReturn || ENCODED.test(search);
}

function stored({ storage = 'local', storageKey }: CreateBrowserAuthOptions): Found {
  if (storage === 'memory') return null;
  // Without a name of its own the record's begins like this, whatever the application and the host.
  const isOurs = (key: string) => (storageKey ? key === storageKey : key.startsWith('tmdb-auth'));
  try {
    // Throws where storage is blocked, and where it is a port: there is no such thing in a window.
    return Object.keys(window[`${storage as 'local'}Storage`]).some(isOurs) ? 'record' : null;
  } catch {
    return 'unclear';
  }
}
