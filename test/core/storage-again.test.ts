import { expect, test } from 'vitest';
import type { StoragePort } from '../../src/index.ts';
import { callback } from '../support/approval.ts';
import { createWorld, type World } from '../support/world.ts';
import { brokenStorage, codeOf, ended, never, storedIn, toApproval, viewOf } from './helpers.ts';

/** A storage that fails until `works()` is called. */
function failing({ storage }: World, fail: () => never | Promise<never>) {
  let fails = true;
  const unless = <T>(work: () => T) => (fails ? fail() : work());
  const port: StoragePort = brokenStorage(storage, {
    get: (key) => unless(() => storage.get(key)),
    set: (key, value) => unless(() => storage.set(key, value)),
    remove: (key) => unless(() => storage.remove(key)),
  });
  return {
    storage: port,
    works: (isSo = true) => {
      fails = !isSo;
    },
  };
}

const blocked = () => {
  throw new Error('blocked');
};

test('retry() asks a storage again at once that did not answer', async () => {
  const world = await createWorld();
  await world.signIn(world.client());
  const { storage, works } = failing(world, never);
  const auth = world.client({ storage });
  await world.reaches(auth, 'idle.fresh');
  works();
  expect(await viewOf(world, auth.retry())).toMatchObject({ status: 'user', failure: null });
});

test('a session that could not be written is written with the next call, once the storage works', async () => {
  const world = await createWorld();
  const { storage, works } = failing(world, blocked);
  works();
  const auth = world.client({ storage });
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  works(false);
  await ended(world, auth.handleCallback(callback(requestToken)));
  expect(await codeOf(world, done)).toBe('resolved');
  expect(auth.getView()).toMatchObject({ status: 'user', failure: { code: 'storage_unavailable' } });
  works();
  await viewOf(world, auth.cancel());
  expect(await storedIn(world)).toContain('"username":"sandra"');
});

test('a second logout() removes the record that the first could not remove', async () => {
  const world = await createWorld();
  const { storage, works } = failing(world, blocked);
  works();
  const auth = world.client({ storage });
  await world.signIn(auth);
  works(false);
  expect(await viewOf(world, auth.logout())).toMatchObject({
    state: 'idle.loggedOut',
    failure: { code: 'storage_unavailable' },
  });
  expect(await storedIn(world)).not.toBeNull();
  works();
  await viewOf(world, auth.logout());
  expect(await storedIn(world)).toBeNull();
});

test('a storage that keeps failing is reported once for each change, not for each try', async () => {
  const world = await createWorld();
  const { storage } = failing(world, blocked);
  const auth = world.client({ storage });
  await viewOf(world, auth.loginAsGuest());
  const before = world.warnings.length;
  for (let call = 0; call < 5; call++) await viewOf(world, auth.cancel());
  expect(world.warnings).toHaveLength(before);
});
