import type { CreateBrowserAuthOptions, ThroughServerOptions } from '../browser/index.ts';
import { keptReturn } from '../browser/returns.ts';

/** Those of `createBrowserAuth`. */
export type LazyOptions = CreateBrowserAuthOptions | ThroughServerOptions;

/**
 * Tells whether there may be anything for an engine to go on with: a return from TMDB, or a record. What cannot be
 * found out here is a yes: the engine knows, and says what is wrong.
 */
export function lookForSomebody(options: LazyOptions, tell: (isThere: boolean) => void): void {
  if (keptReturn()) tell(true);
  else if (options.server === undefined) tell(isStored(options));
  else isKnownAt(options.server, options.fetch).then(tell);
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
