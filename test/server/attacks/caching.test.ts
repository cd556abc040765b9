import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/platforms/server/routes.ts';
import { createSite, ORIGIN, signIn } from '../site.ts';
import {
  begin,
  callbackWith,
  EVIL,
  FROM_HERE,
  JSON_FROM_HERE,
  KEPT,
  linkFromElsewhere,
  plain,
} from './support.ts';

/** Headers that every answer must have. */
function expectNotCached({ headers, status }: Response, what: string) {
  const cache = headers.get('cache-control');
  expect(cache, what).toBe('no-store');
  expect(headers.get('x-content-type-options'), what).toBe('nosniff');
  expect(headers.get('referrer-policy'), what).toBe('no-referrer');
  expect(headers.get('cross-origin-resource-policy'), what).toBe('same-origin');
  const type = headers.get('content-type');
  // Pages have forms and links, which a sandbox would block; the only thing they may load is their own style.
  expect(headers.get('content-security-policy'), what).toMatch(
    type?.startsWith('text/html')
      ? /^default-src 'none'; style-src 'nonce-[0-9a-f]{32}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/
      : /^default-src 'none'; frame-ancestors 'none'; sandbox$/,
  );
  expect(headers.get('vary'), what).toContain('Cookie');
  for (const name of ['etag', 'last-modified', 'expires', 'age', 'access-control-allow-origin', 'server']) {
    expect(headers.get(name), `${what}: ${name}`).toBe(null);
  }
  if (status !== 303 && status < 300 && type !== null)
    expect(type, what).toMatch(/^(application\/json|text\/html; charset=utf-8)$/);
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PATHS = [
  ...Object.keys(ROUTES).map((name) => `/auth/${name}`),
  '/auth/health',
  '/auth/tmdb/3/movie/550',
  '/auth/tmdb/3/movie/550/rating',
  '/auth/tmdb/3/authentication/token/new',
  '/auth/nothing',
  '/elsewhere',
];

describe.each(KEPT)('answers, with records %s', (_, options) => {
  test.each(PATHS)('from %s are never cached, whatever the method and the sender', async (path) => {
    const kept = options();
    const site = await createSite({ ...kept, device: 'store' in kept });
    for (const method of METHODS) {
      for (const headers of [FROM_HERE, JSON_FROM_HERE, { origin: EVIL }, {}]) {
        const answered = await site.browser().send(plain(method, path, headers));
        expectNotCached(answered, `${method} ${path}`);
      }
      const user = site.browser();
      await signIn(site, user);
      expectNotCached(await user.send(plain(method, path, FROM_HERE)), `${method} ${path} by a user`);
    }
  });

  test('of the callback are never cached, taken or refused', async () => {
    const site = await createSite(options());
    const browser = site.browser();
    const { token } = await begin(browser);
    site.tmdb.approve(token);
    for (const path of [callbackWith('x'), callbackWith(token), callbackWith(token), '/auth/callback']) {
      expectNotCached(await browser.follow(path, linkFromElsewhere), path);
    }
  });
});

test('no cache keeps an answer of the proxy that TMDB lets caches keep', async () => {
  const site = await createSite();
  for (const cache of ['public, max-age=31536000, immutable', 'max-age=60', 's-maxage=600']) {
    site.tmdb.faults.add({
      kind: 'answer',
      body: {},
      headers: { 'cache-control': cache, etag: '"x"', expires: 'Fri, 01 Jan 2100 00:00:00 GMT', age: '1' },
    });
    expectNotCached(await site.browser().send(plain('GET', '/auth/tmdb/3/movie/550')), cache);
  }
});

test('no cache keeps an answer to a request that was too long, malformed or failed', async () => {
  const site = await createSite({ maxBody: 10 });
  expectNotCached(await site.browser().ask('POST', '/auth/login', { returnTo: 'x'.repeat(99) }), '413');
  expectNotCached(await site.browser().send(plain('POST', '/auth/login', FROM_HERE, 'x')), '400');
  site.tmdb.faults.add({ kind: 'dropBefore', times: Number.POSITIVE_INFINITY });
  expectNotCached(await site.browser().ask('POST', '/auth/login'), '502');
  expectNotCached(await site.browser().ask('GET', '/auth/tmdb/3/movie/550'), '502');
  const handler = site.instance();
  await handler.close();
  expectNotCached(await handler(new Request(`${ORIGIN}/auth/session`)), '503');
});

test('TMDB’s answers about tokens are not cached between server and TMDB, either', async () => {
  const seen: RequestInit[] = [];
  const site = await createSite({
    fetch: (input, init) => {
      seen.push(init ?? {});
      return fetch(input, init);
    },
  });
  await signIn(site, site.browser());
  expect(seen.length).toBe(3);
  expect(seen.every(({ cache, redirect }) => cache === 'no-store' && redirect === 'manual')).toBe(true);
});

test('TMDB’s answers to a user and to a guest are not cached, though TMDB lets caches keep them', async () => {
  const seen: RequestInit[] = [];
  const site = await createSite({
    fetch: (input, init) => {
      seen.push(init ?? {});
      return fetch(input, init);
    },
  });
  const [user, guest] = [site.browser(), site.browser()];
  await signIn(site, user);
  await guest.submit('/auth/guest');
  seen.length = 0;
  for (const browser of [user, guest]) {
    const states = await browser.send(plain('GET', '/auth/tmdb/3/movie/550/account_states', FROM_HERE));
    expect(states.status).toBe(200);
  }
  expect(seen.map(({ cache }) => cache)).toEqual(['no-store', 'no-store']);
});
