import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { expect, onTestFinished, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { accountQueries, keepInStep } from '../../src/account/query/index.ts';
import type { TmdbAuth } from '../../src/index.ts';
import { ALWAYS, quiet, resultOf, uncaughtDuring } from '../core/helpers.ts';
import { SECOND } from '../support/clock.ts';
import { emptyTab, FILM, RATING, rejection, STATES, twoTabs, userTab } from './observe.stage.ts';

/** Never stale: only invalidated queries are requested again. */
function cacheOf(auth: TmdbAuth) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const stop = keepInStep(auth, client);
  onTestFinished(() => {
    stop();
    client.clear();
  });
  return client;
}

/** A component that shows a query. */
function shownBy(
  client: QueryClient,
  options: { queryKey: readonly unknown[]; queryFn(context: never): unknown },
) {
  const observer = new QueryObserver<unknown>(client, options as never);
  onTestFinished(observer.subscribe(() => {}));
  return () => observer.getCurrentResult().data;
}

const idsIn = (rows: unknown) => (rows as { id: number }[] | undefined)?.map(({ id }) => id);

test('the key of a query names its user and contains no secret', async () => {
  const { auth } = await userTab();
  const { queryKey } = accountQueries(auth).states({ movie: 550 });
  expect(queryKey).toEqual(['tmdb-auth', `user ${auth.getView().account?.id}`, 'states', 'movie/550']);
  expect(accountQueries(auth).list(7).queryKey.slice(2)).toEqual(['list', 7]);
});

test('queries return states, ratings, favourites, the watchlist, lists and one list', async () => {
  const { world, auth } = await userTab();
  const my = accountOf(auth);
  const client = cacheOf(auth);
  await my.rate(FILM, 8);
  await my.favorite(FILM);
  await my.watchlist({ tv: 1396 });
  const { id } = await my.lists.create({ name: 'To see' });
  await my.lists.add(id, FILM);
  const queries = accountQueries(auth);
  // Simulated time runs, as requests are spaced.
  const fetched = <T>(query: Parameters<typeof client.fetchQuery<T>>[0]) =>
    resultOf(world, client.fetchQuery(query));
  expect(await fetched(queries.states(FILM))).toEqual({
    rating: 8,
    favorite: true,
    watchlist: false,
  });
  expect(await fetched(queries.ratings('movie'))).toMatchObject([{ id: 550, rating: 8 }]);
  expect(idsIn(await fetched(queries.favorites('movie')))).toEqual([550]);
  expect(idsIn(await fetched(queries.watchlisted('tv')))).toEqual([1396]);
  expect(await fetched(queries.lists())).toMatchObject([{ id, name: 'To see' }]);
  expect(await fetched(queries.list(id))).toMatchObject({ name: 'To see', items: [{ id: 550 }] });
});

test('queries of a signed-out client are disabled and reject when they run', async () => {
  const { world, auth } = await emptyTab();
  const states = accountQueries(auth).states(FILM);
  expect(states).toMatchObject({ enabled: false, queryKey: ['tmdb-auth', null, 'states', 'movie/550'] });
  expect(await rejection(states.queryFn({}))).toBe('cancelled');
  expect(world.tmdb.requests).toEqual([]);
});

test('a change in another tab is shown in the cache without a request', async () => {
  const { world, one, two } = await twoTabs();
  const client = cacheOf(two.auth);
  const shown = shownBy(client, accountQueries(two.auth).states(FILM));
  await world.until(() => shown() !== undefined);
  await accountOf(one.auth).rate(FILM, 9);
  expect(shown()).toMatchObject({ rating: 9, favorite: false });
  await quiet();
  expect(two.asked(STATES)).toBe(1);
});

test('a new favourite is requested, and a removed one disappears at once', async () => {
  const { world, auth } = await userTab();
  const my = accountOf(auth);
  const shown = shownBy(cacheOf(auth), accountQueries(auth).favorites('movie'));
  await world.until(() => shown() !== undefined);
  await my.favorite(FILM);
  await world.until(() => idsIn(shown())?.length === 1);
  await my.favorite(FILM, false);
  expect(shown()).toEqual([]);
});

