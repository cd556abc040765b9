import { describe, expect, test } from 'vitest';
import { begin, CALLBACK, CLIENTS, createSite, type Site, signIn } from '../site.ts';
import {
  type Answered,
  ask,
  beginAtTmdb,
  beginConsent,
  cookieOf,
  EVIL,
  hiddenIn,
  openForm,
  startDevice,
} from './support.ts';

const HTML = { accept: 'text/html' };

/** Every page and every other answer that a browser can get. */
const PAGES: [string, (site: Site) => Promise<Answered>][] = [
  [
    'consent',
    async (site) => {
      const { browser, consent } = await beginConsent(site);
      const path = new URL(consent.url).pathname;
      return ask(site, 'GET', path, { headers: { ...HTML, cookie: cookieOf(browser, path) } });
    },
  ],
  ['the form for codes', (site) => ask(site, 'GET', '/device', { headers: HTML })],
  [
    'a typed code',
    async (site) => {
      const { user_code } = await startDevice(site);
      const { browser, xsrf } = await openForm(site);
      const headers = { ...HTML, cookie: cookieOf(browser, '/device') };
      return ask(site, 'POST', '/device', { headers, body: new URLSearchParams({ user_code, xsrf }) });
    },
  ],
  ['an unknown interaction', (site) => ask(site, 'GET', '/interaction/unknown', { headers: HTML })],
  [
    'a return of another browser',
    async (site) => {
      const { back } = await beginAtTmdb(site, site.browser());
      const { pathname, search } = new URL(back);
      return ask(site, 'GET', pathname + search, { headers: HTML });
    },
  ],
  ['a prefetch', (site) => ask(site, 'GET', '/interaction/x', { headers: { 'sec-purpose': 'prefetch' } })],
  ['another method', (site) => ask(site, 'DELETE', '/interaction/x', { headers: HTML })],
  [
    'the question before a logout',
    async (site) => {
      const { browser } = await signIn(site);
      return ask(site, 'GET', '/session/end', { headers: { ...HTML, cookie: cookieOf(browser, '/') } });
    },
  ],
  ['a logout without a session', (site) => ask(site, 'GET', '/session/end', { headers: HTML })],
  ['a logout that has ended', (site) => ask(site, 'GET', '/session/end/success', { headers: HTML })],
  ['an error', (site) => ask(site, 'GET', '/auth?client_id=unknown', { headers: HTML })],
  ['an expired request', (site) => ask(site, 'GET', '/auth/unknown', { headers: HTML })],
  ['an unknown address', (site) => ask(site, 'GET', '/unknown', { headers: HTML })],
  [
    'a redirect',
    async (site) => {
      const { pathname, search } = new URL((await begin(site)).url);
      return ask(site, 'GET', pathname + search, { headers: HTML });
    },
  ],
  [
    'form_post',
    async (site) => {
      const { url } = await begin(site, { prompt: 'none', response_mode: 'form_post' });
      const { pathname, search } = new URL(url);
      return ask(site, 'GET', pathname + search, { headers: HTML });
    },
  ],
  ['the token endpoint', (site) => ask(site, 'POST', '/token', { body: new URLSearchParams({ a: 'b' }) })],
  ['userinfo', (site) => ask(site, 'GET', '/me')],
  ['introspection', (site) => ask(site, 'POST', '/token/introspection', { body: new URLSearchParams() })],
  ['the proxy', (site) => ask(site, 'GET', '/tmdb/3/account')],
];

describe('every answer', () => {
  test.each(PAGES)('cannot be framed, sniffed or run: %s', async (_, get) => {
    const { headers, text } = await get(await createSite());
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(text).not.toMatch(/<script|\son\w+="/);
  });

  test.each(PAGES.filter(([name]) => name !== 'an unknown address'))(
    'is not kept by a cache: %s',
    async (_, get) => {
      expect((await get(await createSite())).headers['cache-control']).toContain('no-store');
    },
  );

  test('with tokens, claims or an account is not kept by a cache', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site, { scope: 'openid profile tmdb' });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    for (const path of ['/me', '/tmdb/3/account']) {
      const answer = await ask(site, 'GET', path, { headers });
      expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    }
  });
});

const MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>\'';
const ESCAPED = '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;';

