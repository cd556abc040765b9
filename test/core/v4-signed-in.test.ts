import { describe, expect, test } from 'vitest';
import { HOUR } from '../support/clock.ts';
import { ACCESS_DELETE, asked, SESSION_DELETE } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { ALWAYS, allQuiet, storedIn, toApproval, viewOf } from './helpers.ts';
import { listener } from './servers.ts';

const V4 = { apiVersion: 4 } as const;

describe('auth.fetch in v4', () => {
  test('sends the user’s token to /4 when signed in, and the app’s otherwise', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await world.reaches(auth, 'idle.fresh');
    const bearerOf = async (path: string) => {
      world.tmdb.resetRequests();
      const response = await auth.fetch(path);
      await response.text();
      return { bearer: world.tmdb.requests[0]?.bearer, session: world.tmdb.requests[0]?.hasSession };
    };
    const lists = () => `/4/account/${auth.getView().account?.objectId ?? '0'.repeat(24)}/lists`;
    expect(await bearerOf('/4/list/1')).toEqual({ bearer: 'app', session: false });
    await expect(auth.fetch(lists())).rejects.toMatchObject({ code: 'session_invalid' });
    await toApproval(world, auth);
    expect(await bearerOf('/4/list/1')).toEqual({ bearer: 'app', session: false });
    await auth.cancel();
    await world.signIn(auth);
    expect(await bearerOf(lists())).toEqual({ bearer: 'user', session: false });
    expect((await auth.fetch(lists())).status).toBe(200);
    expect(await bearerOf('/3/account')).toEqual({ bearer: 'app', session: true });
    expect(await bearerOf('/3/movie/550')).toEqual({ bearer: 'app', session: false });
    const path = lists();
    await viewOf(world, auth.logout());
    expect(await bearerOf('/4/list/1')).toEqual({ bearer: 'app', session: false });
    await expect(auth.fetch(path)).rejects.toMatchObject({ code: 'session_invalid' });
  });

  test('writes a v4 list with the user’s permission', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await world.signIn(auth);
    await auth.api('/4/list', { method: 'POST', body: { name: 'Best', iso_639_1: 'en' } });
    expect(world.tmdb.account().lists).toMatchObject([{ name: 'Best' }]);
  });

  test('sends the user’s token to no other origin, whatever its path, and follows no redirect', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await world.signIn(auth);
    const other = await listener();
    await auth.fetch(`${other.url}/4/account`);
    await auth.fetch(new Request(`${other.url}/4/list`, { method: 'POST', body: '{}' }));
    world.tmdb.faults.add({
      kind: 'answer',
      status: 302,
      match: /^GET \/4\/account/,
      headers: { location: `${other.url}/4/stolen` },
    });
    expect((await auth.fetch('/4/account/x/lists')).status).toBe(302);
    expect(other.heard.map(({ path }) => path)).toEqual(['/4/account', '/4/list']);
    for (const { headers, query } of other.heard) {
      expect(headers.authorization).toBeUndefined();
      expect([...query]).toEqual([]);
    }
  });
});

describe('a v4 logout', () => {
  test('deletes the session and the access token, here and at TMDB', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await world.signIn(auth);
    world.tmdb.resetRequests();
    expect(await viewOf(world, auth.logout())).toMatchObject({
      state: 'idle.loggedOut',
      failure: null,
      account: null,
    });
    expect(asked(world.tmdb).toSorted()).toEqual([SESSION_DELETE, ACCESS_DELETE].toSorted());
    expect(world.tmdb.sessions()).toEqual([]);
    expect(world.tmdb.accessTokens()).toEqual([]);
    expect(await storedIn(world)).toBeNull();
  });

  test.each([
    ['session', SESSION_DELETE, { sessions: 1, accessTokens: 0 }],
    ['access token', ACCESS_DELETE, { sessions: 0, accessTokens: 1 }],
  ])('reports that the %s could not be deleted, and forgets both', async (_, match, left) => {
    const world = await createWorld();
    const auth = world.client(V4);
    await world.signIn(auth);
    world.tmdb.faults.add({ kind: 'status', status: 500, code: 11, match, times: ALWAYS });
    expect(await viewOf(world, auth.logout())).toMatchObject({
      state: 'idle.loggedOut',
      failure: { code: 'revoke_failed' },
    });
    await allQuiet(world);
    expect(await storedIn(world)).toBeNull();
    expect(world.tmdb.sessions()).toHaveLength(left.sessions);
    expect(world.tmdb.accessTokens()).toHaveLength(left.accessTokens);
  });

  test.each([
    ['the user revoked the app', {}],
    ['the one ends the other', { deletionEndsSessions: true }],
  ])('counts what is already gone as deleted: %s', async (_, v4) => {
    const world = await createWorld({ v4 });
    const auth = world.client(V4);
    await world.signIn(auth);
    if (!('deletionEndsSessions' in v4)) world.tmdb.revoke();
    expect(await viewOf(world, auth.logout())).toMatchObject({ state: 'idle.loggedOut', failure: null });
    expect([...world.tmdb.sessions(), ...world.tmdb.accessTokens()]).toEqual([]);
  });

  test('happens automatically after sessionMaxAge, for both', async () => {
    const world = await createWorld();
    const auth = world.client({ ...V4, sessionMaxAge: HOUR });
    await world.signIn(auth);
    world.clock.advance(HOUR);
    await world.reaches(auth, 'idle.loggedOut');
    expect([...world.tmdb.sessions(), ...world.tmdb.accessTokens()]).toEqual([]);
  });
});
