import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/platforms/server/routes.ts';
import { type Browser, createSite, locationOf, ORIGIN, type Site, signIn } from '../site.ts';
import { begin, callbackWith, EVIL, lastEvent, memoryStore, plain, withoutEffect } from './support.ts';

/** Every route that changes something, listed by hand: a new route has to be added. */
const CHANGES: readonly [method: string, path: string][] = [
  ['POST', '/auth/login'],
  ['POST', '/auth/callback'],
  ['POST', '/auth/check'],
  ['POST', '/auth/guest'],
  ['POST', '/auth/cancel'],
  ['POST', '/auth/verify'],
  ['POST', '/auth/carry-over'],
  ['POST', '/auth/logout'],
  ['POST', '/auth/device'],
  ['POST', '/auth/tmdb/3/movie/550/rating'],
  ['DELETE', '/auth/tmdb/3/movie/550/rating'],
  ['PUT', '/auth/tmdb/4/list/1'],
  ['DELETE', '/auth/tmdb/3/list/1'],
];

const ORIGINS: readonly (string | null)[] = [
  null,
  '',
  'null',
  EVIL,
  'http://films.example',
  `${ORIGIN}:444`,
  `${ORIGIN}.evil.example`,
  `${ORIGIN}@evil.example`,
  'https://evil-films.example',
  'https://www.films.example',
  `${ORIGIN}/`,
  `${ORIGIN}, ${EVIL}`,
  `${EVIL}, ${ORIGIN}`,
  ORIGIN.toUpperCase(),
  ORIGIN,
];
const SITES: readonly (string | null)[] = [
  null,
  '',
  'none',
  'cross-site',
  'same-site',
  'SAME-ORIGIN',
  'same-origin, cross-site',
  'same-origin',
];

const EVERY_SENDER = ORIGINS.flatMap((origin) => SITES.map((site) => ({ origin, site })));
type Sender = (typeof EVERY_SENDER)[number];

/**
 * A form of a page with `Referrer-Policy: no-referrer` has the origin `null`; a frame without an origin is
 * cross-site.
 */
const isFromHere = ({ origin, site }: Sender) =>
  origin === ORIGIN || ((origin === null || origin === 'null') && site === 'same-origin');

const headersOf = ({ origin, site }: Sender): Record<string, string> => ({
  ...(origin !== null && { origin }),
  ...(site !== null && { 'sec-fetch-site': site }),
});

const createWhole = () => createSite({ device: true, store: memoryStore() });

async function signedIn(): Promise<{ site: Site; browser: Browser }> {
  const site = await createWhole();
  const browser = site.browser();
  await browser.submit('/auth/guest');
  await signIn(site, browser);
  return { site, browser };
}

test('the table lists every route', () => {
  const known = Object.entries(ROUTES).flatMap(([name, methods]) =>
    Object.keys(methods).map((method) => `${method} /auth/${name}`),
  );
  const safe = ['GET /auth/login', 'GET /auth/callback', 'GET /auth/session', 'GET /auth/device'];
  const changes = CHANGES.map(([method, path]) => `${method} ${path}`).filter(
    (each) => !each.includes('tmdb'),
  );
  expect(known.sort()).toEqual([...safe, ...changes].sort());
});

