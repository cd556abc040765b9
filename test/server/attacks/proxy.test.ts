import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROXY } from '../../../src/platforms/server/index.ts';
import { createAllowList } from '../../../src/platforms/server/proxy.ts';
import { ORIGIN } from '../site.ts';
import { FROM_HERE, plain, tapped } from './support.ts';

/** Reads a path like TMDB: decoded once, `..` resolved, letters of either case. */
function asTmdbReadsIt(path: string): string {
  const decoded = (() => {
    try {
      return decodeURIComponent(path);
    } catch {
      return path;
    }
  })();
  const parts: string[] = [];
  for (const part of decoded.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part.split(';')[0] ?? '');
  }
  return `/${parts.join('/')}`.toLowerCase();
}

const SIGNS_IN_OR_OUT = /^\/(3\/authentication|4\/auth)(\/|$)/;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'];

/** Other spellings of `/3/authentication/...` and of other forbidden paths. */
const ESCAPES: readonly string[] = [
  '/3/authentication/token/new',
  '/3/authentication/guest_session/new',
  '/3/authentication/session/new',
  '/3/authentication/session',
  '/3/authentication',
  '/3/authentication/',
  '/4/auth/request_token',
  '/4/auth/access_token',
  '/4/auth',
  '/3/Authentication/token/new',
  '/3/AUTHENTICATION/guest_session/new',
  '/4/Auth/request_token',
  '/4/AUTH',
  '/3/movie/../authentication/token/new',
  '/3/movie/%2e%2e/authentication/token/new',
  '/3/movie/..%2fauthentication/token/new',
  '/3/movie/%2e%2e%2fauthentication/token/new',
  '/3/movie%2f..%2fauthentication%2ftoken%2fnew',
  '/3/movie/%252e%252e/authentication/token/new',
  '/3/movie/..%5cauthentication/token/new',
  '/3/movie/..\\authentication/token/new',
  '/3%2fauthentication/token/new',
  '/3/%61uthentication/token/new',
  '/3/authenticatio%6e/token/new',
  '/3/./authentication/token/new',
  '/3//authentication/token/new',
  '//3/authentication/token/new',
  '/3/authentication;x=1/token/new',
  '/3;/authentication/token/new',
  '/3/authentication%00/token/new',
  '/3/authentication%20/token/new',
  '/3/authentication\t/token/new',
  '/3/authentication.json',
  '/3/authentication%3f/token/new',
  '/3/authentication%23/token/new',
  '/4/../3/authentication/token/new',
  '/3/movie/550/../../../3/authentication/token/new',
  '/../3/movie/550',
  '/3/..',
  '/3/../../../etc/passwd',
  '/3',
  '/3/',
  '/',
  '/2/movie/550',
  '/5/movie/550',
  '/34/movie/550',
  '/3/movie/550//',
  '/3/movie/550.json',
  '/3/movie/550;a=b',
  '/3/movie/5%350',
  '/3/movie/550%0d%0aHost:evil.example',
  '/3/movie/550%0a',
  '/3/movie/55０',
  '/3/movie/é',
  '/3/movie/:id',
  '/3/movie/550@evil.example',
  '/3/movie/550+rating',
  '//evil.example/3/movie/550',
  '/\\evil.example/3/movie/550',
  '/@evil.example/3/movie/550',
  '/https://evil.example/3/movie/550',
  '/http:/evil.example/',
  '/:80/3/movie/550',
  '/.evil.example/3/movie/550',
];

describe('a path that is not plain, or signs in or out', () => {
  test.each(ESCAPES)('never reaches TMDB: %j', async (path) => {
    const { browser, sent, site } = await tapped({
      proxy: METHODS.flatMap((method) => [`${method} /3/**`, `${method} /4/**`]),
    });
    for (const method of METHODS) {
      const answered = await browser.send(plain(method, `/auth/tmdb${path}`, FROM_HERE));
      // `Request` resolves `..` before the handler sees it: the result is another address, and is judged as such.
      const isStillProxied = new URL(`${ORIGIN}/auth/tmdb${path}`).pathname.startsWith('/auth/tmdb/');
      if (isStillProxied) expect([403, 404], `${method} ${path}`).toContain(answered.status);
    }
    for (const { url } of sent) {
      expect(url.origin).toBe(site.tmdb.baseURL);
      expect(asTmdbReadsIt(url.pathname)).not.toMatch(SIGNS_IN_OR_OUT);
    }
    expect(site.tmdb.tokens().length).toBe(1);
    expect(site.tmdb.sessions().length).toBe(1);
  });
});

