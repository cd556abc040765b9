/** A v4 sign-in that is left during any of its steps: no token and no session of it may stay at TMDB. */
import { describe, expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { APP } from '../support/approval.ts';
import {
  ACCESS_DELETE,
  ACCESS_NEW,
  ACCOUNT,
  CONVERT,
  SESSION_DELETE,
  timesAsked,
  V4_TOKEN_NEW,
} from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';
import {
  ALWAYS,
  allQuiet,
  codeOf,
  quiet,
  secretsOf,
  storedIn,
  stubbornFetch,
  toApproval,
  viewOf,
} from './helpers.ts';

const V4 = { apiVersion: 4 } as const;

/** The user has approved and returned from TMDB. */
async function comeBack(world: World, auth: TmdbAuth) {
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  const handled = auth.handleCallback(APP);
  handled.catch(() => {});
  return { done, handled };
}

const left = ({ tmdb }: World) => ({
  accessTokens: tmdb.accessTokens().length,
  sessions: tmdb.sessions().length,
});
const NOTHING = { accessTokens: 0, sessions: 0 };

/** A conversion that failed for good: the access token waits for `retry`. */
async function toFailedConversion(world: World, auth: TmdbAuth) {
  const heal = world.tmdb.faults.add({ kind: 'status', status: 503, match: CONVERT, times: ALWAYS });
  const { done } = await comeBack(world, auth);
  expect(await codeOf(world, done)).toBe('unavailable');
  heal();
}

const POINTS = [
  ['for the access token, before TMDB made it', ACCESS_NEW, 'before'],
  ['for the access token, which TMDB has made', ACCESS_NEW, 'after'],
  ['for the session, before TMDB made it', CONVERT, 'before'],
  ['for the session, which TMDB has made', CONVERT, 'after'],
] as const;

describe.each(POINTS)('a v4 sign-in that has asked %s', (_, match, when) => {
  const atThatPoint = async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const release = world.tmdb.faults.add({ kind: 'hang', match, when });
    const { done } = await comeBack(world, auth);
    const made = () => (match === ACCESS_NEW ? world.tmdb.accessTokens() : world.tmdb.sessions()).length;
    await world.until(() => timesAsked(world.tmdb, match) === 1 && made() === (when === 'after' ? 1 : 0));
    return { world, auth, done, release };
  };

  test.each(['cancel', 'logout'] as const)('leaves nothing here or at TMDB after a %s', async (way) => {
    const { world, auth, done, release } = await atThatPoint();
    await viewOf(world, auth[way]());
    expect(await codeOf(world, done)).toBe('cancelled');
    release();
    await allQuiet(world);
    expect(left(world)).toEqual(NOTHING);
    expect(timesAsked(world.tmdb, ACCESS_DELETE)).toBe(1);
    expect(await storedIn(world)).toBeNull();
    expect(auth.getView().state).toBe(way === 'cancel' ? 'idle.fresh' : 'idle.loggedOut');
  });

  test('leaves only what the record knows after a dispose, and the next client continues from there', async () => {
    const { world, auth, done, release } = await atThatPoint();
    auth.dispose();
    expect(await codeOf(world, done)).toBe('disposed');
    release();
    await allQuiet(world);
    const { accessToken = null } = await secretsOf(world);
    expect(left(world)).toEqual({ accessTokens: accessToken ? 1 : 0, sessions: 0 });
    const next = world.client(V4);
    await world.until(
      () => !['restoring', 'sessionRequested'].includes(next.getView().state.split('.')[0] ?? ''),
    );
    await allQuiet(world);
    if (match === CONVERT) {
      await world.reaches(next, 'sessionActive.ready');
      expect(left(world)).toEqual({ accessTokens: 1, sessions: 1 });
    } else {
      expect(next.getView()).toMatchObject({
        state: 'idle.failed',
        failure: { code: 'exchange_interrupted' },
      });
      expect(left(world)).toEqual(NOTHING);
    }
  });

  test('uses a late answer on retry, and deletes it on logout', async () => {
    const { world, auth, done, release } = await atThatPoint();
    expect(await codeOf(world, done)).toBe('timeout');
    release();
    await allQuiet(world);
    expect((await viewOf(world, auth.retry())).state).toBe('sessionActive.ready');
    expect(left(world)).toEqual({ accessTokens: 1, sessions: 1 });
    expect(timesAsked(world.tmdb, match)).toBe(1);
    await viewOf(world, auth.logout());
    expect(left(world)).toEqual(NOTHING);
  });

  test('undoes a late answer that is no longer wanted', async () => {
    const { world, auth, done, release } = await atThatPoint();
    expect(await codeOf(world, done)).toBe('timeout');
    await viewOf(world, auth.logout());
    release();
    await allQuiet(world);
    expect(left(world)).toEqual(NOTHING);
    expect(await storedIn(world)).toBeNull();
  });

  test('stays cancelled when an answer arrives later, as this fetch ignores its signal', async () => {
    const world = await createWorld();
    const held = stubbornFetch((label) => label === match);
    const auth = world.client({ ...V4, fetch: held.fetch });
    await comeBack(world, auth);
    await world.until(() => timesAsked(world.tmdb, match) === 1);
    await viewOf(world, auth.cancel());
    held.release();
    await allQuiet(world);
    expect(auth.getView().state).toBe('idle.fresh');
    expect(left(world)).toEqual(NOTHING);
  });
});

