import { describe, expect, test } from 'vitest';
import { accountOf, type MyAccount } from '../../src/account/index.ts';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { codeOf, resultOf } from '../core/helpers.ts';
import { BEN, guest, messageOf, signedOut, signInAs, user } from './helpers.ts';

const FILM = { movie: 550 };
const SERIES = { tv: 1396 };
const EPISODE = { tv: 1396, season: 1, episode: 2 };

describe('a user', () => {
  test.each([3, 4] as const)(
    'of v%d rates a film, a series and an episode, and removes the ratings',
    async (v) => {
      const { my, world } = await user(v);
      await my.rate(FILM, 8.5);
      await my.rate(SERIES, 0.5);
      await my.rate(EPISODE, 10);
      expect(world.tmdb.account().ratings.map(({ value }) => value)).toEqual([8.5, 0.5, 10]);
      for (const media of [FILM, SERIES, EPISODE]) await my.unrate(media);
      expect(world.tmdb.account().ratings).toEqual([]);
    },
  );

  test.each(['favorite', 'watchlist'] as const)(
    'adds films and series to the %s and removes them',
    async (name) => {
      const { my, world } = await user();
      const kept = () => world.tmdb.account()[name === 'favorite' ? 'favorites' : 'watchlist'];
      await my[name](FILM);
      await my[name](SERIES, true);
      expect(kept()).toMatchObject([{ media_id: 550 }, { media_id: 1396 }]);
      await my[name](FILM, false);
      expect(kept()).toMatchObject([{ media_id: 1396 }]);
    },
  );
});

describe('a guest', () => {
  test('rates and removes the rating', async () => {
    const { my, world, auth } = await guest();
    await my.rate(EPISODE, 7);
    expect(auth.getView().state).toBe('guestActive.used');
    expect(world.tmdb.guests()[0]?.ratings).toBe(1);
    await my.unrate(EPISODE);
    expect(world.tmdb.guests()[0]?.ratings).toBe(0);
  });

  test.each<[string, (my: MyAccount) => Promise<unknown>]>([
    ['favorite', (my) => my.favorite(FILM)],
    ['watchlist', (my) => my.watchlist(FILM, false)],
    ['favorites', (my) => my.favorites('movie').total()],
    ['lists.all', (my) => my.lists.all().toArray()],
    ['lists.create', (my) => my.lists.create({ name: 'A' })],
    ['lists.delete', (my) => my.lists.delete(1)],
  ])('is told to sign in by %s, and TMDB is not asked', async (_, call) => {
    const { my, world, asked } = await guest();
    const before = asked().length;
    expect(await codeOf(world, call(my))).toBe('not_allowed');
    expect(await messageOf(call(my))).toBe('Guests can only rate: sign in first.');
    expect(asked()).toHaveLength(before);
  });
});

test('every call of a signed-out client is refused without a request', async () => {
  const { my, world } = await signedOut();
  expect(await codeOf(world, my.rate(FILM, 5))).toBe('session_invalid');
  expect(await codeOf(world, my.states(FILM))).toBe('session_invalid');
  expect(await codeOf(world, my.lists.create({ name: 'A' }))).toBe('session_invalid');
  expect(world.tmdb.requests).toHaveLength(0);
});

test('a call during the restore waits for its end', async () => {
  const { world } = await user();
  const again = world.client();
  const done = accountOf(again).rate(FILM, 6);
  expect(again.getView().state).toBe('restoring');
  await resultOf(world, done);
  expect(world.tmdb.account().ratings).toMatchObject([{ value: 6 }]);
});

describe('a value that TMDB would refuse', () => {
  const WRONG: [string, (my: MyAccount) => Promise<unknown>][] = [
    ...[0, 0.3, 10.5, 11, -1, Number.NaN, Number.POSITIVE_INFINITY, '8', null].map(
      (value): [string, (my: MyAccount) => Promise<unknown>] => [
        `the rating ${JSON.stringify(value)}`,
        (my) => my.rate(FILM, value as number),
      ],
    ),
    ...[
      {},
      null,
      { movie: '550' },
      { movie: 5.5 },
      { movie: 0 },
      { movie: 1, tv: 2 },
      { tv: 1, season: 1 },
      { tv: 1, episode: 1 },
      { tv: 1, season: -1, episode: 1 },
    ].map((media): [string, (my: MyAccount) => Promise<unknown>] => [
      `rating ${JSON.stringify(media)}`,
      (my) => my.rate(media as typeof FILM, 5),
    ]),
    ['an episode as a favourite', (my) => my.favorite(EPISODE as unknown as typeof SERIES)],
    ['an episode on a list', (my) => my.lists.add(1, EPISODE as unknown as typeof SERIES)],
    ['a list without a name', (my) => my.lists.create({ name: ' ' })],
    ['a list id that is no number', (my) => my.lists.get('../account' as unknown as number)],
  ];

  test.each(WRONG)('is refused before any request: %s', async (_, call) => {
    const { my, world, asked } = await user();
    const before = asked().length;
    expect(await codeOf(world, call(my))).toBe('invalid_value');
    expect(asked()).toHaveLength(before);
  });
});

