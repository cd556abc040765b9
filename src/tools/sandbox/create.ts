import { allow, deny } from './approval.ts';
import { createOwnPages } from './control/index.ts';
import type { Site } from './core.ts';
import { createEnding } from './ending.ts';
import { createFaults } from './faults.ts';
import { createSandboxFetch, handle } from './handle.ts';
import { accountData } from './records.ts';
import { keepStore } from './stores.ts';
import type { CreateSandboxOptions, Sandbox, SandboxRequest } from './types.ts';
import { createWorld, type World } from './world.ts';

/** `.test` is never resolved by DNS. HTTPS, as an HTTPS page may not send requests to HTTP. */
const NOWHERE = 'https://tmdb-sandbox.test';

/** A sandbox, and the site that a server serves. `url` is read for each request. */
export function assemble(
  options: CreateSandboxOptions,
  url: () => string = () => options.url ?? NOWHERE,
): { sandbox: Sandbox; site: Site } {
  const world = createWorld(options);
  const faults = createFaults();
  const requests: SandboxRequest[] = [];
  const closing = createEnding();
  const site: Site = {
    get store() {
      return world.store;
    },
    get limit() {
      return world.limit;
    },
    faults,
    requests,
    closing,
    url,
    own: { takes: () => false, answer: () => Promise.reject() },
    afterRequest: options.afterRequest ?? (() => {}),
  };
  const resetRequests = () => {
    requests.length = 0;
  };
  const close = async () => closing.end();
  const { apiKey, accessToken } = world.store.credentials;

  const sandbox: Sandbox = {
    get url() {
      return url();
    },
    get baseURL() {
      return url();
    },
    get webURL() {
      return url();
    },
    apiKey,
    accessToken,
    fetch: createSandboxFetch(site),
    handle: (request) => handle(site, request),
    clock: world.clock,
    requests,
    resetRequests,
    quirks: world.quirks,
    faults: { add: faults.add, clear: faults.clear },
    ...approvals(world),
    ...views(world),
    addUser: world.addUser,
    reset() {
      faults.clear();
      world.reset();
      resetRequests();
    },
    save: world.save,
    close,
    [Symbol.asyncDispose]: close,
  };
  keepStore(sandbox, () => world.store);
  site.own = createOwnPages(sandbox, options.control ?? false);
  return { sandbox, site };
}

/** The user's actions at TMDB. */
function approvals(world: World): Pick<Sandbox, 'approve' | 'deny' | 'revoke'> {
  return {
    approve(requestToken, username) {
      if (!allow(world.store, requestToken, username))
        throw new Error('approve: the request token is not open, or the user is unknown');
    },
    deny(requestToken) {
      if (!deny(world.store, requestToken)) throw new Error('deny: the request token is not open');
    },
    revoke: (username) => world.store.revoke(username),
  };
}

/** Data for assertions. */
function views(
  world: World,
): Pick<Sandbox, 'users' | 'sessions' | 'accessTokens' | 'guests' | 'tokens' | 'account'> {
  const since = ({ user, createdAt }: { user: { username: string }; createdAt: number }) => ({
    username: user.username,
    createdAt,
  });
  return {
    users: () =>
      world.store.users.map(({ username, id, name, standing }) => ({ username, id, name, standing })),
    sessions: () => world.store.allSessions().map(since),
    accessTokens: () => world.store.allUserTokens().map(since),
    guests: () =>
      world.store.allGuests().map(({ used, createdAt, expiresAt, shelf }) => ({
        used,
        createdAt,
        expiresAt,
        ratings: shelf.ratings.size,
      })),
    tokens: () => world.store.allTokens(),
    account(username) {
      const user = world.store.user(username);
      if (!user) throw new Error(`account: no user ${username ?? ''}`);
      return accountData(user, world.store.lists.values());
    },
  };
}
