/**
 * A TMDB for tests: over real HTTP, on this machine, with faults and a clock one can set.
 * @module tmdb-auth/sandbox
 */

import type { AddressInfo } from 'node:net';
import { allow, deny } from './approval.ts';
import { createClock } from './clock.ts';
import { createEnding } from './ending.ts';
import { createFaults } from './faults.ts';
import { createSandboxFetch } from './fetch.ts';
import { QUIRKS } from './quirks.ts';
import { createRateLimit } from './rate.limit.ts';
import { accountData, makeAccount } from './records.ts';
import { makeReadToken, randomHex } from './secrets.ts';
import { createSandboxServer } from './server.ts';
import { createStore } from './store.ts';
import type { Sandbox, SandboxOptions, SandboxRequest, SandboxUser } from './types.ts';

export type { Clock } from './clock.ts';
export type * from './fault.types.ts';
export type { SandboxQuirks } from './quirks.ts';
export type * from './types.ts';

const SANDRA: SandboxUser = { username: 'sandra', password: 'sandbox', name: 'Sandra Box' };
const FIRST_USER_ID = 548;
const OWNER_ID = 1;

/**
 * Starts a local TMDB on 127.0.0.1: the authentication of v3 and v4 and what a session, a guest session or a v4 user
 * access token may touch, with approval pages, a clock, faults and a rate limit. Rejects if the port is taken.
 * Everything is in memory and gone after `close()`.
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
  const clock = createClock(options.now ?? Date.now);
  const apiKey = options.apiKey ?? randomHex(32);
  const users = (options.users ?? [SANDRA]).map((user, index) => makeAccount(user, FIRST_USER_ID + index));
  const owner = makeAccount(options.owner ?? { username: 'keyowner' }, OWNER_ID);
  const accessToken = options.accessToken ?? makeReadToken(apiKey, owner.object_id, clock.now());
  const quirks = { ...QUIRKS, ...options.quirks };
  const store = createStore(clock, { apiKey, accessToken }, users, owner, options.v4, quirks);
  const limit = createRateLimit(clock, options.rateLimit);
  const faults = createFaults();
  const requests: SandboxRequest[] = [];
  const closing = createEnding();

  let url = '';
  const site = { store, faults, limit, requests, closing: closing.signal, url: () => url };
  const server = createSandboxServer(site);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function close(): Promise<void> {
    closing.abort();
    const closed = new Promise<void>((resolve) => {
      // The callback gets an error if the server is closed already, which is what was asked for.
      server.close(() => resolve());
    });
    server.closeAllConnections();
    return closed;
  }

  return {
    url,
    baseURL: url,
    webURL: url,
    apiKey,
    accessToken,
    fetch: createSandboxFetch(site),
    clock,
    requests,
    resetRequests: () => {
      requests.length = 0;
    },
    quirks,
    faults: { add: faults.add, clear: faults.clear },
    approve: (requestToken, username) => {
      if (!allow(store, requestToken, username))
        throw new Error('approve: no open request token, or no such user');
    },
    deny: (requestToken) => {
      if (!deny(store, requestToken)) throw new Error('deny: no open request token');
    },
    revoke: store.revoke,
    sessions: () =>
      store.allSessions().map(({ user, createdAt }) => ({ username: user.username, createdAt })),
    accessTokens: () =>
      store.allUserTokens().map(({ user, createdAt }) => ({ username: user.username, createdAt })),
    guests: () =>
      store.allGuests().map(({ used, createdAt, expiresAt, shelf }) => ({
        used,
        createdAt,
        expiresAt,
        ratings: shelf.ratings.size,
      })),
    tokens: store.allTokens,
    account: (username) => {
      const user = store.user(username);
      if (!user) throw new Error(`account: no user ${username ?? ''}`);
      return accountData(user, store.lists.values());
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