describe('a change that may be repeated', () => {
  const LOST: Fault[] = [
    { kind: 'dropBefore' },
    { kind: 'dropAfter' },
    { kind: 'status', status: 503, code: 46 },
    { kind: 'rateLimited', retryAfter: 3 },
    { kind: 'html', status: 502 },
    { kind: 'truncated' },
    { kind: 'hang' },
  ];
  test.each(LOST)('is repeated after $kind until TMDB has stored it', async (fault) => {
    const { my, world, asked } = await user();
    world.tmdb.faults.add({ ...fault, match: 'POST /3/movie/550/rating' });
    await resultOf(world, my.rate(FILM, 9));
    expect(world.tmdb.account().ratings).toMatchObject([{ value: 9 }]);
    expect(asked().filter((each) => each === 'POST /3/movie/550/rating')).toHaveLength(2);
  });

  test('is sent four times at most', async () => {
    const { my, world, asked } = await user();
    world.tmdb.faults.add({ kind: 'status', status: 503, match: /rating/, times: 9 });
    expect(await codeOf(world, my.rate(FILM, 9))).toBe('unavailable');
    expect(asked().filter((each) => /rating/.test(each))).toHaveLength(4);
  });

  test('is not repeated if TMDB asks for a pause of more than a minute', async () => {
    const { my, world, asked } = await user();
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 90, match: /rating/, times: 9 });
    expect(await codeOf(world, my.rate(FILM, 9))).toBe('rate_limited');
    expect(asked().filter((each) => /rating/.test(each))).toHaveLength(1);
  });
});

test('an unknown film rejects with not_found and is requested once', async () => {
  const { my, world, asked } = await user();
  expect(await codeOf(world, my.rate({ movie: 999_999 }, 5))).toBe('not_found');
  expect(asked().filter((each) => /rating/.test(each))).toHaveLength(1);
});

test('two changes of one rating are sent in the order of the calls', async () => {
  const { my, world } = await user();
  const release = world.tmdb.faults.add({ kind: 'hang', match: /rating/ });
  const both = Promise.all([my.rate(FILM, 3), my.rate(FILM, 9)]);
  await world.until(() => world.tmdb.requests.some(({ held }) => held));
  release();
  await resultOf(world, both);
  expect(world.tmdb.account().ratings).toMatchObject([{ value: 9 }]);
});

test('an abort rejects at once with cancelled', async () => {
  const { my, world } = await user();
  world.tmdb.faults.add({ kind: 'hang', match: /rating/ });
  const end = new AbortController();
  const done = my.rate(FILM, 3, { signal: end.signal });
  await world.until(() => world.tmdb.requests.some(({ held }) => held));
  end.abort();
  expect(await codeOf(world, done)).toBe('cancelled');
});

test('a call with a session that TMDB has ended rejects, and the client verifies and drops it', async () => {
  const { my, world, auth } = await user();
  world.tmdb.revoke();
  expect(await codeOf(world, my.rate(FILM, 3))).toBe('session_invalid');
  await world.reaches(auth, 'idle.sessionRevoked');
});

test('a queued change is not made as a user who signed in meanwhile', async () => {
  const { my, world, auth } = await user();
  world.tmdb.addUser(BEN);
  const release = world.tmdb.faults.add({ kind: 'hang', match: /rating/ });
  const first = my.rate(FILM, 3);
  const second = my.rate(FILM, 4);
  await world.until(() => world.tmdb.requests.some(({ held }) => held));
  await auth.logout();
  await signInAs(world, auth, 'ben');
  release();
  const codes = [first, second].map((each) => codeOf(world, each));
  expect(await Promise.all(codes)).toEqual(['cancelled', 'cancelled']);
  expect(world.tmdb.account('ben').ratings).toEqual([]);
});
