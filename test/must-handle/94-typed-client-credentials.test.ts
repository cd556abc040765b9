// Seen with tmdb-ts and @lorenzopant/tmdb: A typed client put its own token or key, or an empty session, into every request, and TMDB got two of each.
// Here: `auth.fetch` replaces all other credentials with the client's own, in the header and in the query, in pages and on the server.
import { expect, test } from 'vitest';
import { signedIn } from '../core/helpers.ts';
import { listener } from '../core/servers.ts';
import { createPages } from '../remote/through-server.ts';
import { createWorld } from '../support/world.ts';

const OTHERS = 'api_key=unused&session_id=&guest_session_id=mine&page=1';
const headers = { authorization: 'Bearer unused', 'content-type': 'application/json;charset=utf-8' };

test('TMDB does not get a typed client’s own token and session with an access token', async () => {
  const world = await createWorld();
  const { url, heard } = await listener();
  const auth = world.client({ baseURL: url });
  await auth.fetch(new Request(`${url}/3/movie/550?${OTHERS}`, { headers }));
  expect(heard[0]?.headers.authorization).toBe(`Bearer ${world.tmdb.accessToken}`);
  expect([...(heard[0]?.query ?? [])]).toEqual([['page', '1']]);
});

test('TMDB does not get a typed client’s own token with an API key', async () => {
  const world = await createWorld();
  const { url, heard } = await listener();
  const { apiKey } = world.tmdb;
  const auth = world.client({ baseURL: url, credentials: { apiKey } });
  await auth.fetch(`${url}/3/movie/550?${OTHERS}`, { headers });
  expect(heard[0]?.headers.authorization).toBeUndefined();
  expect([...(heard[0]?.query ?? [])]).toEqual([
    ['page', '1'],
    ['api_key', apiKey],
  ]);
});

test('a request acts for the signed-in user, whatever session a typed client names', async () => {
  const { auth } = await signedIn();
  const response = await auth.fetch(`/3/account?${OTHERS}`, { headers });
  expect(await response.json()).toMatchObject({ username: 'sandra' });
});

test('a guest rates as themselves, whatever session a typed client names', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  const body = JSON.stringify({ value: 8 });
  const response = await auth.fetch(`/3/movie/550/rating?${OTHERS}`, { method: 'POST', headers, body });
  expect(response.status).toBe(201);
  expect(world.tmdb.requests.at(-1)).toMatchObject({ hasGuest: true, hasSession: false });
});

test('a site’s server does not get a typed client’s own credentials', async () => {
  const pages = await createPages();
  const auth = pages.page();
  await pages.signIn(auth);
  const sent: Request[] = [];
  const watched = pages.page({
    fetch: (input, init) => {
      sent.push(new Request(input, init));
      return pages.browser.send(new Request(input, init));
    },
  });
  await pages.reaches(watched, 'sessionActive');
  const response = await watched.fetch(`https://api.themoviedb.org/3/account?${OTHERS}`, { headers });
  expect(await response.json()).toMatchObject({ username: 'sandra' });
  const { url, headers: had } = sent.at(-1) as Request;
  expect([new URL(url).search, had.get('authorization')]).toEqual(['?page=1', null]);
});
