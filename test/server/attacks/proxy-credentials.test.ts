import { describe, expect, test } from 'vitest';
import { createSite } from '../site.ts';
import { EVIL, FROM_HERE, JSON_FROM_HERE, plain, tapped, wiretap } from './support.ts';

/** Names that some server takes for a credential. */
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

describe('credentials that a page sends to the proxy', () => {
  test('are removed from the query in any spelling', async () => {
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

  test('are removed from the query when they hide in another parameter', async () => {
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

  test('do not replace the server’s key, which is added once', async () => {
    const { sent, fetch } = wiretap();
    const apiKey = 'c'.repeat(32);
    const site = await createSite({ fetch, credentials: { apiKey } }, { apiKey });
    for (const name of ['api_key', 'API_KEY', 'api_key[]']) {
      await site.browser().send(plain('GET', `/auth/tmdb/3/movie/550?${name}=${'d'.repeat(32)}`));
      expect(sent.at(-1)?.url.search).toBe(`?api_key=${apiKey}`);
    }
  });

  test('are removed from the headers: only those that describe the body and the answer are sent', async () => {
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

  test('JSONP callbacks are removed, too, as an answer that runs would bypass the site’s script-src', async () => {
    const { browser, sent } = await tapped();
    for (const name of ['callback', 'Callback', 'callback[]', ' callback', 'jsonp']) {
      sent.length = 0;
      await browser.send(plain('GET', `/auth/tmdb/3/movie/550?${encodeURIComponent(name)}=alert`, FROM_HERE));
      expect(sent[0]?.url.search, name).not.toContain('alert');
    }
  });
});

describe('the owner of the key has no rights on the site', () => {
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

  test.each(CHANGES)('%s %s by a signed-out visitor never reaches TMDB', async (method, path, body) => {
    const { sent, fetch } = wiretap();
    const site = await createSite({ fetch });
    const answered = await site.browser().send(plain(method, `/auth/tmdb${path}`, JSON_FROM_HERE, body));
    expect(answered.status).toBe(401);
    expect(await answered.json()).toMatchObject({ failure: { code: 'session_invalid' } });
    expect(sent).toEqual([]);
  });

  test('a guest can rate, but change nothing else', async () => {
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

  test('a signed-out visitor sees neither the owner’s account nor their ratings', async () => {
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

test('v4 requests need a v4 sign-in, as TMDB would take a v3 session alone for the owner of the key', async () => {
  const { browser, sent } = await tapped();
  for (const [method, path] of [
    ['GET', `/4/account/${'a'.repeat(24)}/lists`],
    ['POST', '/4/list'],
    ['DELETE', '/4/list/1'],
  ] as const) {
    const answered = await browser.send(plain(method, `/auth/tmdb${path}`, FROM_HERE));
    expect(answered.status).toBe(403);
  }
  expect(sent).toEqual([]);
});

test('a session is sent only with requests that need it', async () => {
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

test('only the type and the Retry-After of TMDB’s headers are passed on', async () => {
  const { site, browser } = await tapped();
  site.tmdb.faults.add({
    kind: 'answer',
    status: 200,
    body: { a: 1 },
    headers: {
      'content-type': 'application/problem+json; charset=utf-16',
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
    'content-type': 'application/json',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    vary: 'Cookie, Accept',
    'x-content-type-options': 'nosniff',
  });
});
