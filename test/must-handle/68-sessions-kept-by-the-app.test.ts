// auth-js#474, hypothesis/product-backlog#320: A library took a session that the app had stored and told its user, but the next call knew no user. Elsewhere a new sign-in method signed every user out.
// Here: `adoptSession` resolves once TMDB has named the user and the session is stored: every later call, tab and start knows the user. A session that TMDB does not know is refused.
import { expect, test } from 'vitest';
import { withSession } from '../../src/client/unsafe/index.ts';
import type { TmdbAuth } from '../../src/index.ts';
import { codeOf, quiet, storedIn, viewOf } from '../core/helpers.ts';
import { keptAccessToken, keptSession } from '../support/kept.ts';
import { ACCOUNT } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

const nameIn = async ({ api }: TmdbAuth) => (await api<{ username: string }>('/3/account')).username;

test.each(['sessionId', 'accessToken'] as const)(
  'a %s that the app had stored signs its user in for every call and for the next start',
  async (name) => {
    const world = await createWorld();
    const kept = name === 'sessionId' ? keptSession(world.tmdb) : keptAccessToken(world.tmdb);
    const auth = world.client({ apiVersion: 4 });
    const view = await viewOf(world, auth.adoptSession({ [name]: kept } as { sessionId: string }));
    expect(view.account?.username).toBe('sandra');
    expect(await nameIn(auth)).toBe('sandra');
    const next = world.client({ apiVersion: 4 });
    await world.reaches(next, 'sessionActive.ready');
    expect(await nameIn(next)).toBe('sandra');
    expect(await withSession(next, ({ sessionId }) => sessionId.length)).toBe(40);
  },
);

test('another client on the same record knows the user without adopting anything', async () => {
  const world = await createWorld();
  const [one, other] = [world.client(), world.client()];
  await viewOf(world, one.adoptSession({ sessionId: keptSession(world.tmdb) }));
  world.tmdb.resetRequests();
  expect((await viewOf(world, other.login())).account?.username).toBe('sandra');
  expect(world.tmdb.requests).toEqual([]);
});

test('a session that TMDB no longer knows is refused and not stored', async () => {
  const world = await createWorld();
  const sessionId = keptSession(world.tmdb);
  world.tmdb.revoke();
  const auth = world.client();
  expect(await codeOf(world, auth.adoptSession({ sessionId }))).toBe('session_invalid');
  expect(auth.getView()).toMatchObject({ status: 'signedOut', account: null });
  expect(await storedIn(world)).toBeNull();
});

test('a sign-out during the adoption is not undone by the answer', async () => {
  const world = await createWorld();
  const auth = world.client();
  const resume = world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT, when: 'after' });
  const done = codeOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
  await world.reaches(auth, 'adoptionRequested');
  await auth.logout();
  resume();
  expect(await done).toBe('cancelled');
  await quiet();
  expect(auth.getView().state).toBe('idle.loggedOut');
  expect(await storedIn(world)).toBeNull();
});
