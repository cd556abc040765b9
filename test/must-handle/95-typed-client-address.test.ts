// Seen with tmdb-ts and @lorenzopant/tmdb: A typed client only knew TMDB's own address: with a sandbox or a proxy as `baseURL` it sent its requests to the real TMDB, without a credential.
// Here: `auth.fetch` sends every request for `https://api.themoviedb.org` to `baseURL`.
import { expect, test } from 'vitest';
import { signedIn } from '../core/helpers.ts';
import { createPages } from '../remote/through-server.ts';

const TMDB = 'https://api.themoviedb.org';

test.each([
  ['a string', (url: string) => url],
  ['a URL', (url: string) => new URL(url)],
  ['a Request', (url: string) => new Request(url)],
])('a request to TMDB’s address as %s goes to the client’s baseURL', async (_, make) => {
  const { world, auth } = await signedIn();
  const response = await auth.fetch(make(`${TMDB}/3/account`));
  expect(await response.json()).toMatchObject({ username: 'sandra' });
  expect(response.url).toBe(`${TMDB}/3/account`);
  expect(world.tmdb.requests).toMatchObject([{ path: '/3/account', hasSession: true }]);
});

test('the body of a request to TMDB’s own address arrives whole', async () => {
  const { world, auth } = await signedIn();
  const sent = { method: 'POST', body: JSON.stringify({ value: 8 }) };
  expect((await auth.fetch(new Request(`${TMDB}/3/movie/550/rating`, sent))).status).toBe(201);
  expect(world.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 8 }]);
});

test('a page sends a typed client’s requests for TMDB to its own site', async () => {
  const pages = await createPages();
  const auth = pages.page();
  await pages.signIn(auth);
  const response = await auth.fetch(new Request(`${TMDB}/3/account`));
  expect(await response.json()).toMatchObject({ username: 'sandra' });
});
