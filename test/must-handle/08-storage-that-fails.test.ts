// oidc-client-ts#1793, #466, supabase-js#284, #2494: Storage was blocked, full, or held something unreadable.
// Here: The client goes on in memory and reports it. An unreadable record is removed and treated as empty. There is one key, and it does not grow.
import { describe, expect, test } from 'vitest';
import type { StoragePort } from '../../src/index.ts';
import { brokenStorage, ended, never, storageKeyOf, storedIn, toCallback, viewOf } from '../core/helpers.ts';
import { createWorld, type World } from '../support/world.ts';

const blocked = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};
const full = () => {
  throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
};
const refuses = () => Promise.reject(new Error('EACCES'));

const BROKEN: readonly [string, Partial<StoragePort>][] = [
  ['that is blocked', { get: blocked, set: blocked, remove: blocked }],
  ['that rejects everything', { get: refuses, set: refuses, remove: refuses }],
  ['that never answers', { get: never, set: never, remove: never }],
  ['that is full', { set: full }],
  ['that rejects what is written', { set: refuses }],
  ['that never confirms a write', { set: never }],
  ['that cannot remove values', { remove: refuses }],
];

async function signInSlowly(world: World, auth: ReturnType<World['client']>) {
  const { done, url } = await toCallback(world, auth);
  const handled = auth.handleCallback(url);
  await viewOf(world, done);
  return viewOf(world, handled);
}

describe('a storage that fails', () => {
  test.each(BROKEN)('a user signs in, calls TMDB and signs out on a storage %s', async (_, broken) => {
    const world = await createWorld();
    const auth = world.client({ storage: brokenStorage(world.storage, broken) });
    expect(await signInSlowly(world, auth)).toMatchObject({
      status: 'user',
      account: { username: 'sandra' },
    });
    expect((await auth.fetch('/3/account')).status).toBe(200);
    expect(await viewOf(world, auth.logout())).toMatchObject({ state: 'idle.loggedOut' });
    expect(world.tmdb.sessions()).toEqual([]);
    expect(world.warnings).not.toEqual([]);
    expect(new Set(world.warnings.map(({ code }) => code))).toEqual(new Set(['storage_unavailable']));
  });

  test.each(BROKEN)('a guest signs in on a storage %s', async (_, broken) => {
    const world = await createWorld();
    const auth = world.client({ storage: brokenStorage(world.storage, broken) });
    expect((await viewOf(world, auth.loginAsGuest())).status).toBe('guest');
    expect(world.tmdb.guests()).toHaveLength(1);
  });

  test.each(BROKEN)('a second loginAsGuest() returns the same guest on a storage %s', async (_, broken) => {
    const world = await createWorld();
    const auth = world.client({ storage: brokenStorage(world.storage, broken) });
    await ended(world, auth.loginAsGuest());
    expect((await viewOf(world, auth.loginAsGuest())).status).toBe('guest');
    expect(world.tmdb.guests()).toHaveLength(1);
  });
});

test('an unreadable storage is reported at the start, and retry() reads it again', async () => {
  const world = await createWorld();
  await world.signIn(world.client());
  let isBlocked = true;
  const storage = brokenStorage(world.storage, {
    get: (key) => (isBlocked ? blocked() : world.storage.get(key)),
  });
  const auth = world.client({ storage });
  await world.reaches(auth, 'idle.fresh');
  expect(auth.getView()).toMatchObject({
    failure: { code: 'storage_unavailable', retryable: true },
    can: { retry: true, login: true },
  });
  isBlocked = false;
  expect(await viewOf(world, auth.retry())).toMatchObject({ status: 'user', failure: null });
});

test('retry() succeeds on a storage that works again and is empty', async () => {
  const world = await createWorld();
  let isBlocked = true;
  const storage = brokenStorage(world.storage, {
    get: (key) => (isBlocked ? blocked() : world.storage.get(key)),
  });
  const auth = world.client({ storage });
  await world.reaches(auth, 'idle.fresh');
  isBlocked = false;
  expect(await viewOf(world, auth.retry())).toMatchObject({ state: 'idle.fresh', failure: null });
});

const GARBAGE: readonly [string, string][] = [
  ['an empty text', ''],
  ['invalid JSON', '{"v":1,"facts":'],
  ['null', 'null'],
  ['a number', '42'],
  ['an array', '[1,2,3]'],
  ['an HTML page', '<!doctype html><title>hello</title>'],
  ['an unknown version', '{"v":0,"facts":{},"secrets":{}}'],
  ['data of another program', '{"access_token":"abc","expires_in":3600}'],
  ['a record without secrets', '{"v":1,"facts":{"session":{"createdAt":1,"expiresAt":null}}}'],
  ['a record with wrong types', '{"v":1,"facts":[],"secrets":"x"}'],
  ['deep nesting', '['.repeat(50_000)],
];

describe('garbage in storage', () => {
  test.each(GARBAGE)('an unreadable record is removed and reported: %s', async (_, text) => {
    const world = await createWorld();
    await world.storage.set(storageKeyOf(world), text);
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    expect(auth.getView().failure).toBeNull();
    expect(await storedIn(world)).toBeNull();
    expect(world.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
    expect(JSON.stringify(world.warnings)).not.toContain('access_token');
    await world.signIn(auth);
    expect(auth.getView().status).toBe('user');
  });
});

test('a record with the facts of a session but no session id counts as signed out, without a request', async () => {
  const world = await createWorld();
  const facts = { token: null, exchanging: null, session: { createdAt: 1, expiresAt: null }, guest: null };
  await world.storage.set(storageKeyOf(world), JSON.stringify({ v: 1, facts, secrets: { sessionId: null } }));
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  expect(world.tmdb.requests).toEqual([]);
});

test('the client uses one key that does not grow, however often users sign in and out', async () => {
  const world = await createWorld();
  const sizes = new Set<number>();
  const keys = new Set<string>();
  const storage = brokenStorage(world.storage, {
    set(key, value) {
      keys.add(key);
      return world.storage.set(key, value);
    },
  });
  const auth = world.client({ storage });
  for (let round = 0; round < 10; round++) {
    await world.signIn(auth);
    sizes.add((await storedIn(world))?.length ?? 0);
    await auth.logout();
    expect(await storedIn(world)).toBeNull();
  }
  expect(keys.size).toBe(1);
  expect(sizes.size).toBe(1);
});