describe.each(CHANGES)('%s %s', (method, path) => {
  test('has no effect unless the browser says that a page of the site sent it', async () => {
    const { site, browser } = await signedIn();
    for (const sender of EVERY_SENDER.filter((each) => !isFromHere(each))) {
      const answered = await withoutEffect(site, browser, () =>
        browser.send(plain(method, path, headersOf(sender))),
      );
      expect(answered.status, JSON.stringify(sender)).toBe(403);
      expect(lastEvent(site)?.refused).toBe('cross_site');
    }
    expect(await browser.session()).toMatchObject({ status: 'user' });
  });

  test('is open to a page of the site', async () => {
    const site = await createWhole();
    for (const sender of EVERY_SENDER.filter(isFromHere)) {
      await site.browser().send(plain(method, path, headersOf(sender)));
      expect(lastEvent(site)?.refused, JSON.stringify(sender)).not.toBe('cross_site');
    }
  });

  test('refuses every kind of form that another site can send without a preflight', async () => {
    const { site, browser } = await signedIn();
    const form = new FormData();
    form.set('everywhere', 'true');
    for (const body of ['{"everywhere":"true"}', new URLSearchParams({ everywhere: 'true' }), form]) {
      if (method !== 'POST') continue;
      const answered = await withoutEffect(site, browser, () =>
        browser.send(plain(method, path, { origin: EVIL, 'sec-fetch-site': 'cross-site' }, body)),
      );
      expect(answered.status).toBe(403);
    }
  });

  test('is the only method with this effect', async () => {
    const { site, browser } = await signedIn();
    const isProxy = path.includes('/tmdb/');
    for (const other of [
      'GET',
      'HEAD',
      'OPTIONS',
      'PUT',
      'PATCH',
      'DELETE',
      'post',
      'Post',
      'PURGE',
      'PROPFIND',
    ]) {
      const request = plain(other, path, { 'x-http-method-override': method, 'x-method-override': method });
      if (request.method === method || (request.method === 'GET' && isProxy)) continue;
      if (request.method === 'GET' && /login|callback|device/.test(path)) continue;
      // HEAD is answered like GET, and has no effect either.
      if (request.method === 'HEAD' && isProxy) continue;
      const answered = await withoutEffect(site, browser, () => browser.send(request));
      if (request.method === 'HEAD' && /login|callback|device/.test(path)) expect(answered.status).toBe(200);
      else expect([403, 404, 405], other).toContain(answered.status);
    }
  });
});

describe('a link on another page', () => {
  const OTHERS = ['cross-site', 'same-site', '', 'SAME-ORIGIN', 'same-origin, cross-site'];
  test.each(OTHERS)('begins no sign-in (Sec-Fetch-Site: %s)', async (from) => {
    const site = await createSite();
    const browser = site.browser();
    const answered = await withoutEffect(site, browser, () =>
      browser.follow('/auth/login', { 'sec-fetch-site': from }),
    );
    expect(answered.status).toBe(403);
  });

  test.each(['same-origin', 'none', null])(
    'is refused, but a link of the site, a bookmark and an old browser begin a sign-in (%s)',
    async (from) => {
      const site = await createSite();
      const answered = await site
        .browser()
        .follow('/auth/login', from === null ? {} : { 'sec-fetch-site': from });
      expect(locationOf(answered).origin).toBe(site.tmdb.webURL);
    },
  );

  test('cannot end a sign-in, a guest or a session through any address', async () => {
    const { site, browser } = await signedIn();
    for (const name of [...Object.keys(ROUTES), 'health', 'tmdb', 'tmdb/3/movie/550']) {
      if (name === 'login') continue;
      await browser.follow(`/auth/${name}?returnTo=/&everywhere=true&_method=POST`, {
        'sec-fetch-site': 'cross-site',
      });
    }
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(site.tmdb.sessions().length).toBe(1);
    expect(site.tmdb.guests().length).toBe(1);
  });
});

describe('names of properties of every object', () => {
  const NAMES = ['toString', 'constructor', '__proto__', 'hasOwnProperty', 'valueOf', 'isPrototypeOf'];
  test.each(NAMES)('are no methods of a route: %s', async (method) => {
    const { site, browser } = await signedIn();
    for (const path of ['/auth/logout', '/auth/login', '/auth/session']) {
      const answered = await withoutEffect(site, browser, () => browser.send(plain(method, path)));
      expect(answered.status).toBe(405);
    }
  });

  test.each(NAMES)('are no routes: %s', async (name) => {
    const { site, browser } = await signedIn();
    const answered = await withoutEffect(site, browser, () => browser.send(plain('GET', `/auth/${name}`)));
    expect(answered.status).toBe(404);
  });
});

test('no other origin may read an answer, and preflights are not allowed', async () => {
  const { site, browser } = await signedIn();
  const { token } = await begin(site.browser());
  const attempts = [
    plain('OPTIONS', '/auth/logout', { origin: EVIL, 'access-control-request-method': 'POST' }),
    plain('GET', '/auth/session', { origin: EVIL, 'sec-fetch-site': 'cross-site' }),
    plain('GET', '/auth/tmdb/3/account/548/lists', { origin: EVIL, 'sec-fetch-site': 'cross-site' }),
    plain('GET', callbackWith(token), { origin: EVIL }),
    plain('POST', '/auth/logout', { origin: EVIL }),
  ];
  for (const request of attempts) {
    const { headers } = await browser.send(request);
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  }
});
