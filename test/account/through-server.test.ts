/**
 * The same calls from a page that has neither the key nor the session, because its server sends the requests.
 */
import { describe, expect, test } from 'vitest';
import { accountOf, type MyAccount } from '../../src/account/index.ts';
import { TmdbAuthError } from '../../src/index.ts';
import type { AuthHandlerOptions } from '../../src/platforms/server/index.ts';
import { createPages } from '../remote/through-server.ts';

const FILM = { movie: 550 };
const EPISODE = { tv: 1396, season: 1, episode: 2 };

async function page(options: Partial<AuthHandlerOptions> = {}) {
  const pages = await createPages(options);
  const auth = pages.page();
  await pages.reaches(auth, 'idle');
  return { pages, auth, my: accountOf(auth), tmdb: pages.site.tmdb };
}

async function user(options: Partial<AuthHandlerOptions> = {}) {
  const person = await page(options);
  await person.pages.signIn(person.auth);
  return person;
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error) => (TmdbAuthError.is(error) ? error.code : String(error)),
  );

async function useAll(my: MyAccount, isPublic: boolean) {
  await my.rate(FILM, 8);
  await my.rate(EPISODE, 3);
  await my.favorite({ tv: 1396 });
  expect(await my.states(FILM)).toEqual({ rating: 8, favorite: false, watchlist: false });
  expect(await my.ratings('episode').toArray()).toMatchObject([{ rating: 3 }]);
  expect(await my.favorites('tv').total()).toBe(1);
  const { id } = await my.lists.create({ name: 'A', public: isPublic });
  expect(await my.lists.add(id, FILM)).toEqual([{ media: FILM, outcome: 'done' }]);
  expect(await my.lists.contains(id, FILM)).toBe(true);
  await my.lists.clear(id);
  return id;
}

test.each([3, 4] as const)('a user of v%d rates, marks and creates lists', async (apiVersion) => {
  const { my, tmdb, pages } = await user({ apiVersion });
  const id = await pages.result(useAll(my, apiVersion === 3));
  expect(tmdb.account().lists).toMatchObject([{ public: apiVersion === 3, items: [] }]);
  await pages.result(my.lists.delete(id));
  expect(tmdb.account().lists).toEqual([]);
});

test('a guest rates and sees their ratings without knowing the guest’s id', async () => {
  const { my, auth, pages } = await page();
  await auth.loginAsGuest();
  await my.rate(FILM, 4);
  expect(await my.ratings('movie').toArray()).toMatchObject([{ id: 550, rating: 4 }]);
  expect(await codeOf(my.favorite(FILM))).toBe('not_allowed');
  expect(pages.seen.join('\n')).not.toMatch(/[0-9a-f]{32}/);
});

describe('a call that the server does not allow', () => {
  const REFUSED: [string, (my: MyAccount) => Promise<unknown>][] = [
    ['a rating', (my) => my.rate(FILM, 8)],
    ['a list', (my) => my.lists.create({ name: 'A' })],
  ];
  test.each(REFUSED)('is refused with a message of its own: %s', async (_, call) => {
    const { my } = await user({ proxy: ['GET /3/movie/*'] });
    const error = await call(my).catch((error: TmdbAuthError) => error);
    expect(error).toMatchObject({
      code: 'unexpected',
      message: expect.stringContaining('see the option proxy'),
    });
  });
});

test('the page notices that TMDB has ended the session', async () => {
  const { my, auth, pages, tmdb } = await user();
  tmdb.revoke();
  expect(await codeOf(my.rate(FILM, 8))).toBe('session_invalid');
  await pages.reaches(auth, 'idle.sessionRevoked');
});

test('a call of a signed-out page is refused before the server is asked', async () => {
  const { my, tmdb } = await page();
  const before = tmdb.requests.length;
  expect(await codeOf(my.rate(FILM, 8))).toBe('session_invalid');
  expect(tmdb.requests).toHaveLength(before);
});
