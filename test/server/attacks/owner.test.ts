import { describe, expect, test } from 'vitest';
import { PROXY } from '../../../src/platforms/server/index.ts';
import { createSite } from '../site.ts';
import { FROM_HERE, plain, tapped, USERS, wiretap } from './support.ts';

/** Spellings of paths that TMDB answers for the key's owner when no session is sent. */
const OF_V3: readonly string[] = [
  '/3/account',
  '/3/account/',
  '/3/account/1/lists',
  '/3/Account',
  '/3/ACCOUNT/1/rated/movies',
  '/3/account.json',
  '/3/account/1.json',
  '/3/%61ccount',
  '/3/%41CCOUNT',
  '/3/movie/..%2faccount',
  '/3/movie/..%2Faccount/1/lists',
  '/3/movie/550/..%2f..%2faccount',
  '/3/./account',
  '/3/.%2faccount',
  '/3//account',
  '//3/account',
  '///3//account//1',
  '/%33/account',
  '/3%2faccount',
  '/3/movie/550/account_states',
  '/3/movie/550/Account_States',
  '/3/movie/550/account_states.json',
  '/3/movie/550/account%5fstates',
  '/3/tv/1396/season/1/episode/1/account_states/',
  '/3/movie/550/account_states%2f',
  '/3/movie/550/rating',
  '/3/movie/550?append_to_response=account_states',
  '/3/movie/550?append_to_response=videos,%61ccount_states',
  '/3/movie/550?append_to_response=videos&append_to_response=account_states',
  '/3/movie/550?append_to_response[]=account_states',
  '/3/movie/550?Append_To_Response=Account_States',
  '/3/movie/550?%61ppend_to_response=account_states',
  '/3/movie/..%2fmovie/550?append_to_response=images,account_states,videos',
];
const OF_V4: readonly string[] = [
  `/4/account/${'a'.repeat(24)}/lists`,
  `/4/Account/${'a'.repeat(24)}/movie/rated`,
  `/4/%61ccount/${'a'.repeat(24)}/lists`,
  `//4//account/${'a'.repeat(24)}/lists/`,
  `/4/list/..%2faccount/${'a'.repeat(24)}/lists`,
  `/3/..%2f4/account/${'a'.repeat(24)}/lists`,
  `/4/account/${'a'.repeat(24)}/lists.json`,
];
const NOT_JUDGEABLE = [
  '/3/%2561ccount',
  '/3/account%00',
  '/3/account;x',
  '/3/movie/..%5caccount',
  '/3/account%20',
];

describe('a path that TMDB would answer for the key’s owner', () => {
  const EVERY = [...OF_V3, ...OF_V4, ...NOT_JUDGEABLE];

  const isUnclear = (path: string) => /%(00|25|5c)|;/i.test(path);

  test.each(EVERY)('is refused to the server’s own pages before TMDB is asked: %s', async (path) => {
    const { sent, fetch } = wiretap();
    const site = await createSite({ fetch });
    const guest = site.browser();
    await guest.submit('/auth/guest');
    sent.length = 0;
    const asGuest = [...guest.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const handler = site.instance();
    const isForGuests = /^\/3\/.*(account_states|account%5fstates|rating)(\/|%2f)?$/i.test(path);
    for (const cookie of ['', ...(isForGuests ? [] : [asGuest])]) {
      const asking = handler.fetch(plain('GET', '/', { cookie }), path);
      await expect(asking).rejects.toThrow(isUnclear(path) ? 'could read this path' : 'Nobody is signed in');
    }
    expect(sent).toEqual([]);
  });

  test.each(EVERY)('never reaches TMDB through the proxy: %s', async (path) => {
    const { sent, fetch } = wiretap();
    const site = await createSite({ fetch, proxy: [...PROXY] });
    const answered = await site.browser().send(plain('GET', `/auth/tmdb${path}`, FROM_HERE));
    expect([401, 404]).toContain(answered.status);
    expect(sent).toEqual([]);
  });
});

describe('a signed-in user', () => {
  test.each(OF_V3)('asks %s with their session, by the path that TMDB reads', async (path) => {
    const { site, browser, sent } = await tapped();
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    await site.instance().fetch(plain('GET', '/', { cookie }), path);
    const [{ url } = { url: new URL('missing:') }] = sent;
    expect(url.searchParams.getAll('session_id').length).toBe(1);
    expect(url.pathname).toMatch(/^(\/[\w.-]+)+$/);
    expect(decodeURIComponent(url.pathname)).toBe(url.pathname);
  });

  test.each(OF_V4)('with a v3 session alone is refused %s', async (path) => {
    const { site, browser, sent } = await tapped();
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const asking = site.instance().fetch(plain('GET', '/', { cookie }), path);
    await expect(asking).rejects.toMatchObject({ code: 'not_allowed' });
    expect(sent).toEqual([]);
  });
});

test('a guest who plants ids does not learn the owner’s states of a film', async () => {
  const { sent, fetch } = wiretap();
  const site = await createSite({ fetch }, { users: USERS });
  const guest = site.browser();
  await guest.submit('/auth/guest');
  sent.length = 0;
  const query = '?append_to_response=account_states&guest_session_id=planted&session_id=planted';
  expect((await guest.send(plain('GET', `/auth/tmdb/3/movie/550${query}`))).status).toBe(401);
  expect(sent).toEqual([]);
});

test('a path that shows nothing personal is open to every visitor', async () => {
  const { sent, fetch } = wiretap();
  const site = await createSite({ fetch });
  const handler = site.instance();
  const paths = [
    '/3/movie/550',
    '/3//movie/550',
    '/3/find/tom.holland?external_source=imdb_id',
    '/3/movie/550?append_to_response=videos,images',
    '/3/search/movie?query=account',
    '/4/list/1',
  ];
  for (const path of paths) await handler.fetch(plain('GET', '/'), path);
  expect(sent.every(({ url }) => !url.searchParams.has('session_id'))).toBe(true);
  expect(sent.length).toBe(paths.length);
});
