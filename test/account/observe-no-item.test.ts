import { expect, test } from 'vitest';
import { accountOf, type Rateable } from '../../src/account/index.ts';
import { observeList, observeState } from '../../src/account/observe/index.ts';
import { quiet } from '../core/helpers.ts';
import { emptyTab, follow, rejection, userTab } from './observe.stage.ts';

/** Values that JavaScript may pass, from a router or before the id is known. */
const NONE: [string, unknown][] = [
  ['a string from a router', { movie: '550' }],
  ['a missing id', { movie: undefined }],
  ['NaN', { movie: Number.NaN }],
  ['a bigint', { movie: 550n }],
  ['a season', { tv: 1396, season: 1 }],
  ['nothing', undefined],
];

test.each(NONE)('the snapshot for %s says invalid_value, and TMDB is not asked', async (_, media) => {
  const { world, auth } = await userTab();
  const film = observeState(auth, media as Rateable);
  const { last } = follow(film);
  const refused = { status: 'user', rating: undefined, isLoading: false, failure: { code: 'invalid_value' } };
  expect(last()).toMatchObject(refused);
  expect(last()).toBe(film.getSnapshot());
  await film.reload();
  for (const change of [film.rate(8), film.unrate(), film.setFavorite(true), film.setWatchlist(true)])
    expect(await rejection(change)).toBe('invalid_value');
  await quiet();
  expect(last()).toMatchObject(refused);
  expect(world.tmdb.requests).toEqual([]);
});

test('an invalid item says so to the next user and after every change, too', async () => {
  const { world, auth } = await userTab();
  const { last } = follow(observeState(auth, { movie: Number.NaN }));
  await accountOf(auth).rate({ movie: 550 }, 7);
  expect(last()).toMatchObject({ rating: undefined, failure: { code: 'invalid_value' } });
  await auth.logout();
  expect(last()).toMatchObject({ status: 'signedOut', failure: { code: 'invalid_value' } });
  await auth.loginAsGuest();
  await quiet();
  expect(last()).toMatchObject({ status: 'guest', failure: { code: 'invalid_value' } });
  expect(world.tmdb.requests.filter(({ path }) => path.includes('states'))).toEqual([]);
});

test('an invalid item says so while nobody is signed in, too', async () => {
  const { auth } = await emptyTab();
  expect(observeState(auth, {} as Rateable).getSnapshot()).toMatchObject({
    status: 'signedOut',
    failure: { code: 'invalid_value', message: expect.stringContaining('{ movie: 550 }') },
  });
});

test.each([Number.NaN, '7', undefined, 0])('a list with the id %j says invalid_value', async (id) => {
  const { world, auth } = await userTab();
  const list = observeList(auth, id as number);
  const { last } = follow(list);
  await list.loadMore();
  await list.reload();
  expect(last()).toMatchObject({ items: undefined, hasMore: false, failure: { code: 'invalid_value' } });
  expect(world.tmdb.requests).toEqual([]);
});
