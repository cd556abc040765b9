import { describe, expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { APP, callback } from '../support/approval.ts';
import {
  ACCOUNT,
  GUEST_NEW,
  SESSION_DELETE,
  SESSION_NEW,
  TOKEN_NEW,
  timesAsked,
  VALIDATE,
} from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';
import { codeOf, quiet, storedIn, toApproval, toCallback, viewOf } from './helpers.ts';

const SANDRA = { username: 'sandra', password: 'sandbox' };

/** Every state of a client and how to get there. Promises that were started may end as they like. */
const PLACES: readonly [string, (world: World, auth: TmdbAuth) => Promise<unknown>][] = [
  ['restoring', async () => {}],
  ['idle.fresh', async () => {}],
  ['idle.loggedOut', (world, auth) => world.signIn(auth).then(() => auth.logout())],
  [
    'idle.approvalDenied',
    async (world, auth) => {
      const { requestToken } = await toApproval(world, auth);
      await auth.handleCallback(callback(requestToken, 'denied'));
    },
  ],
  [
    'idle.failed',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'status', code: 7, match: TOKEN_NEW });
      await auth.login().catch(() => {});
    },
  ],
  [
    'tokenRequested.trying',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
      auth.login().catch(() => {});
    },
  ],
  [
    'tokenRequested.backoff',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 60, match: TOKEN_NEW });
      auth.login().catch(() => {});
    },
  ],
  [
    'loginSubmitted',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: VALIDATE });
      auth.loginWithPassword(SANDRA).catch(() => {});
    },
  ],
  ['awaitingApproval.waiting', async (_, auth) => void auth.login().catch(() => {})],
  [
    'awaitingApproval.checking',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
      await toApproval(world, auth);
      auth.actor.send({ type: 'approval.check' });
    },
  ],
  [
    'sessionRequested.exchanging',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
      const { url } = await toCallback(world, auth);
      auth.handleCallback(url).catch(() => {});
    },
  ],
  [
    'sessionRequested.backoff',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 60, match: SESSION_NEW });
      const { url } = await toCallback(world, auth);
      auth.handleCallback(url).catch(() => {});
    },
  ],
  [
    'sessionActive.accountRequested',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
      const { url } = await toCallback(world, auth);
      auth.handleCallback(url).catch(() => {});
    },
  ],
  ['sessionActive.ready', (world, auth) => world.signIn(auth)],
  [
    'sessionActive.verifying',
    async (world, auth) => {
      await world.signIn(auth);
      world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
      auth.actor.send({ type: 'session.rejected' });
    },
  ],
  [
    'loggingOut',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: SESSION_DELETE });
      await world.signIn(auth);
      auth.logout().catch(() => {});
    },
  ],
  [
    'guestRequested.trying',
    async (world, auth) => {
      world.tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
      auth.loginAsGuest().catch(() => {});
    },
  ],
  ['guestActive.unused', (_, auth) => auth.loginAsGuest()],
  [
    'guestActive.used',
    async (_, auth) => {
      await auth.loginAsGuest();
      await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    },
  ],
];

async function at(state: string, bring: (world: World, auth: TmdbAuth) => Promise<unknown>) {
  const world = await createWorld();
  const auth = world.client();
  await bring(world, auth);
  await world.reaches(auth, state);
  return { world, auth };
}

const SETTLED = ['signedOut', 'guest', 'user'];

