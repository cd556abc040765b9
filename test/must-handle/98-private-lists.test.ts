// adamayoung/TMDb#411: TMDB ignores `"public": false` when a v4 list is created, so a private list becomes public; only 0 and 1 count.
// Here: `lists.create({ public: false })` makes a private list, or rejects before any request if the user is signed in with v3.
import { expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { codeOf } from '../core/helpers.ts';
import { createWorld } from '../support/world.ts';

const privateOnes = async (apiVersion: 3 | 4) => {
  const world = await createWorld();
  const auth = world.client({ apiVersion });
  await world.signIn(auth);
  return { world, auth, lists: accountOf(auth).lists, stored: () => world.tmdb.account().lists };
};

test('a list created with `public: false` is private at TMDB', async () => {
  const { auth, lists, stored } = await privateOnes(4);
  await auth.api('/4/list', { method: 'POST', body: { name: 'Raw', iso_639_1: 'en', public: false } });
  await lists.create({ name: 'Mine', public: false });
  expect(stored().map((list) => [list.name, list.public])).toEqual([
    ['Raw', true],
    ['Mine', false],
  ]);
});

test('a list made private later is private at TMDB', async () => {
  const { lists, stored } = await privateOnes(4);
  const { id } = await lists.create({ name: 'Ours' });
  await lists.update(id, { public: false });
  expect(stored()).toMatchObject([{ public: false }]);
});

test('a v3 sign-in does not create a public list instead of a private one', async () => {
  const { world, lists, stored } = await privateOnes(3);
  expect(await codeOf(world, lists.create({ name: 'Mine', public: false }))).toBe('not_allowed');
  expect(stored()).toEqual([]);
});