describe('markup', () => {
  test('stays text in the names of an app and of a user at TMDB', async () => {
    const clients = CLIENTS.map((client) => ({ ...client, client_name: MARKUP }));
    const site = await createSite({ clients });
    site.tmdb.addUser({ username: MARKUP, password: 'x', id: 9, name: MARKUP });
    site.onTmdb.decide = (token) => {
      site.tmdb.approve(token, MARKUP);
      return 'done';
    };
    const { browser, consent } = await beginConsent(site);
    expect(consent.text.split(ESCAPED)).toHaveLength(5);
    const { user_code } = await startDevice(site);
    const page = await browser.press(await browser.open(`${site.issuer}/device`), undefined, { user_code });
    for (const { text } of [consent, page]) {
      expect(text).toContain(ESCAPED);
      expect(text).not.toMatch(/<img|<script/);
    }
  });

  test('is not made by a name that looks like a place of a text', async () => {
    const clients = CLIENTS.map((client) => ({ ...client, client_name: '{user} $& $1' }));
    const site = await createSite({ clients });
    const { consent } = await beginConsent(site);
    expect(consent.text).toContain('Allow {user} $&amp; $1 to use');
  });

  test.each([
    'user_code',
    'error_description',
    'error',
    'state',
    'client_id',
    'ui_locales',
    'nonce',
    'scope',
  ])('stays text in the parameter %s', async (name) => {
    const site = await createSite();
    const query = new URLSearchParams({ [name]: MARKUP });
    const { pathname, search } = new URL((await begin(site, { [name]: MARKUP, prompt: 'none' })).url);
    for (const path of [
      `/auth?${query}`,
      pathname + search,
      `${pathname}${search}&response_mode=form_post`,
      `/device?${query}`,
      `/session/end?${query}`,
      `/session/end/success?${query}`,
      `/interaction/x/return?${query}`,
    ]) {
      const answer = await ask(site, 'GET', path, { headers: HTML });
      expect(answer.text).not.toMatch(/<img|<script|alert\(1\)>/);
      expect(answer.headers.location ?? '').not.toMatch(/[<>"\s]/);
    }
  });

  test('is not shown again in the field for a code, and neither is any other text', async () => {
    const site = await createSite();
    const text = 'Call +1 555 0100 <b>now</b>';
    const link = await ask(site, 'GET', `/device?${new URLSearchParams({ user_code: text })}`, {
      headers: HTML,
    });
    const { browser, xsrf } = await openForm(site);
    const typed = await ask(site, 'POST', '/device', {
      headers: { ...HTML, cookie: cookieOf(browser, '/device') },
      body: new URLSearchParams({ user_code: text, xsrf }),
    });
    for (const answer of [link, typed]) {
      expect(hiddenIn(answer.text, 'user_code')).toBe('');
      expect(answer.text).not.toContain('Call +1');
    }
  });

  test('does not become a header by line breaks', async () => {
    const site = await createSite();
    const state = 'x\r\nset-cookie: a=b\r\n\r\n<h1>';
    const { pathname, search } = new URL((await begin(site, { state, prompt: 'none' })).url);
    const answer = await ask(site, 'GET', pathname + search);
    expect(answer.headers['set-cookie'] ?? []).toEqual([]);
    expect(new URL(answer.headers.location ?? '').searchParams.get('state')).toBe(state);
  });
});

describe('a name of a host', () => {
  const LIES: Record<string, string>[] = [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
    { 'x-forwarded-host': 'evil.example, films.example', 'x-forwarded-port': '8443' },
    { forwarded: 'host=evil.example;proto=http' },
    { 'x-original-url': '/evil', 'x-rewrite-url': 'https://evil.example/', 'x-host': 'evil.example' },
    { referer: `${EVIL}/` },
  ];
  const TARGETS = [
    '',
    'http://evil.example',
    'HTTPS://evil.example:81',
    'http://user@evil.example',
    'x://evil.example',
  ];

  test.each(TARGETS)('in the target %j of a request is not believed', async (target) => {
    for (const path of ['', '/openid']) {
      const site = await createSite({ issuer: `https://films.example${path}` });
      const url = `${path}/.well-known/openid-configuration`;
      const answer = await ask(site, 'GET', target + url);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('evil.example');
      expect(JSON.parse(answer.text).token_endpoint).toBe(`https://films.example${path}/token`);
    }
  });

  test.each(LIES)('in a header is not believed: %j', async (headers) => {
    const site = await createSite({ issuer: 'https://films.example' });
    const { search } = new URL((await begin(await createSite())).url);
    const started = { client_id: 'tv', scope: 'openid' };
    const answers = [
      await ask(site, 'GET', '/.well-known/openid-configuration', { headers }),
      await ask(site, 'GET', `/auth${search}`, { headers }),
      await ask(site, 'GET', '/device', { headers: { ...headers, ...HTML } }),
      await ask(site, 'GET', '/session/end', { headers: { ...headers, ...HTML } }),
      await ask(site, 'POST', '/device/auth', { headers, body: new URLSearchParams(started) }),
    ];
    for (const { status, headers: sent, text } of answers) {
      expect(status).toBeLessThan(400);
      expect(JSON.stringify([sent.location, sent['set-cookie'], text])).not.toContain('evil');
    }
    expect(answers[1]?.headers.location).toMatch(/^https:\/\/films\.example\/interaction\//);
  });

  test('in the address of a framework is not believed', async () => {
    const site = await createSite({ issuer: 'https://films.example' });
    for (const path of [
      '//evil.example/auth',
      '/\\evil.example',
      '/auth/..//evil.example',
      '/http://evil.example/',
    ]) {
      const answer = await ask(site, 'GET', path, { headers: HTML });
      expect(answer.status).toBe(404);
      expect(answer.headers.location).toBeUndefined();
    }
  });
});

test('a logout that an app began leads back with the state alone', async () => {
  const site = await createSite();
  const { browser } = await signIn(site);
  const state = `x&code=y#${EVIL}`;
  const query = new URLSearchParams({
    client_id: 'films',
    post_logout_redirect_uri: 'https://films.example/bye',
    state,
  });
  const { url } = await browser.press(await browser.open(`${site.issuer}/session/end?${query}`), 'logout');
  expect([...new URL(url).searchParams]).toEqual([['state', state]]);
  expect(new URL(url).origin).toBe(new URL(CALLBACK).origin);
});