describe('a v4 sign-in that is left during another step', () => {
  test.each(['cancel', 'logout', 'dispose'] as const)(
    'leaves nothing after a %s while the token is requested',
    async (way) => {
      const world = await createWorld();
      const auth = world.client(V4);
      const release = world.tmdb.faults.add({ kind: 'hang', match: V4_TOKEN_NEW });
      auth.login({ redirectTo: APP }).catch(() => {});
      await world.until(() => timesAsked(world.tmdb, V4_TOKEN_NEW) === 1);
      await auth[way]();
      release();
      await allQuiet(world);
      expect(left(world)).toEqual(NOTHING);
      expect(await storedIn(world)).toBeNull();
    },
  );

  test.each(['cancel', 'logout'] as const)(
    'leaves nothing after a %s while it waits for the approval',
    async (way) => {
      const world = await createWorld();
      const auth = world.client(V4);
      const { requestToken } = await toApproval(world, auth);
      world.tmdb.approve(requestToken);
      await auth[way]();
      expect((await auth.handleCallback(APP)).status).toBe('signedOut');
      await allQuiet(world);
      expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(0);
      expect(await storedIn(world)).toBeNull();
    },
  );

  test('deletes session and access token on a logout while the account is requested, and keeps both on a dispose', async () => {
    for (const way of ['logout', 'dispose'] as const) {
      const world = await createWorld();
      const auth = world.client(V4);
      const release = world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
      await comeBack(world, auth);
      await world.until(() => timesAsked(world.tmdb, ACCOUNT) === 1);
      await auth[way]();
      release();
      await quiet();
      if (way === 'logout') {
        expect(left(world)).toEqual(NOTHING);
      } else {
        expect((await viewOf(world, world.client(V4).login())).account?.objectId).toMatch(/^[0-9a-f]{24}$/);
        expect(left(world)).toEqual({ accessTokens: 1, sessions: 1 });
      }
    }
  });
});

describe('a failed conversion', () => {
  test('is retried at once, with the access token it has', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await toFailedConversion(world, auth);
    expect(auth.getView()).toMatchObject({
      state: 'idle.failed',
      status: 'signedOut',
      can: { retry: true, logout: true },
    });
    expect((await viewOf(world, auth.retry())).state).toBe('sessionActive.ready');
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(1);
    expect(left(world)).toEqual({ accessTokens: 1, sessions: 1 });
  });

  test('is tried four times automatically', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    world.tmdb.faults.add({ kind: 'status', status: 503, match: CONVERT, times: 3 });
    const { done } = await comeBack(world, auth);
    expect((await viewOf(world, done)).state).toBe('sessionActive.ready');
    expect(timesAsked(world.tmdb, CONVERT)).toBe(4);
  });

  test('continues after a restart', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await toFailedConversion(world, auth);
    auth.dispose();
    const next = world.client(V4);
    await world.reaches(next, 'sessionActive.ready');
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(1);
    expect(left(world)).toEqual({ accessTokens: 1, sessions: 1 });
  });

  test.each([
    ['a logout', (auth: TmdbAuth) => auth.logout()],
    ['another sign-in', (auth: TmdbAuth) => void auth.login().catch(() => {})],
    ['a guest', (auth: TmdbAuth) => auth.loginAsGuest()],
  ])('is given up by %s, and the access token is deleted', async (_, act) => {
    const world = await createWorld();
    const auth = world.client(V4);
    await toFailedConversion(world, auth);
    await act(auth);
    await world.until(() => timesAsked(world.tmdb, ACCESS_DELETE) === 1);
    await allQuiet(world);
    expect(left(world)).toEqual(NOTHING);
    expect((await secretsOf(world)).accessToken ?? null).toBeNull();
  });

  test('drops the access token here and at TMDB when repeating cannot help', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    world.tmdb.faults.add({ kind: 'status', status: 401, code: 36, match: CONVERT });
    const { done } = await comeBack(world, auth);
    expect(await codeOf(world, done)).toBe('no_write_permission');
    await allQuiet(world);
    expect(left(world)).toEqual(NOTHING);
    expect(await storedIn(world)).toBeNull();
  });

  test.each(['cancel', 'logout'] as const)(
    'leaves nothing at TMDB after a %s that follows a restart',
    async (way) => {
      const world = await createWorld();
      const auth = world.client(V4);
      await toFailedConversion(world, auth);
      auth.dispose();
      const release = world.tmdb.faults.add({ kind: 'hang', match: CONVERT });
      const next = world.client(V4);
      await world.reaches(next, 'sessionRequested.converting');
      await world.until(() => timesAsked(world.tmdb, CONVERT) === 5);
      await viewOf(world, next[way]());
      release();
      await allQuiet(world);
      expect(await storedIn(world)).toBeNull();
      expect(left(world)).toEqual(NOTHING);
    },
  );
});

test('a session that ended elsewhere takes its access token with it', async () => {
  const world = await createWorld();
  const auth = world.client(V4);
  await world.signIn(auth);
  const { sessionId } = await secretsOf(world);
  await fetch(`${world.tmdb.baseURL}/3/authentication/session`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${world.tmdb.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session_id: sessionId }),
  });
  expect((await viewOf(world, auth.verify())).state).toBe('idle.sessionRevoked');
  await allQuiet(world);
  await quiet();
  expect(await storedIn(world)).toBeNull();
  expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(1);
  expect(left(world)).toEqual(NOTHING);
});
