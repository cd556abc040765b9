/**
 * A TMDB for tests, over real HTTP on this machine or as a function in any runtime, with scripted faults and an
 * adjustable clock.
 * @module tmdb-auth/sandbox
 */

import { isLoopback } from './control/guard.ts';
import { assemble } from './create.ts';
import { listen } from './server.ts';
import { keepStore } from './stores.ts';
import type { CreateSandboxOptions, Sandbox, SandboxOptions } from './types.ts';

export type { Clock } from './clock.ts';
export { SANDBOX_CREDENTIALS } from './credentials.ts';
export type * from './fault.types.ts';
export type { SandboxQuirks } from './quirks.ts';
export type * from './types.ts';

/**
 * Creates a local TMDB without a server, for a page, a worker or a server of your own: `handle` answers requests,
 * `fetch` asks it without a network. Otherwise it is the same as `startSandbox`. In Workers, call it while you handle
 * a request: outside of requests they have no random numbers.
 *
 * @example
 * ```ts
 * import { createTmdbAuth } from 'tmdb-auth';
 * import { createSandbox } from 'tmdb-auth/sandbox';
 *
 * const { accessToken, baseURL, webURL, fetch, requests } = createSandbox();
 * using auth = createTmdbAuth({ credentials: { accessToken }, baseURL, webURL, fetch });
 *
 * console.log((await auth.loginAsGuest()).status, requests.length); // guest 1
 * ```
 */
export function createSandbox(options: CreateSandboxOptions = {}): Sandbox {
  return assemble(options).sandbox;
}

/**
 * Starts a local TMDB on 127.0.0.1: the sign-ins of v3 and v4, the data that sessions, guest sessions and v4 user
 * access tokens can access, approval pages, a clock, faults and a rate limit. Rejects if the port is taken or
 * `node:http` is missing. All data is in memory, and lost after `close()`.
 *
 * @example
 * ```ts
 * import { createTmdbAuth } from 'tmdb-auth';
 * import { startSandbox } from 'tmdb-auth/sandbox';
 *
 * await using tmdb = await startSandbox();
 * const { accessToken, baseURL, webURL } = tmdb;
 * using auth = createTmdbAuth({ credentials: { accessToken }, baseURL, webURL });
 * tmdb.faults.add({ kind: 'dropAfter', match: 'GET /3/authentication/guest_session/new' });
 *
 * await auth.loginAsGuest(); // is asked again
 * console.log(tmdb.requests.length, tmdb.guests().length); // 2 2
 * ```
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { host = '127.0.0.1', port = 0, control = isLoopback(host) } = options;
  let url = '';
  const { sandbox, site } = assemble({ ...options, control }, () => url);
  const server = await listen(site, host, port);
  url = options.url ?? server.url;

  function close(): Promise<void> {
    site.closing.end();
    return server.close();
  }

  const started = { ...sandbox, url, baseURL: url, webURL: url, close, [Symbol.asyncDispose]: close };
  keepStore(started, () => site.store);
  return started;
}
