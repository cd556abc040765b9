// david98hall/tmdb-js#2, celiao/tmdbsimple#105: TMDB deletes a v3 list and answers HTTP 500 with code 11; callers treat it as a failure, or repeat the request.
// Here: `lists.delete` checks whether the list is gone, and resolves if it is.
import { expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { codeOf, resultOf } from '../core/helpers.ts';
import { createPages } from '../remote/through-server.ts';
import { createWorld } from '../support/world.ts';

test('a list that TMDB deletes with HTTP 500 counts as deleted', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  const { lists } = accountOf(auth);
  const { id } = await lists.create({ name: 'Seen' });
  expect((await auth.fetch(`/3/list/${id}`, { method: 'DELETE' })).status).toBe(500);
  const { id: other } = await lists.create({ name: 'Seen again' });
  await lists.delete(other);
  expect(world.tmdb.account().lists).toEqual([]);
});

test('a list that still exists after HTTP 500 does not count as deleted', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  const { lists } = accountOf(auth);
  const { id } = await lists.create({ name: 'Seen' });
  world.tmdb.faults.add({ kind: 'status', code: 11, match: `DELETE /3/list/${id}` });
  await resultOf(world, lists.delete(id));
  expect(world.tmdb.account().lists).toEqual([]);
  const { id: stubborn } = await lists.create({ name: 'Seen' });
  world.tmdb.faults.add({ kind: 'status', code: 11, match: `DELETE /3/list/${stubborn}`, times: 99 });
  expect(await codeOf(world, lists.delete(stubborn))).toBe('unavailable');
});

test('a page that uses its server also learns that the list is gone', async () => {
  const pages = await createPages();
  const auth = pages.page();
  await pages.signIn(auth);
  const { lists } = accountOf(auth);
  const { id } = await lists.create({ name: 'Seen' });
  await lists.delete(id);
  expect(pages.site.tmdb.account().lists).toEqual([]);
});
