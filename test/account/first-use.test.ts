/** Mistakes that the compiler does not find: in JavaScript, and in how a method is called. */
import { expect, test } from 'vitest';
import { accountOf, type Kind } from '../../src/account/index.ts';
import { createTestAuth } from '../../src/tools/testing/index.ts';

test('an unknown kind is refused before TMDB is asked', async () => {
  const auth = createTestAuth('user');
  const my = accountOf(auth);
  const asked = [
    my.ratings('film' as Kind),
    my.favorites('episode' as 'movie'),
    my.watchlisted('toString' as 'movie'),
  ];
  for (const listing of asked)
    await expect(listing.total()).rejects.toMatchObject({ code: 'invalid_value', retryable: false });
  expect(auth.tmdb.requests).toEqual([]);
});

test('methods of lists do not need `this`', async () => {
  const { create, contains } = accountOf(createTestAuth('user')).lists;
  const { id } = await create({ name: 'To see' });
  expect(await contains(id, { tv: 1396 })).toBe(false);
});

test('a private list without v4 fails with the advice to sign in again', async () => {
  const auth = createTestAuth('user');
  await expect(accountOf(auth).lists.create({ name: 'Mine', public: false })).rejects.toMatchObject({
    code: 'not_allowed',
    message: expect.stringContaining('sign in again'),
  });
  expect(auth.tmdb.account().lists).toEqual([]);
});

test('a guest sees their ratings of a season even if TMDB refuses its states', async () => {
  const auth = createTestAuth('guest');
  auth.tmdb.quirks.guestAccountStates = false;
  const my = accountOf(auth);
  await my.rate({ tv: 1396, season: 1, episode: 2 }, 8);
  await my.rate({ tv: 1396, season: 2, episode: 1 }, 4);
  expect(await my.states({ tv: 1396, season: 1 })).toEqual([{ episode: 2, rating: 8 }]);
  expect(auth.getView().status).toBe('guest');
});

test('a call with an aborted signal says that the request was cancelled', async () => {
  const controller = new AbortController();
  controller.abort();
  const my = accountOf(createTestAuth('user'));
  const rated = my.rate({ movie: 550 }, 8, { signal: controller.signal });
  await expect(rated).rejects.toMatchObject({ code: 'cancelled', message: 'The request was cancelled.' });
});

test('a call that is aborted while it runs says that the request was cancelled', async () => {
  const controller = new AbortController();
  const auth = createTestAuth('user');
  auth.tmdb.faults.add({ kind: 'hang', match: 'POST /3/movie/550/rating' });
  const rated = accountOf(auth).rate({ movie: 550 }, 8, { signal: controller.signal });
  const refused = expect(rated).rejects.toMatchObject({ message: 'The request was cancelled.' });
  await expect.poll(() => auth.tmdb.requests.length).toBe(1);
  controller.abort();
  await refused;
});
