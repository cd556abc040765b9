import { describe, expect, test } from 'vitest';
import { createSite, type Site, signIn } from '../site.ts';
import { ask } from './support.ts';

interface Sent {
  method: string;
  url: URL;
  headers: Headers;
  body: string;
}

/** A signed-in app with the scope `tmdb`, and the provider's requests to TMDB as they were sent. */
async function createWorld(answer?: (request: Request) => Response | undefined) {
  const sent: Sent[] = [];
  const site: Site = await createSite({
    async fetch(input, init) {
      const request = new Request(input, init);
      const body = await request.clone().text();
      sent.push({ method: request.method, url: new URL(request.url), headers: request.headers, body });
      return answer?.(request) ?? fetch(request);
    },
  });
  const { tokens, browser } = await signIn(site, { scope: 'openid tmdb' });
  sent.length = 0;
  const authorization = `Bearer ${tokens.access_token}`;
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(site, method, `/tmdb${path}`, {
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { site, sent, send, browser, token: tokens.access_token };
}

describe('a path that TMDB could read in another way', () => {
  test.each([
    '/3/../4/account',
    '/3/movie/../../4/account',
    '/3/./account',
    '//3/account',
    '/3//account',
    '/3/account/',
    '/3/movie/..%2fauthentication/token/new',
    '/3/%2e%2e/4/account',
    '/3/authenticatio%6e/token/new',
    '/3/authentication/token/new',
    '/3/AUTHENTICATION/token/new',
    '/3/%61ccount',
    '/3/account;x=1',
    '/3/account%00',
    '/3/account\\..\\authentication',
    '/3\\account',
    '/3/movie/550%3fx=1',
    '/4/account',
    '/5/account',
    '/',
    '/3',
    '@evil.example/3/account',
    '/3/http://evil.example/account',
    '/3/movie/550%0d%0ahost:evil.example',
  ])('is not sent: %s', async (path) => {
    const { send, sent } = await createWorld();
    for (const method of ['GET', 'HEAD']) {
      expect((await send(method, path)).status).toBe(404);
    }
    expect(sent).toEqual([]);
  });
});

test.each([
  ['DELETE', '/3/authentication/session'],
  ['POST', '/3/authentication/session/new'],
  ['POST', '/3/authentication/token/validate_with_login'],
  ['POST', '/4/auth/request_token'],
  ['PUT', '/3/account'],
  ['PATCH', '/3/list/1'],
  ['PROPFIND', '/3/account'],
  ['POST', '/3/movie/550'],
  ['DELETE', '/3/account'],
])('%s %s is not sent, by whatever header', async (method, path) => {
  const { send, sent } = await createWorld();
  const headers = { 'x-http-method-override': 'GET', 'x-original-url': '/tmdb/3/account' };
  expect((await send(method, path, {}, headers)).status).toBe(404);
  expect(sent).toEqual([]);
});

describe('credentials of a request', () => {
  const spellings = [
    'session_id',
    'SESSION_ID',
    'session.id',
    '[session_id]',
    'session_id[]',
    'guest_session_id',
    'api_key',
    'API-KEY',
    'access_token',
    'request_token',
    '_method',
    'callback',
    'jsonp',
  ];

  test.each(spellings)('%s in a query or a body is left out', async (name) => {
    const { send, sent } = await createWorld();
    const query = new URLSearchParams({ [name]: 'of-an-attacker', language: 'de' });
    await send('GET', `/3/account?${query}`);
    await send('POST', `/3/movie/550/rating?${query}`, {
      value: 8,
      [name]: 'of-an-attacker',
      deep: { [name]: 'of-an-attacker' },
    });
    expect(sent.map(({ method }) => method)).toEqual(['GET', 'POST']);
    for (const { url, headers, body } of sent) {
      expect(url.searchParams.get('language')).toBe('de');
      expect(`${url.href} ${JSON.stringify([...headers])} ${body}`).not.toContain('of-an-attacker');
    }
  });

  test('in headers are not sent on', async () => {
    const { send, sent, token } = await createWorld();
    await send('GET', '/3/account', undefined, {
      cookie: 'tmdb=of-an-attacker',
      'x-api-key': 'of-an-attacker',
      'x-forwarded-for': 'of-an-attacker',
      'proxy-authorization': 'of-an-attacker',
    });
    const all = JSON.stringify([...(sent[0]?.headers ?? [])]);
    expect(all).not.toContain('of-an-attacker');
    expect(all).not.toContain(token);
    expect(sent[0]?.url.origin).not.toContain('evil');
  });
});

describe('the access token', () => {
  test.each<[string, (token: string) => Record<string, string>]>([
    ['is missing', () => ({ authorization: '' })],
    ['has no scheme', (token) => ({ authorization: token })],
    ['has another scheme', (token) => ({ authorization: `Basic ${token}` })],
    ['has another scheme of tokens', (token) => ({ authorization: `DPoP ${token}` })],
    ['has more behind it', (token) => ({ authorization: `Bearer ${token} x` })],
    ['is one of several', (token) => ({ authorization: `Bearer x, Bearer ${token}` })],
    ['is in a cookie', (token) => ({ authorization: '', cookie: `access_token=${token}` })],
    ['is cut', (token) => ({ authorization: `Bearer ${token.slice(1)}` })],
  ])('is refused if it %s', async (_, headersOf) => {
    const { send, sent, token } = await createWorld();
    const answer = await send('GET', '/3/account', undefined, headersOf(token));
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toContain('invalid_token');
    expect(sent).toEqual([]);
  });

  test('is refused in a query and in a body', async () => {
    const { site, sent, token } = await createWorld();
    expect((await ask(site, 'GET', `/tmdb/3/account?access_token=${token}`)).status).toBe(401);
    const body = new URLSearchParams({ access_token: token });
    expect((await ask(site, 'POST', '/tmdb/3/movie/550/rating', { body })).status).toBe(401);
    expect(sent).toEqual([]);
  });

  test('acts as its own user, also at the account of another', async () => {
    const { site, sent, send } = await createWorld();
    site.tmdb.addUser({ username: 'mallory', password: 'x', id: 54 });
    await send('POST', '/3/account/54/favorite', { media_type: 'movie', media_id: 550, favorite: true });
    expect(site.tmdb.account('mallory').favorites).toEqual([]);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url.searchParams.getAll('session_id')).toHaveLength(1);
  });

  test('of one user gets nothing of another who has signed in in the same browser', async () => {
    const { site, send, browser } = await createWorld();
    site.tmdb.addUser({ username: 'mallory', password: 'x', id: 54 });
    site.onTmdb.decide = (token) => {
      site.tmdb.approve(token, 'mallory');
      return 'done';
    };
    await signIn(site, { scope: 'openid tmdb' }, site.browser());
    expect(browser.cookies.size).toBeGreaterThan(0);
    expect(JSON.parse((await send('GET', '/3/account')).text)).toMatchObject({ id: 548 });
  });
});

describe('an answer of TMDB', () => {
  const HEADERS = {
    'set-cookie': 'tmdb-openid=planted; path=/',
    'access-control-allow-credentials': 'true',
    location: 'https://evil.example/',
    refresh: '0; url=https://evil.example/',
    'x-secret': 'planted',
  };

  test('passes on no header but those that are needed', async () => {
    const { send } = await createWorld((request) =>
      request.url.includes('/movie/550')
        ? Response.json({ id: 550 }, { headers: { ...HEADERS, 'content-type': 'application/json' } })
        : undefined,
    );
    const { status, headers, text } = await send('GET', '/3/movie/550');
    expect([status, text]).toEqual([200, '{"id":550}']);
    for (const name of Object.keys(HEADERS)) expect(headers[name]).toBeUndefined();
  });

  test.each<[string, () => Response]>([
    ['a page', () => new Response('<script>1</script>', { headers: { 'content-type': 'text/html' } })],
    ['a script', () => new Response('x()', { headers: { 'content-type': 'text/javascript' } })],
    ['a redirect', () => new Response(null, { status: 302, headers: { location: 'https://evil.example/' } })],
  ])('that is %s is not passed on', async (_, answer) => {
    const { send } = await createWorld((request) =>
      request.url.includes('/movie/550') ? answer() : undefined,
    );
    const { status, headers, text } = await send('GET', '/3/movie/550');
    expect(status).toBe(502);
    expect(headers['content-type']).toBe('application/json');
    expect(`${text} ${headers.location}`).not.toMatch(/script|x\(\)|evil/);
  });
});

describe('a body', () => {
  test.each<[string, string, Record<string, string>, number]>([
    ['of 70 kB', JSON.stringify({ value: 'x'.repeat(70_000) }), {}, 413],
    ['that is no JSON', 'value=8', {}, 400],
    ['that is a form', 'value=8', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['that says it is text', '{"value":8}', { 'content-type': 'text/plain' }, 400],
  ])('%s is not sent on', async (_, body, headers, status) => {
    const { send, sent } = await createWorld();
    expect((await send('POST', '/3/movie/550/rating', body, headers)).status).toBe(status);
    expect(sent).toEqual([]);
  });
});

test('a page of another origin gets no answer for a user’s cookies', async () => {
  const { site, browser } = await createWorld();
  const cookie = [...browser.cookies].map(([name, value]) => `${name.split('|')[0]}=${value}`).join('; ');
  const headers = { cookie, origin: 'https://evil.example' };
  const answer = await ask(site, 'GET', '/tmdb/3/account', { headers });
  expect(answer.status).toBe(401);
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
});
