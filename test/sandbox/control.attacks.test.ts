import { request } from 'node:http';
import { array, assert, asyncProperty, constantFrom, jsonValue, record, string } from 'fast-check';
import { expect, it } from 'vitest';
import { createSandbox } from '../../src/tools/sandbox/index.ts';
import { sandboxForTest } from './helpers.ts';

/** Sends headers that `fetch` does not let a program set. */
function statusOf(url: string, method: string, path: string, headers: Record<string, string | string[]>) {
  return new Promise<number | undefined>((resolve, reject) => {
    request(url, { method, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

const READING = ['GET', '/_sandbox/requests'] as const;
const CHANGING = ['POST', '/_sandbox/reset'] as const;
const DETOUR = ['POST', '/3/..//%5Fsandbox/reset'] as const;

it.each([
  ['evil.example', 'a name that was made to resolve to this machine'],
  ['evil.example:80', 'the same with a port'],
  ['127.0.0.1.evil.example', 'a name that begins like this machine'],
  ['localhost.evil.example', 'a name that begins like this machine'],
  ['evillocalhost.example', 'a name that ends otherwise'],
  ['localhost.', 'a name with a dot at its end'],
  ['evil@127.0.0.1', 'a name with a user'],
  ['127.0.0.1/evil', 'a name with a path'],
  ['127.0.0.1, evil.example', 'two names'],
  ['127.0.0.1:99999', 'a port that is none'],
])('the control and the page refuse the host "%s": %s', async (host) => {
  const { sandbox } = await sandboxForTest();
  for (const [method, path] of [READING, CHANGING, DETOUR, ['GET', '/'] as const]) {
    expect([path, await statusOf(sandbox.url, method, path, { host })]).toEqual([path, 403]);
  }
});

it.each(['127.0.0.1:5000', 'localhost', '[::1]:1', 'app.localhost', '192.168.1.7:8080', 'tmdb:8080'])(
  'the control answers requests to the host %s',
  async (host) => {
    const { sandbox } = await sandboxForTest();
    for (const [method, path] of [READING, CHANGING, DETOUR, ['GET', '/'] as const]) {
      expect([path, await statusOf(sandbox.url, method, path, { host })]).toEqual([path, 200]);
    }
  },
);

it.each([
  [{ origin: 'http://evil.example' }],
  [{ origin: 'http://localhost:3000' }],
  [{ origin: 'https://127.0.0.1' }],
  [{ origin: 'null' }],
  [{ origin: '' }],
  [{ origin: 'file://' }],
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site' }],
])('the control refuses a page of another origin: %j', async (headers) => {
  const { sandbox } = await sandboxForTest();
  for (const [method, path] of [READING, CHANGING, DETOUR]) {
    expect(await statusOf(sandbox.url, method, path, headers)).toBe(403);
    const all = { host: new URL(sandbox.url).host, ...headers };
    expect(await statusOf(sandbox.url, method, path, all)).toBe(403);
  }
});

it('the control answers a page of its own origin, but no preflight', async () => {
  const { sandbox } = await sandboxForTest();
  const own = { origin: sandbox.url, 'sec-fetch-site': 'same-origin' };
  expect(await statusOf(sandbox.url, ...CHANGING, own)).toBe(200);
  const preflight = await fetch(`${sandbox.url}/_sandbox/reset`, { method: 'OPTIONS' });
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([405, null]);
});

it.each([
  [{ host: '0.0.0.0' }, 403],
  [{ host: '0.0.0.0', control: true }, 200],
  [{ host: '127.0.0.1' }, 200],
  [{ host: 'localhost' }, 200],
  [{ host: '127.0.0.1', control: false }, 403],
])('with %j the control answers %i', async (options, expected) => {
  const { sandbox, api } = await sandboxForTest(options);
  expect(await statusOf(sandbox.url, ...CHANGING, {})).toBe(expected);
  expect((await fetch(sandbox.url)).status).toBe(expected === 200 ? 200 : 404);
  expect((await api('GET /authentication')).status).toBe(200);
  const said = await (await fetch(`${sandbox.url}/_sandbox`)).text();
  expect(said.includes('--control')).toBe(expected === 403);
});

it('without a server the control is off, and once turned on checks the host in the request’s address', async () => {
  const ask = async (tmdb: ReturnType<typeof createSandbox>, url: string, headers = {}) =>
    (await tmdb.handle(new Request(`${url}/_sandbox/reset`, { method: 'POST', headers }))).status;
  const off = createSandbox();
  expect(await ask(off, off.url)).toBe(403);
  const on = createSandbox({ control: true, url: 'https://tmdb.staging.example' });
  expect(await ask(on, on.url)).toBe(200);
  expect(await ask(on, on.url, { origin: on.url })).toBe(200);
  expect(await ask(on, 'http://localhost:3000')).toBe(200);
  expect(await ask(on, 'https://evil.example')).toBe(403);
});

/** Bodies with the names of fields that exist, and any JSON for their values. */
const FIELDS = [
  'request_token',
  'username',
  'kind',
  'match',
  'pattern',
  'times',
  'after',
  'ms',
  'when',
  'status',
];
const MORE = [
  'code',
  'retryAfter',
  'body',
  'headers',
  'now',
  'advance',
  'id',
  'object_id',
  'standing',
  '__proto__',
];
const PATHS = [
  '',
  '/approve',
  '/deny',
  '/revoke',
  '/faults',
  '/faults/1',
  '/clock',
  '/requests',
  '/users',
  '/users/x',
];
const KINDS = ['hang', 'dropAfter', 'rateLimited', 'status', 'html', 'answer', 'revokeUser', 'early17'];

it('the control answers any JSON with a success or a message, and a reset undoes its effects', async () => {
  const field = constantFrom(...FIELDS, ...MORE);
  const calls = record({
    method: constantFrom('POST', 'POST', 'DELETE', 'GET'),
    path: constantFrom(...PATHS),
    kind: constantFrom(undefined, ...KINDS),
    fields: array(record({ field, value: jsonValue() }), { maxLength: 3 }),
    noise: constantFrom('', '', '', '{'),
    text: string(),
  });
  const play = asyncProperty(array(calls, { maxLength: 6 }), async (all) => {
    const tmdb = createSandbox({ control: true });
    const ask = (path: string, init?: RequestInit) => tmdb.handle(new Request(tmdb.url + path, init));
    for (const { method, path, kind, fields, noise, text } of all) {
      const given = [...(kind ? [['kind', kind]] : []), ...fields.map(({ field, value }) => [field, value])];
      const body = noise === '' ? JSON.stringify(Object.fromEntries(given)) : noise + text;
      const answer = await ask(`/_sandbox${path}`, { method, ...(method !== 'GET' && { body }) });
      const said = await answer.json();
      if (answer.status >= 400)
        expect([answer.status, said.error]).toEqual([answer.status, expect.stringMatching(/./)]);
      expect([200, 201, 400, 404, 405, 409]).toContain(answer.status);
    }
    expect((await ask('/')).status).toBe(200);
    expect((await ask('/_sandbox/reset', { method: 'POST' })).status).toBe(200);
    expect((await ask(`/3/authentication/guest_session/new?api_key=${tmdb.apiKey}`)).status).toBe(200);
    expect(createSandbox({ state: tmdb.save() }).guests()).toHaveLength(1);
  });
  await assert(play, { numRuns: 300 });
});