describe('any path', () => {
  const PIECES = [
    ...['3', '4', 'movie', '550', 'rating', 'account', 'authentication', 'auth', 'token', 'new', 'session'],
    ...[
      '/',
      '/',
      '/',
      '//',
      '.',
      '..',
      '%2e',
      '%2E%2e',
      '%2f',
      '%5c',
      '%252f',
      '%00',
      '%0a',
      '\\',
      ';',
      ';a=b',
    ],
    ...[
      '@',
      ':',
      '*',
      '+',
      '~',
      '%',
      '%zz',
      '%c0%af',
      '%ef%bc%8f',
      '／',
      '․․',
      'É',
      'ſ',
      'AUTH',
      'Auth',
      '#',
      '?',
    ],
  ];
  const anyPath = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 10 }).map((pieces) => `/${pieces.join('')}`),
    fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((pieces) => `/3/${pieces.join('/')}`),
    fc.string({ unit: 'binary', maxLength: 30 }).map((text) => `/3/${text}`),
  );

  test('that is allowed is the one TMDB reads, below /3 or /4, and neither signs in nor out', () => {
    const isAllowed = createAllowList(METHODS.flatMap((method) => [`${method} /3/**`, `${method} /4/**`]));
    let letThrough = 0;
    fc.assert(
      fc.property(anyPath, (path) => {
        if (!isAllowed('GET', path)) return true;
        letThrough += 1;
        const read = asTmdbReadsIt(path);
        const sent = new URL(path, 'https://api.themoviedb.org');
        return (
          read === path.toLowerCase() &&
          sent.href === `https://api.themoviedb.org${path}` &&
          /^\/[34]\//.test(read) &&
          !SIGNS_IN_OR_OUT.test(read)
        );
      }),
      { numRuns: 20_000 },
    );
    expect(letThrough).toBeGreaterThan(100);
  });

  test('sent over HTTP neither signs in or out, nor leaves TMDB', async () => {
    const { site, browser, sent } = await tapped({ proxy: ['GET /3/**', 'GET /4/**'] });
    await fc.assert(
      fc.asyncProperty(anyPath, async (path) => {
        sent.length = 0;
        await browser.send(plain('GET', `/auth/tmdb${path}`, FROM_HERE));
        return sent.every(
          ({ url }) => url.origin === site.tmdb.baseURL && !SIGNS_IN_OR_OUT.test(asTmdbReadsIt(url.pathname)),
        );
      }),
      { numRuns: 300 },
    );
    expect(site.tmdb.tokens().length).toBe(1);
    expect(site.tmdb.guests().length).toBe(1);
    expect(site.tmdb.sessions().length).toBe(1);
  });
});

describe('the default list for the proxy', () => {
  const isAllowed = createAllowList(PROXY);
  test.each([
    'POST /3/authentication/session/new',
    'DELETE /3/authentication/session',
    'GET /3/authentication/token/new',
    'POST /4/auth/access_token',
    'DELETE /4/auth/access_token',
    'POST /3/movie/550/rating/x',
    'PUT /3/movie/550/rating',
    'PATCH /3/list/1',
    'POST /3/account/548/favorite/x',
    'HEAD /3/movie/550',
    'get /3/movie/550',
    'GET /3/movie/550 ',
    'GET /3/movie/550\n',
    ' GET /3/movie/550',
    'GET  /3/movie/550',
    'XGET /3/movie/550',
  ])('does not allow %j', (line) => {
    const [method = '', ...rest] = line.split(' ');
    expect(isAllowed(method, rest.join(' '))).toBe(false);
  });

  test.each([
    'GET movie',
    'GET /3/',
    '/3/movie',
    'GET /3/(movie|tv)',
    'GET /3/.*',
    'GET /5/movie',
    'get /3/movie',
    'GET /3/**\n',
  ])('a line that could be understood more widely is refused: %j', (line) => {
    expect(() => createAllowList([line])).toThrow(TypeError);
  });
});