describe.each(PLACES)('in %s', (state, bring) => {
  test('cancel() resolves to a settled view and starts nothing', async () => {
    const { world, auth } = await at(state, bring);
    const was = auth.getView();
    const view = await viewOf(world, auth.cancel());
    expect(SETTLED).toContain(view.status);
    if (SETTLED.includes(was.status)) expect(view.status).toBe(was.status);
  });

  test('logout() resolves signed out and leaves nothing, in the storage or elsewhere', async () => {
    const { world, auth } = await at(state, bring);
    const view = await viewOf(world, auth.logout());
    expect(view).toMatchObject({ status: 'signedOut', account: null, guest: null });
    expect(await storedIn(world)).toBeNull();
    expect(auth.approvalUrl).toBeNull();
  });

  test('dispose() rejects what is pending with `disposed`, and every later call at once', async () => {
    const { auth } = await at(state, bring);
    const pending = [auth.login(), auth.cancel(), auth.logout()];
    for (const promise of pending) promise.catch(() => {});
    auth.dispose();
    auth.dispose();
    for (const promise of pending) {
      const end = await promise.then(
        () => 'resolved',
        (error) => error.code,
      );
      expect(['resolved', 'disposed']).toContain(end);
    }
    const later = [
      auth.login(),
      auth.login({ redirectTo: APP }),
      auth.loginAsGuest(),
      auth.loginWithPassword(SANDRA),
      auth.handleCallback(callback('0'.repeat(40))),
      auth.cancel(),
      auth.retry(),
      auth.logout(),
    ];
    for (const promise of later) await expect(promise).rejects.toMatchObject({ code: 'disposed' });
    await auth.prepare();
    expect(auth.getView()).toBe(auth.getView());
    auth.subscribe(() => {})();
  });

  test('getView() returns the same object until something changes, plain JSON, with what can be called', async () => {
    const { auth } = await at(state, bring);
    const view = auth.getView();
    expect(auth.getView()).toBe(view);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(view.can.login).toBe(/^(idle|guestActive)/.test(view.state));
    await quiet(2);
  });
});

describe('logout()', () => {
  test('deletes the session at TMDB', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    expect(await auth.logout()).toMatchObject({ state: 'idle.loggedOut', failure: null });
    expect(world.tmdb.sessions()).toEqual([]);
  });

  test.each(['dropBefore', 'html', 'garbage'] as const)(
    'shows the failure when TMDB cannot be told (%s), and keeps nothing',
    async (kind) => {
      const world = await createWorld();
      const auth = world.client();
      await world.signIn(auth);
      world.tmdb.faults.add({ kind, match: SESSION_DELETE, times: Number.POSITIVE_INFINITY });
      const view = await viewOf(world, auth.logout());
      const isDone = kind === 'garbage';
      expect(view).toMatchObject({
        state: 'idle.loggedOut',
        failure: isDone ? null : { code: 'revoke_failed' },
      });
      expect(await storedIn(world)).toBeNull();
      expect(view.failure?.message ?? 'themoviedb.org/settings').toContain('themoviedb.org/settings');
    },
  );

  test.each([3, 6, 17, 37])('succeeds when TMDB no longer knows the session (code %i)', async (code) => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.faults.add({ kind: 'status', code, match: SESSION_DELETE });
    expect(await auth.logout()).toMatchObject({ state: 'idle.loggedOut', failure: null });
  });

  test('forgets the session locally before it asks TMDB', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    const release = world.tmdb.faults.add({ kind: 'hang', match: SESSION_DELETE });
    const done = auth.logout();
    await world.until(() => world.tmdb.requests.at(-1)?.method === 'DELETE');
    expect(await storedIn(world)).toBeNull();
    expect(auth.getView()).toMatchObject({ status: 'pending', account: null });
    release();
    expect((await viewOf(world, done)).failure).toBeNull();
  });

  test('a dispose leaves the stored session for the next client', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    auth.dispose();
    expect((await world.client().login()).status).toBe('user');
  });

  test('a logout rejects a waiting sign-in as cancelled', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done } = await toApproval(world, auth);
    await auth.logout();
    expect(await codeOf(world, done)).toBe('cancelled');
  });
});

test('a logout at the moment when a session arrives deletes that session once', async () => {
  const world = await createWorld();
  const auth = world.client();
  auth.subscribe(({ state }) => {
    if (state === 'sessionActive.accountRequested') void auth.logout();
  });
  await world.signIn(auth).catch(() => {});
  await world.reaches(auth, 'idle.loggedOut');
  await quiet();
  expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(1);
  expect(world.tmdb.sessions()).toEqual([]);
});
