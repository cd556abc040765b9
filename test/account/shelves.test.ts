import { describe, expect, test } from 'vitest';
import { codeOf, resultOf } from '../core/helpers.ts';
import { SECOND } from '../support/clock.ts';
import { BEN, guest, type Person, signInAs, user } from './helpers.ts';

/** Rates this many episodes, more than one page holds. */
async function rateEpisodes({ my, world }: Person, count: number) {
  for (let at = 0; at < count; at += 1) {
    await my.rate({ tv: 1396, season: 1 + Math.floor(at / 13), episode: 1 + (at % 13) }, 5);
    await world.clock.advance(SECOND);
  }
}

const lists = (asked: string[]) => asked.filter((each) => /rated|favorite\/|watchlist\//.test(each));

test('favourites and the watchlist are lists of films or series with TMDB’s details', async () => {
  const { my } = await user();
  await my.favorite({ movie: 550 });
  await my.favorite({ tv: 1396 });
  await my.watchlist({ movie: 603 });
  expect(await my.favorites('movie').toArray()).toMatchObject([{ id: 550, title: 'Paper Lions' }]);
  expect(await my.favorites('tv').toArray()).toMatchObject([{ id: 1396, name: 'Kettle & Crown' }]);
  expect(await my.watchlisted('movie').total()).toBe(1);
  expect(await my.watchlisted('tv').toArray()).toEqual([]);
});

describe.each(['user', 'guest'] as const)('ratings of a %s', (who) => {
  const person = who === 'user' ? () => user() : () => guest();

  test('are loaded page by page, each page once and only when needed', async () => {
    const someone = await person();
    await rateEpisodes(someone, 22);
    const { my, asked } = someone;
    const ratings = my.ratings('episode');
    expect(lists(asked())).toHaveLength(0);
    expect(await ratings.total()).toBe(22);
    for await (const { rating, episode_number } of ratings) {
      expect([rating, episode_number]).toEqual([5, 1]);
      break;
    }
    expect(lists(asked())).toHaveLength(1);
    expect(await ratings.toArray()).toHaveLength(22);
    expect(await ratings.toArray()).toHaveLength(22);
    expect((await ratings.page(2)).items).toHaveLength(2);
    expect(lists(asked())).toHaveLength(2);
  });

  test('can begin with the oldest or with the newest', async () => {
    const someone = await person();
    const { my, world } = someone;
    await my.rate({ movie: 603 }, 1);
    await world.clock.advance(SECOND);
    await my.rate({ movie: 550 }, 2);
    const ids = async (sort?: 'oldest' | 'newest') =>
      (await my.ratings('movie', sort ? { sort } : {}).toArray()).map(({ id }) => id);
    expect(await ids()).toEqual([603, 550]);
    expect(await ids('oldest')).toEqual([603, 550]);
    expect(await ids('newest')).toEqual([550, 603]);
  });

  test('contain null for a row without a rating', async () => {
    const { my, world } = await person();
    world.tmdb.quirks.rowsWithoutRating = [550];
    await my.rate({ movie: 550 }, 2);
    expect((await my.ratings('movie').toArray())[0]).toMatchObject({ id: 550, rating: null });
  });
});

test.each([200, 404, 500] as const)('a guest’s list is empty when TMDB answers with %d', async (status) => {
  const { my, asked } = await guest({ quirks: { emptyGuestList: status } });
  expect(await my.ratings('tv').toArray()).toEqual([]);
  expect(lists(asked())).toHaveLength(1);
});

test('an app can read the guest’s ratings by path while a user is signed in', async () => {
  const { my, auth, world } = await guest();
  await my.rate({ movie: 550 }, 4);
  await world.signIn(auth);
  const { results } = await auth.api<{ results: { id: number }[] }>('/3/guest_session/me/rated/movies');
  expect(results.map(({ id }) => id)).toEqual([550]);
  expect(await my.ratings('movie').toArray()).toEqual([]);
});

test('that path is refused without a guest, and TMDB is not asked', async () => {
  const { auth, world, asked } = await user();
  const before = asked().length;
  expect(await codeOf(world, auth.fetch('/3/guest_session/me/rated/movies'))).toBe('session_invalid');
  expect(asked()).toHaveLength(before);
});

test('the guest’s id does not appear in the app’s response', async () => {
  const { my, auth } = await guest();
  await my.rate({ movie: 550 }, 4);
  const { url } = await auth.fetch('/3/guest_session/me/rated/movies');
  expect(new URL(url).pathname).toBe('/3/guest_session/me/rated/movies');
});

test('an item that moved while pages were read appears once', async () => {
  const someone = await user();
  await rateEpisodes(someone, 22);
  const { my } = someone;
  const ratings = my.ratings('episode', { sort: 'newest' });
  await ratings.page(1);
  await my.rate({ tv: 1399, season: 1, episode: 1 }, 9);
  const ids = (await ratings.toArray()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(22);
});

test('a page that failed is requested again by the next reader', async () => {
  const { my, world } = await user();
  await my.favorite({ movie: 550 });
  const favorites = my.favorites('movie');
  world.tmdb.faults.add({ kind: 'status', status: 401, code: 45, match: /favorite/ });
  expect(await codeOf(world, favorites.total())).toBe('user_suspended');
  expect(await resultOf(world, favorites.total())).toBe(1);
});

test('an abort ends a list and keeps the items that arrived', async () => {
  const someone = await user();
  await rateEpisodes(someone, 22);
  const end = new AbortController();
  const ratings = someone.my.ratings('episode', { signal: end.signal });
  expect((await ratings.page(1)).items).toHaveLength(20);
  end.abort();
  expect(await codeOf(someone.world, ratings.toArray())).toBe('cancelled');
  expect((await ratings.page(1)).items).toHaveLength(20);
});

test('a list begun as one user does not continue as the next', async () => {
  const someone = await user();
  const { my, auth, world } = someone;
  await rateEpisodes(someone, 22);
  world.tmdb.addUser(BEN);
  const ratings = my.ratings('episode');
  await ratings.page(1);
  await auth.logout();
  await signInAs(world, auth, 'ben');
  expect(await codeOf(world, ratings.toArray())).toBe('cancelled');
});

test('a language option reaches TMDB', async () => {
  const { my, auth } = await user();
  const queries: string[] = [];
  const { fetch } = auth;
  Object.assign(auth, {
    fetch: (input: string, init: RequestInit) => {
      queries.push(input);
      return fetch(input, init);
    },
  });
  await my.favorites('tv', { language: 'de-DE', sort: 'newest' }).toArray();
  expect(queries).toEqual(['/3/account/548/favorite/tv?sort_by=created_at.desc&language=de-DE&page=1']);
});
