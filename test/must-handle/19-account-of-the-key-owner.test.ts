// TMDB: `GET /3/account` answers without a session, so every visitor was “signed in” as the owner of the key.
// Here: The client never asks for the account without a session, and `auth.fetch` refuses such a request.
import { expect, test } from 'vitest';
import { storageKeyOf, toApproval } from '../core/helpers.ts';
import { ACCOUNT } from '../support/requests.ts';
import type { World } from '../support/world.ts';
import { createWorld } from '../support/world.ts';

const accountCalls = ({ tmdb }: World) =>
  tmdb.requests.filter(({ method, path }) => `${method} ${path}` === ACCOUNT);

test('the sandbox answers /3/account without a session, as TMDB does', async () => {
  const world = await createWorld();
  const headers = { authorization: `Bearer ${world.tmdb.accessToken}` };
  const answer = await fetch(`${world.tmdb.baseURL}/3/account`, { headers });
  expect(await answer.json()).toMatchObject({ username: 'keyowner' });
});

test('no flow asks for the account without a session', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  await world.signIn(auth);
  await auth.logout();
  await auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
  world.tmdb.revoke();
  await auth.fetch('/3/movie/550/account_states');
  await world.reaches(auth, 'idle.sessionRevoked');
  expect(accountCalls(world).length).toBeGreaterThanOrEqual(3);
  expect(accountCalls(world).every(({ hasSession }) => hasSession)).toBe(true);
});

test('an app that asks for the account while signed out gets an error, and TMDB is not asked', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  const before = auth.getView();
  for (const path of [
    '/3/account',
    '/3/account/1/favorite/movies',
    '/3/account?session_id=',
    '/3/x/../account',
  ]) {
    await expect(auth.fetch(path)).rejects.toMatchObject({ code: 'session_invalid' });
  }
  await expect(auth.api('/3/account')).rejects.toThrow();
  expect(auth.getView()).toBe(before);
  await auth.loginAsGuest();
  await expect(auth.fetch('/3/account')).rejects.toMatchObject({ code: 'session_invalid' });
  expect(auth.getView()).toMatchObject({ status: 'guest', account: null });
  expect(accountCalls(world)).toEqual([]);
});

test.each<[string, unknown]>([
  ['an account without a session', { session: null, account: { id: 1, username: 'keyowner' } }],
  [
    'a session without its id',
    { session: { createdAt: 1, expiresAt: null }, account: { id: 1, username: 'keyowner' } },
  ],
])('a record with %s counts as signed out, and TMDB is not asked', async (_, facts) => {
  const world = await createWorld();
  await world.storage.set(storageKeyOf(world), JSON.stringify({ v: 1, facts, secrets: {} }));
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  expect(auth.getView()).toMatchObject({ status: 'signedOut', account: null });
  expect(world.tmdb.requests).toEqual([]);
});

test('there is no account while the approval is pending', async () => {
  const world = await createWorld();
  const auth = world.client();
  await toApproval(world, auth);
  await expect(auth.fetch('/3/account')).rejects.toMatchObject({ code: 'session_invalid' });
  expect(auth.getView()).toMatchObject({ status: 'pending', account: null });
  expect(accountCalls(world)).toEqual([]);
});

test.each<[method: string, path: string]>([
  ['GET', '/3/account/1/favorite/movies'],
  ['GET', '/3/movie/550/account_states'],
  ['POST', '/3/movie/550/rating'],
  ['DELETE', '/3/tv/1396/season/1/episode/1/rating'],
  ['POST', '/3/list'],
  ['POST', '/3/list/1/add_item'],
  ['DELETE', '/3/list/1'],
])(
  '%s %s is refused while nobody is signed in, as TMDB would act for the key’s owner',
  async (method, path) => {
    const world = await createWorld();
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    await expect(auth.fetch(path, { method })).rejects.toMatchObject({ code: 'session_invalid' });
    expect(world.tmdb.requests).toEqual([]);
    expect((await auth.fetch('/3/list/1')).status).toBe(404);
  },
);
