import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROXY } from '../../../src/server/index.ts';
import { createAllowList } from '../../../src/server/proxy.ts';
import { createSite, ORIGIN, signIn } from '../site.ts';
import { EVIL, FROM_HERE, JSON_FROM_HERE, plain, wiretap } from './support.ts';

/** As TMDB reads a path: decoded once, `..` resolved, letters of either case. */
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

/** A site with somebody signed in, a guest in the same browser, and what goes out to TMDB. */
async function tapped(options: Parameters<typeof createSite>[0] = {}) {
  const { sent, fetch } = wiretap();
  const site = await createSite({ fetch, ...options });
  const browser = site.browser();
  await browser.submit('/auth/guest');
  await signIn(site, browser);
  sent.length = 0;
  return { site, browser, sent };
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'];

/** Ways to say `/3/authentication/...` and others that are not to be said. */
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
  '/3/movie/550/',
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

describe('a path that is not plain, or signs in or out, never reaches TMDB', () => {
  test.each(ESCAPES)('%j', async (path) => {
    const { browser, sent, site } = await tapped({
      proxy: METHODS.flatMap((method) => [`${method} /3/**`, `${method} /4/**`]),
    });
    for (const method of METHODS) {
      const answered = await browser.send(plain(method, `/auth/tmdb${path}`, FROM_HERE));
      // `..` is resolved before the handler sees it: then it is another address, and judged as that.
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

describe('whatever path is asked for', () => {
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

  test('what is let through is what TMDB reads, below /3 or /4, and neither signs in nor out', () => {
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

  test('over HTTP, nothing of it signs in or out, or goes elsewhere', async () => {
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

describe('what may be asked by default', () => {
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
  ])('not %j', (line) => {
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
  ])('a line that could mean more than it says is refused: %j', (line) => {
    expect(() => createAllowList([line])).toThrow(TypeError);
  });
});

/** Names that some server or other takes for a credential. */
const SPELLINGS = ['api_key', 'session_id', 'guest_session_id', 'request_token', 'access_token'].flatMap(
  (name) => [
    name,
    name.toUpperCase(),
    name.replaceAll('_', '.'),
    name.replaceAll('_', ' '),
    name.replaceAll('_', '-'),
    name.replaceAll('_', ''),
    name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    ` ${name}`,
    `${name} `,
    `\t${name}`,
    `\u0000${name}`,
    `${name}\u0000`,
    `${name}[]`,
    `${name}[0]`,
    `[${name}]`,
    `]${name}`,
    `?${name}`,
    `&${name}`,
    `;${name}`,
    `\ufeff${name}`,
  ],
);

describe('a page cannot say who it is to TMDB', () => {
  test('no spelling of a credential’s name in the query goes out', async () => {
    const { site, browser, sent } = await tapped();
    for (const name of SPELLINGS) {
      for (const path of ['/3/movie/550', '/3/account/548/lists', '/3/movie/550/account_states']) {
        sent.length = 0;
        const query = `?${encodeURIComponent(name)}=planted&language=de`;
        await browser.send(plain('GET', `/auth/tmdb${path}${query}`, FROM_HERE));
        expect(sent.length).toBe(1);
        expect(sent[0]?.url.search, name).not.toContain('planted');
        expect(sent[0]?.url.searchParams.get('language')).toBe('de');
      }
    }
    expect(site.tmdb.sessions().length).toBe(1);
  });

  test('nor one that hides behind another parameter', async () => {
    const { browser, sent } = await tapped();
    for (const query of [
      'a=1;session_id=planted',
      'a=1%26session_id=planted',
      'a=1%2526session_id%3Dplanted',
      'a=1%23&session_id=planted',
      'session%5Fid=planted',
      'session_id=planted&session_id=planted',
      'session_id[]=planted&session_id=planted',
      '%73ession_id=planted',
      'session_id',
      '=&session_id=planted',
    ]) {
      sent.length = 0;
      await browser.send(plain('GET', `/auth/tmdb/3/account/548/lists?${query}`, FROM_HERE));
      const asRubyReadsIt = new URLSearchParams(sent[0]?.url.search.replaceAll(';', '&'));
      expect(asRubyReadsIt.getAll('session_id').length, query).toBe(1);
      expect(asRubyReadsIt.get('session_id')).not.toContain('planted');
    }
  });

  test('the key is added once, and a planted one does not replace it', async () => {
    const { sent, fetch } = wiretap();
    const apiKey = 'c'.repeat(32);
    const site = await createSite({ fetch, credentials: { apiKey } }, { apiKey });
    for (const name of ['api_key', 'API_KEY', 'api_key[]']) {
      await site.browser().send(plain('GET', `/auth/tmdb/3/movie/550?${name}=${'d'.repeat(32)}`));
      expect(sent.at(-1)?.url.search).toBe(`?api_key=${apiKey}`);
    }
  });

  test('no header of its own goes out but what describes the body and the answer', async () => {
    const { site, browser, sent } = await tapped();
    await browser.send(
      plain(
        'POST',
        '/auth/tmdb/3/movie/550/rating',
        {
          ...JSON_FROM_HERE,
          authorization: 'Bearer planted',
          'proxy-authorization': 'Bearer planted',
          'x-forwarded-for': 'planted',
          'x-forwarded-host': 'planted',
          'x-http-method-override': 'DELETE',
          'x-original-url': '/3/authentication/session',
          'x-rewrite-url': '/3/authentication/session',
          forwarded: 'planted',
          host: 'planted',
          connection: 'planted',
          expect: 'planted',
          te: 'planted',
          'user-agent': 'planted',
          referer: 'https://films.example/planted',
        },
        '{"value":8}',
      ),
    );
    const { headers } = sent[0] ?? { headers: new Headers() };
    expect([...headers.keys()].sort()).toEqual(['accept', 'authorization', 'content-type']);
    expect(headers.get('authorization')).toBe(`Bearer ${site.tmdb.accessToken}`);
    expect(JSON.stringify([...headers])).not.toContain('tmdb-auth');
  });

  test('JSONP is not to be had: an answer that runs would open the site’s own script-src', async () => {
    const { browser, sent } = await tapped();
    for (const name of ['callback', 'Callback', 'callback[]', ' callback', 'jsonp']) {
      sent.length = 0;
      await browser.send(plain('GET', `/auth/tmdb/3/movie/550?${encodeURIComponent(name)}=alert`, FROM_HERE));
      expect(sent[0]?.url.search, name).not.toContain('alert');
    }
  });
});

describe('the owner of the key is nobody on the site', () => {
  const CHANGES: readonly [string, string, string?][] = [
    ['POST', '/3/list', '{"name":"x"}'],
    ['DELETE', '/3/list/1'],
    ['POST', '/3/list/1/add_item', '{"media_id":550}'],
    ['POST', '/3/movie/550/rating', '{"value":1}'],
    ['DELETE', '/3/movie/550/rating'],
    ['POST', '/3/account/1/favorite', '{"media_type":"movie","media_id":550,"favorite":true}'],
    ['POST', '/4/list', '{"name":"x"}'],
    ['DELETE', '/4/list/1'],
  ];

  test.each(CHANGES)(
    '%s %s by somebody who is not signed in never reaches TMDB',
    async (method, path, body) => {
      const { sent, fetch } = wiretap();
      const site = await createSite({ fetch });
      const answered = await site.browser().send(plain(method, `/auth/tmdb${path}`, JSON_FROM_HERE, body));
      expect(answered.status).toBe(401);
      expect(await answered.json()).toMatchObject({ failure: { code: 'session_invalid' } });
      expect(sent).toEqual([]);
    },
  );

  test('a guest rates and changes nothing else', async () => {
    const { sent, fetch } = wiretap();
    const site = await createSite({ fetch });
    const browser = site.browser();
    await browser.submit('/auth/guest');
    sent.length = 0;
    for (const [method, path, body] of CHANGES) {
      await browser.send(plain(method, `/auth/tmdb${path}`, JSON_FROM_HERE, body));
    }
    expect(sent.map(({ method, url }) => `${method} ${url.pathname}`)).toEqual([
      'POST /3/movie/550/rating',
      'DELETE /3/movie/550/rating',
    ]);
    expect(sent.every(({ url }) => url.searchParams.has('guest_session_id'))).toBe(true);
  });

  test('nobody is told the account, or what the owner of the key rated', async () => {
    const { sent, fetch } = wiretap();
    const site = await createSite({ fetch });
    const ofTheOwner = [
      '/3/account',
      '/3/account/1',
      '/3/account/1/lists',
      '/3/movie/550/account_states',
      `/4/account/${'a'.repeat(24)}/lists`,
    ];
    for (const path of ofTheOwner) {
      const answered = await site.browser().send(plain('GET', `/auth/tmdb${path}`));
      expect(answered.status).toBe(401);
    }
    expect(sent).toEqual([]);
  });
});

test('v4 is for those who signed in for v4: a session alone would be the owner of the key there', async () => {
  const { browser, sent } = await tapped();
  for (const [method, path] of [
    ['GET', `/4/account/${'a'.repeat(24)}/lists`],
    ['POST', '/4/list'],
    ['DELETE', '/4/list/1'],
  ] as const) {
    const answered = await browser.send(plain(method, `/auth/tmdb${path}`, FROM_HERE));
    expect(answered.status).toBe(401);
  }
  expect(sent).toEqual([]);
});

test('a session goes only where TMDB wants one', async () => {
  const { site, browser, sent } = await tapped();
  for (const path of [
    '/3/movie/550',
    '/3/configuration',
    '/3/search/movie',
    '/3/guest_session/x/rated/movies',
  ]) {
    await browser.send(plain('GET', `/auth/tmdb${path}`, FROM_HERE));
  }
  expect(sent.every(({ url }) => !/session/.test(url.search))).toBe(true);
  expect(site.tmdb.requests.slice(-4).every(({ hasSession }) => !hasSession)).toBe(true);
});

test('an answer of TMDB’s brings no header but its type and how long to wait', async () => {
  const { site, browser } = await tapped();
  site.tmdb.faults.add({
    kind: 'answer',
    status: 200,
    body: { a: 1 },
    headers: {
      'content-type': 'text/html',
      'set-cookie': '__Host-tmdb-auth.user=planted; Path=/; Secure',
      location: EVIL,
      'access-control-allow-origin': '*',
      'access-control-allow-credentials': 'true',
      'cache-control': 'public, max-age=999',
      'clear-site-data': '"*"',
      'content-security-policy': 'default-src *',
      link: `<${EVIL}>; rel=preload`,
      refresh: `0; url=${EVIL}`,
      server: 'planted',
      'x-content-type-options': 'off',
    },
  });
  const { headers } = await browser.send(plain('GET', '/auth/tmdb/3/movie/550', FROM_HERE));
  expect(Object.fromEntries(headers)).toEqual({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'content-type': 'text/html',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    vary: 'Cookie, Accept',
    'x-content-type-options': 'nosniff',
  });
});