test('a changed rating is shown at once in the list of ratings, which is requested when TMDB has caught up', async () => {
  const { world, auth, asked } = await userTab();
  const RATED = /^GET \/3\/account\/\d+\/rated\/movies$/;
  const my = accountOf(auth);
  await my.rate(FILM, 5);
  const shown = shownBy(cacheOf(auth), accountQueries(auth).ratings('movie'));
  await world.until(() => shown() !== undefined);
  await my.rate(FILM, 6);
  await my.rate({ movie: 11 }, 7);
  expect(shown()).toMatchObject([{ id: 550, rating: 6 }]);
  await quiet();
  expect(asked(RATED)).toBe(1);
  world.clock.advance(11 * SECOND);
  await world.until(() => idsIn(shown())?.length === 2);
  expect(asked(RATED)).toBe(2);
  await my.unrate(FILM);
  expect(idsIn(shown())).toEqual([11]);
});

test('a rating that TMDB refuses does not change the cache', async () => {
  const { world, auth } = await userTab();
  const shown = shownBy(cacheOf(auth), accountQueries(auth).states(FILM));
  await world.until(() => shown() !== undefined);
  world.tmdb.faults.add({ kind: 'status', code: 45, match: RATING, times: ALWAYS });
  expect(await rejection(accountOf(auth).rate(FILM, 9))).toBe('user_suspended');
  expect(shown()).toMatchObject({ rating: null });
});

test('a list that is created, changed or deleted is requested again', async () => {
  const { world, auth } = await userTab(undefined, 4);
  const my = accountOf(auth);
  const client = cacheOf(auth);
  const lists = shownBy(client, accountQueries(auth).lists());
  await world.until(() => lists() !== undefined);
  const { id } = await my.lists.create({ name: 'To see' });
  await world.until(() => idsIn(lists())?.length === 1);
  const list = shownBy(client, accountQueries(auth).list(id));
  await world.until(() => list() !== undefined);
  await my.lists.add(id, FILM);
  await world.until(() => idsIn((list() as { items: unknown }).items)?.length === 1);
});

test('the app’s own queries stay when the user changes', async () => {
  const { world, auth } = await userTab();
  const client = cacheOf(auth);
  const own = [
    ['tmdb', 'movie', 550],
    ['tmdb-auth', 'movie', 550],
    ['tmdb-auth', `user ${auth.getView().account?.id}`, 'theme'],
    ['tmdb-auth'],
  ];
  for (const key of own) client.setQueryData(key, 'of the app');
  await resultOf(world, client.fetchQuery(accountQueries(auth).lists()));
  await auth.logout();
  await auth.loginAsGuest();
  const left = client.getQueryCache().getAll();
  expect(left.map(({ queryKey, state }) => [queryKey, state.data])).toEqual(
    own.map((key) => [key, 'of the app']),
  );
});

test('a rated episode without a series stays unchanged when another one is rated', async () => {
  const { world, auth } = await userTab();
  const EPISODE = { tv: 1396, season: 1, episode: 1 };
  const my = accountOf(auth);
  await my.rate(EPISODE, 5);
  world.tmdb.faults.add({
    kind: 'answer',
    match: /rated\/tv\/episodes/,
    body: {
      results: [
        { id: 1, name: 'No series', rating: 4 },
        { id: 2, show_id: 1396, season_number: 1, episode_number: 1, name: 'One', rating: 5 },
      ],
      total_results: 2,
      total_pages: 1,
    },
  });
  const shown = shownBy(cacheOf(auth), accountQueries(auth).ratings('episode'));
  await world.until(() => shown() !== undefined);
  const uncaught = await uncaughtDuring(async () => {
    await my.rate(EPISODE, 8);
    await quiet();
  });
  expect(uncaught).toEqual([]);
  expect(shown()).toMatchObject([
    { id: 1, rating: 4 },
    { id: 2, rating: 8 },
  ]);
});
