// next.js#62756, better-auth#4715, nextjs-auth0#1834, next-auth#10127: A framework removed the base path, or added a slash to it, and the auth routes answered 404.
// Here: Every route accepts all of the base path or only its last parts, with or without one slash at the end.
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createStorage } from 'unstorage';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../src/platforms/server/routes.ts';
import { listen } from '../core/servers.ts';
import { createPages } from '../remote/through-server.ts';
import { KEPT, lastEvent } from '../server/attacks/support.ts';
import { createSite, locationOf, ORIGIN, wayBack } from '../server/site.ts';
import { tokenIn } from '../support/approval.ts';

const BASE = '/en/films/auth';
/** The parts of the base path that frameworks pass on, from all of it to nothing. */
const TAILS = ['/en/films/auth', '/films/auth', '/auth', ''];

const ADDRESSES: [method: string, path: string, name: string][] = [
  ...Object.entries(ROUTES).flatMap(([name, methods]) =>
    Object.keys(methods).map((method): [string, string, string] => [method, `/${name}`, name]),
  ),
  ['GET', '/health', 'health'],
  ['GET', '/tmdb/3/movie/550', 'tmdb'],
];

describe.each(TAILS)('a request below %j', (tail) => {
  test.each(ADDRESSES)(
    '%s %s reaches its route with and without a slash at the end',
    async (method, path, name) => {
      const site = await createSite({ basePath: BASE, store: createStorage(), device: true });
      for (const end of ['', '/', '?returnTo=%2F', '/?returnTo=%2F']) {
        await site.browser().ask(method, `${tail}${path}${end}`);
        expect(lastEvent(site)).toMatchObject({ route: name, refused: null });
      }
    },
  );

  test.each(ADDRESSES)('%s %s is not found with two slashes', async (method, path) => {
    const site = await createSite({ basePath: BASE });
    for (const twice of [`${tail}${path}//`, `${tail}/${path}`]) {
      // A path that begins with two slashes names a host.
      const address = twice.startsWith('//') ? `/.${twice}` : twice;
      const answered = await site.browser().ask(method, address);
      expect([twice, answered.status]).toEqual([twice, 404]);
    }
    expect(site.tmdb.requests).toEqual([]);
  });
});

test.each(
  TAILS.flatMap((tail) =>
    ['', '/'].flatMap((end) => KEPT.map(([kept, options]) => [tail, end, kept, options] as const)),
  ),
)(
  'a user can sign in below %j with %j at the end, %s, and TMDB returns to the public address',
  async (tail, end, _, options) => {
    const site = await createSite({ basePath: BASE, ...options() });
    const browser = site.browser();
    const approval = locationOf(await browser.submit(`${tail}/login${end}`, { returnTo: '/en/films' }));
    const back = new URL(wayBack(approval, 'approved'));
    expect(back.origin + back.pathname).toBe(`${ORIGIN}${BASE}/callback`);
    site.tmdb.approve(tokenIn(approval));
    const headers = { 'sec-fetch-site': 'cross-site' };
    const landed = await browser.follow(`${tail}/callback${end}${back.search}`, headers);
    expect(locationOf(landed).href).toBe(`${ORIGIN}/en/films`);
    const rated = await browser.ask('POST', `${tail}/tmdb/3/movie/550/rating${end}`, { value: 8 });
    expect(rated.status).toBe(201);
    await browser.submit(`${tail}/logout${end}`);
    expect(site.tmdb.sessions()).toEqual([]);
  },
);

test.each([
  '/other/session',
  '/en/session',
  '/en/films/session',
  '/en/films/auth/auth/session',
  '/en/films/auth',
  '/en/films/auth/',
  '/authsession',
  '/xauth/session',
  '/',
])('%s is not below the base path', async (path) => {
  const site = await createSite({ basePath: BASE });
  expect((await site.browser().ask('GET', path)).status).toBe(404);
});

/** A server that redirects to the same path with a slash at its end, as Next does with `trailingSlash`. */
async function slashing(answer: (request: IncomingMessage, body: string) => Promise<Response>) {
  const led: string[] = [];
  const url = await listen(
    createServer(async (request, response) => {
      const { pathname, search } = new URL(request.url ?? '/', ORIGIN);
      const body = await text(request);
      if (!pathname.endsWith('/')) {
        led.push(`${request.method} ${pathname}`);
        response.writeHead(308, { location: `${pathname}/${search}` }).end();
        return;
      }
      const answered = await answer(request, body);
      const type = answered.headers.get('content-type') ?? 'text/plain';
      response.writeHead(answered.status, { 'content-type': type }).end(await answered.text());
    }),
  );
  return { url, led };
}

test('a page can sign in, rate and sign out on a server that adds a slash to every path', async () => {
  const { site, browser, ...pages } = await createPages();
  const { url, led } = await slashing(({ method = '', url: path = '/' }, body) => {
    const fields = body === '' ? undefined : JSON.parse(body);
    return browser.ask(method, path, fields);
  });
  const toFront: typeof fetch = (input, { body, ...init } = {}) =>
    fetch(String(input).replace(ORIGIN, url), {
      ...init,
      // Node 20 detaches a binary body when it sends it, and cannot resend it after a 308.
      ...(body && { body: body instanceof ArrayBuffer ? new TextDecoder().decode(body) : body }),
    });
  const auth = pages.page({ fetch: toFront });
  await pages.signIn(auth);
  expect(auth.getView()).toMatchObject({ status: 'user' });
  const rated = await auth.fetch('/3/movie/550/rating', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"value":8}',
  });
  expect(rated.status).toBe(201);
  expect((await auth.fetch('/3/movie/550')).status).toBe(200);
  expect(site.tmdb.account().ratings.length).toBe(1);
  await auth.logout();
  expect(site.tmdb.sessions()).toEqual([]);
  expect(led).toEqual(
    expect.arrayContaining([
      'POST /auth/login',
      'POST /auth/callback',
      'POST /auth/tmdb/3/movie/550/rating',
      'GET /auth/tmdb/3/movie/550',
      'POST /auth/logout',
    ]),
  );
});
