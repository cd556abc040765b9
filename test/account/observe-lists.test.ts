import { expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { observeList, observeLists } from '../../src/account/observe/index.ts';
import { quiet, resultOf } from '../core/helpers.ts';
import { FILM, follow, guestTab, twoTabs, userTab } from './observe.stage.ts';

const LISTS = /^GET \/3\/account\/\d+\/lists$/;

test('the user’s lists are loaded once for all subscribers', async () => {
  const { world, auth, asked } = await userTab();
  const one = follow(observeLists(auth));
  const two = follow(observeLists(auth));
  expect(one.last()).toEqual({ status: 'user', lists: undefined, isLoading: true, failure: null });
  await world.until(() => !one.last().isLoading);
  expect(one.last().lists).toEqual([]);
  expect(two.last()).toBe(one.last());
  expect(asked(LISTS)).toBe(1);
});

test('a list that another tab creates, fills and deletes is shown here', async () => {
  const { world, one, two } = await twoTabs();
  const there = accountOf(one.auth);
  const { last } = follow(observeLists(two.auth));
  await world.until(() => last().lists !== undefined);
  const { id } = await there.lists.create({ name: 'To see' });
  await world.until(() => last().lists?.[0]?.name === 'To see');
  const list = follow(observeList(two.auth, id));
  await world.until(() => list.last().items !== undefined);
  expect(list.last()).toMatchObject({ list: { id, name: 'To see' }, items: [], hasMore: false });
  await there.lists.add(id, FILM);
  await world.until(() => list.last().items?.[0]?.id === 550);
  await there.lists.delete(id);
  await world.until(() => last().lists?.length === 0);
  await world.until(() => list.last().failure?.code === 'not_found');
  expect(list.last()).toMatchObject({ list: undefined, items: undefined });
});

test('a change of one list does not reload another', async () => {
  const { world, auth, asked } = await userTab();
  const { lists } = accountOf(auth);
  const [one, two] = [await lists.create({ name: 'One' }), await lists.create({ name: 'Two' })];
  const { last } = follow(observeList(auth, one.id));
  await world.until(() => last().list !== undefined);
  await lists.add(two.id, FILM);
  await quiet();
  expect(asked(`GET /3/list/${one.id}`)).toBe(1);
});

test('the lists are requested again after a change that came while they were loading', async () => {
  const { world, auth } = await userTab();
  const release = world.tmdb.faults.add({ kind: 'hang', match: /\/lists$/, when: 'after' });
  const { last } = follow(observeLists(auth));
  await quiet();
  await accountOf(auth).lists.create({ name: 'Late' });
  release();
  await world.until(() => last().lists?.length === 1 && !last().isLoading);
});

test('items are loaded page by page, and a reload keeps the loaded pages', async () => {
  const { world, auth, asked } = await userTab(undefined, 4);
  const { id } = await accountOf(auth).lists.create({ name: 'Long' });
  const answer = (items: number[]) =>
    world.tmdb.faults.add({
      kind: 'answer',
      match: `GET /4/list/${id}`,
      body: {
        id,
        name: 'Long',
        item_count: 5,
        total_pages: 2,
        total_results: 5,
        results: items.map((movie) => ({ id: movie, title: `${movie}`, media_type: 'movie' })),
      },
    });
  // The third film moves to the second page meanwhile. A reload begins with the first page.
  const [first, second] = [
    [11, 18, 550],
    [550, 603, 680],
  ] as const;
  for (const items of [first, second, first, second]) answer([...items]);
  const list = observeList(auth, id);
  const { last } = follow(list);
  await world.until(() => last().items !== undefined);
  expect(last()).toMatchObject({ hasMore: true, list: { total: 5 } });
  expect(last().items).toHaveLength(3);
  await list.loadMore();
  expect(last().items?.map((item) => item.id)).toEqual([11, 18, 550, 603, 680]);
  expect(last().hasMore).toBe(false);
  await list.reload();
  expect(last().items).toHaveLength(5);
  expect(asked(`GET /4/list/${id}`)).toBe(4);
});

/** A list of a hundred films on pages of 20, by `GET /4/list/{id}`. */
async function longList(tab: Awaited<ReturnType<typeof userTab>>) {
  const { lists } = accountOf(tab.auth);
  const { id } = await lists.create({ name: 'Long' });
  const answer = (page: number) =>
    tab.world.tmdb.faults.add({
      kind: 'answer',
      match: `GET /4/list/${id}`,
      body: {
        id,
        name: 'Long',
        total_pages: 5,
        total_results: 100,
        results: Array.from({ length: 20 }, (_, at) => ({
          id: page * 100 + at,
          title: 'Film',
          media_type: 'movie',
        })),
      },
    });
  return { id, lists, answer, pages: () => tab.asked(`GET /4/list/${id}`) };
}

test('one more page of a list takes one request', async () => {
  const tab = await userTab(undefined, 4);
  const { id, answer, pages } = await longList(tab);
  for (const page of [1, 2, 3, 4, 5]) answer(page);
  const list = observeList(tab.auth, id);
  const { last } = follow(list);
  await tab.world.until(() => last().items !== undefined);
  for (const count of [2, 3, 4, 5]) {
    await resultOf(tab.world, list.loadMore());
    expect(last().items).toHaveLength(count * 20);
  }
  expect(last().hasMore).toBe(false);
  expect(pages()).toBe(5);
});

test('the next page of a changed list reloads all pages that are shown', async () => {
  const tab = await userTab(undefined, 4);
  const { id, lists, answer, pages } = await longList(tab);
  const list = observeList(tab.auth, id);
  answer(1);
  const { stop, last } = follow(list);
  await tab.world.until(() => last().items !== undefined);
  // No component shows the list, so the change does not load it at once.
  stop();
  await lists.add(id, FILM);
  const before = pages();
  for (const page of [1, 2, 3]) answer(page);
  await resultOf(tab.world, list.loadMore());
  expect(last().items).toHaveLength(40);
  await resultOf(tab.world, list.loadMore());
  expect(pages() - before).toBe(3);
});

test('the next loadMore() loads a page that could not be loaded', async () => {
  const tab = await userTab(undefined, 4);
  const { id, answer, pages } = await longList(tab);
  const list = observeList(tab.auth, id);
  answer(1);
  const { last } = follow(list);
  await tab.world.until(() => last().items !== undefined);
  tab.world.tmdb.faults.add({ kind: 'status', code: 45, match: `GET /4/list/${id}` });
  await resultOf(tab.world, list.loadMore());
  expect(last()).toMatchObject({ hasMore: true, failure: { code: 'user_suspended' } });
  answer(2);
  await resultOf(tab.world, list.loadMore());
  expect(last()).toMatchObject({ failure: null });
  expect(last().items).toHaveLength(40);
  expect(pages()).toBe(3);
});

test('a guest has no lists, and TMDB is not asked for them', async () => {
  const { world, auth } = await guestTab();
  const { last } = follow(observeLists(auth));
  await quiet();
  expect(last()).toEqual({ status: 'guest', lists: undefined, isLoading: false, failure: null });
  expect(world.tmdb.requests).toEqual([]);
});

test('lists of one user disappear when the user signs out', async () => {
  const { world, auth } = await userTab();
  await accountOf(auth).lists.create({ name: 'Secret' });
  const { last } = follow(observeLists(auth));
  await world.until(() => last().lists?.length === 1);
  await auth.logout();
  expect(last()).toMatchObject({ status: 'signedOut', lists: undefined });
});
