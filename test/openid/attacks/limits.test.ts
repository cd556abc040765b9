import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { randomUserCode } from '../../../src/platforms/server/user-code.ts';
import { MINUTE } from '../../support/clock.ts';
import type { Site } from '../site.ts';
import { ask, askForTokens, cookieOf, createWorld, openForm, startDevice } from './support.ts';

type Form = Awaited<ReturnType<typeof openForm>>;

const type = (
  site: Site,
  { browser, xsrf }: Form,
  code: string,
  address = '192.0.2.1',
  path = '/device',
  more: Record<string, string> = {},
) =>
  ask(site, 'POST', path, {
    headers: { cookie: cookieOf(browser, '/device'), 'x-real-ip': address, accept: 'text/html' },
    body: new URLSearchParams({ user_code: code, xsrf, ...more }),
  });

/** A form is good for one code that oidc-provider refuses, as the answer has a new `xsrf`. */
const guess = async (site: Site, code = randomUserCode(), address?: string, path?: string) =>
  type(site, await openForm(site), code, address, path);

const isFound = ({ text }: { text: string }) => text.includes('Connect Television?');

describe('wrong codes', () => {
  test('are limited to 5 in 5 minutes for one address, and then a right code is not looked up', async () => {
    const site = await createWorld();
    const { user_code: code } = await startDevice(site);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await guess(site)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const limited = await guess(site, code);
    expect([limited.status, limited.headers['retry-after']]).toEqual([429, '300']);
    expect(limited.text).toContain('Too many attempts');
    expect(isFound(await guess(site, code, '192.0.2.2'))).toBe(true);
    site.clock.advance(5 * MINUTE + 1);
    expect(isFound(await guess(site, code))).toBe(true);
  });

  test('are limited for all IPv6 addresses of one client together', async () => {
    const site = await createWorld();
    const statuses: number[] = [];
    for (let i = 1; i < 7; i++)
      statuses.push((await guess(site, randomUserCode(), `2001:db8:1:2:${i}::1`)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  test('are limited to 100 in 5 minutes for all addresses together, however many are typed at once', async () => {
    const site = await createWorld();
    const { user_code: code } = await startDevice(site);
    const forms = await Promise.all(Array.from({ length: 130 }, () => openForm(site)));
    const answers = await Promise.all(
      forms.map((form, at) => type(site, form, randomUserCode(), `192.0.2.${at}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100);
    expect((await guess(site, code, '198.51.100.1')).status).toBe(429);
  });

  test('are limited in total where addresses are unknown', async () => {
    const site = await createWorld({ addressOf: () => null });
    for (let i = 0; i < 100; i++) expect((await guess(site)).status).toBe(200);
    expect((await guess(site)).status).toBe(429);
  });

  test.each(['/DEVICE', '/device/', '/Device/?user_code=BBBB-BBBB', '/device?x=1'])(
    'are limited at the spelling %s of the address, too',
    async (path) => {
      const site = await createWorld();
      for (let i = 0; i < 5; i++) await guess(site, randomUserCode(), undefined, path);
      expect((await guess(site, randomUserCode(), undefined, path)).status).toBe(429);
    },
  );

  test('are limited with the button that confirms, too', async () => {
    const site = await createWorld();
    const { user_code: code } = await startDevice(site);
    const statuses: number[] = [];
    for (const typed of [...Array.from({ length: 5 }, randomUserCode), code]) {
      const answer = await type(site, await openForm(site), typed, undefined, undefined, { confirm: 'yes' });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect(site.tmdb.requests).toEqual([]);
  });

  test('are only those that were looked up: right ones, empty ones and forms of other sites do not count', async () => {
    const site = await createWorld();
    const { user_code: code } = await startDevice(site);
    for (let i = 0; i < 7; i++) {
      expect(isFound(await guess(site, code))).toBe(true);
      expect((await guess(site, '')).status).toBe(200);
      expect((await type(site, { ...(await openForm(site)), xsrf: 'x' }, randomUserCode())).status).toBe(400);
    }
  });

  test('include used and expired ones, which the page tells apart', async () => {
    const site = await createWorld();
    const { user_code: code } = await startDevice(site);
    await type(site, await openForm(site), code, undefined, undefined, { abort: 'yes' });
    const used = await guess(site, code);
    expect(used.text).toContain('already been used');
    const { user_code: old } = await startDevice(site);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * MINUTE });
    onTestFinished(() => void vi.useRealTimers());
    expect((await guess(site, old)).text).toContain('This code has expired');
    for (let i = 0; i < 3; i++) await guess(site);
    expect((await guess(site)).status).toBe(429);
  });

  test('cannot be tried by links: a link looks up nothing', async () => {
    const site = await createWorld();
    const { user_code: code } = await startDevice(site);
    const read = vi.spyOn(site.storage, 'getItem');
    for (const path of [
      `/device?user_code=${code}`,
      `/DEVICE/?user_code=${code}`,
      `/device?user_code=${code}&confirm=yes`,
      `/device?user_code=x&user_code=${code}`,
    ])
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(site, method, path);
        expect(answer.status).toBe(200);
        expect(answer.text).not.toContain('Television');
        expect(answer.text).not.toContain('<script');
      }
    expect(read.mock.calls.filter(([key]) => key.includes('DeviceCode'))).toEqual([]);
  });
});

test('the limit has a page in the texts of the site', async () => {
  const site = await createWorld({
    texts: { tooManyTitle: 'Zu viele Versuche', tooManyText: 'Warte kurz.' },
  });
  for (let i = 0; i < 5; i++) await guess(site);
  const { text } = await guess(site);
  expect(text).toContain('<h1>Zu viele Versuche</h1>');
  expect(text).toContain('Warte kurz.');
});

test('a device that polls too fast is told to slow down, and still gets its tokens', async () => {
  const site = await createWorld();
  const { device_code } = await startDevice(site);
  const poll = async () => {
    const fields = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code };
    return (await askForTokens(site, { ...fields, client_id: 'tv' })).error;
  };
  expect([await poll(), await poll(), await poll()]).toEqual([
    'authorization_pending',
    'slow_down',
    'slow_down',
  ]);
  site.clock.advance(5_000);
  expect(await poll()).toBe('authorization_pending');
});

describe('an address that begins again and again', () => {
  const begins: [string, string, string, number][] = [
    ['sign-ins', 'GET', '/auth?client_id=films&response_type=code&scope=openid&code_challenge=x', 303],
    ['forms for codes', 'GET', '/device', 200],
    ['forms for codes in capital letters', 'GET', '/DEVICE/', 200],
    ['logouts', 'GET', '/session/end', 200],
    ['codes of devices', 'POST', '/device/auth', 200],
    ['pushed requests', 'POST', '/request', 400],
  ];

  test.each(begins)('gets 429 with Retry-After after 100 %s in a minute', async (_, method, path, status) => {
    const site = await createWorld();
    const from = (address: string) => {
      const raw = { headers: { 'x-real-ip': address, accept: 'text/html' } };
      const fields = { body: new URLSearchParams({ client_id: 'tv', scope: 'openid' }) };
      return ask(site, method, path, method === 'POST' ? { ...raw, ...fields } : raw);
    };
    const first = await Promise.all(Array.from({ length: 100 }, () => from('192.0.2.1')));
    expect(first.map((each) => each.status)).toEqual(first.map(() => status));
    const kept = (await site.storage.getKeys()).length;
    const refused = await from('192.0.2.1');
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60']);
    expect(await site.storage.getKeys()).toHaveLength(kept);
    expect((await from('192.0.2.2')).status).toBe(status);
    site.clock.advance(MINUTE + 1);
    expect((await from('192.0.2.1')).status).toBe(status);
  });
});

test('a browser that only opened a form is forgotten after an hour', async () => {
  const site = await createWorld();
  const write = vi.spyOn(site.storage, 'setItem');
  await openForm(site);
  await ask(site, 'GET', '/session/end');
  const sessions = write.mock.calls.filter(([key]) => key.includes(':Session'));
  expect(sessions.length).toBeGreaterThan(1);
  for (const [, , options] of sessions) expect(options?.ttl).toBeLessThanOrEqual(3_600);
});

test('while the store is down the page for codes says so, and does not call the code unknown', async () => {
  const site = await createWorld();
  const form = await openForm(site);
  const { getItem } = site.storage;
  vi.spyOn(site.storage, 'getItem').mockImplementation((key) =>
    key.includes('DeviceCode') ? Promise.reject(new Error('down')) : getItem(key),
  );
  const answer = await type(site, form, randomUserCode());
  expect(answer.status).toBe(503);
  expect(answer.text).not.toContain('no such code');
});

describe('bodies and headers', () => {
  test.each([
    ['/token', 400],
    ['/token/introspection', 400],
    ['/token/revocation', 400],
    ['/session/end/confirm', 400],
    ['/device', 413],
    ['/device/auth', 413],
    ['/request', 413],
  ])('a body of 70 kB is refused at %s with %i, and nothing is stored', async (path, status) => {
    const site = await createWorld();
    const fields = new URLSearchParams({ client_id: 'tv', scope: 'openid', nonce: 'x'.repeat(70_000) });
    expect((await ask(site, 'POST', path, { body: fields })).status).toBe(status);
    expect(await site.storage.getKeys()).toEqual([]);
  });

  const inForm = { 'content-type': 'application/x-www-form-urlencoded' };
  const inChunks = { ...inForm, 'transfer-encoding': 'chunked' };

  test.each([
    ['with its length', inForm],
    ['in chunks', inChunks],
  ])('a code of a device is not begun by a body of 9 kB %s', async (_, headers) => {
    const site = await createWorld();
    const body = `client_id=tv&scope=openid&nonce=${'x'.repeat(9_000)}`;
    expect((await ask(site, 'POST', '/device/auth', { body, headers })).status).toBe(413);
    expect(await site.storage.getKeys()).toEqual([]);
  });

  test('a short body in chunks, as some clients and proxies send it, is taken like any other', async () => {
    const site = await createWorld();
    const start = await ask(site, 'POST', '/device/auth', {
      body: 'client_id=tv&scope=openid',
      headers: inChunks,
    });
    const { user_code: code } = JSON.parse(start.text) as { user_code: string };
    const { browser, xsrf } = await openForm(site);
    const typed = await ask(site, 'POST', '/device', {
      body: String(new URLSearchParams({ user_code: code, xsrf })),
      headers: { ...inChunks, cookie: cookieOf(browser, '/device'), accept: 'text/html' },
    });
    expect(isFound(typed)).toBe(true);
    const posted = await ask(site, 'POST', '/auth', { body: 'client_id=films', headers: inChunks });
    expect([posted.status, posted.headers.location]).toEqual([303, `${site.issuer}/auth?client_id=films`]);
  });

  test('an unknown method is refused and not reported as an error', async () => {
    const warnings: unknown[] = [];
    const site = await createWorld({ onWarning: (warning) => void warnings.push(warning) });
    expect((await ask(site, 'TRACE', '/auth')).status).toBe(404);
    expect(warnings).toEqual([]);
  });

  test('a sign-in or a logout with parameters of 9 kB or more is refused, and is not stored', async () => {
    const site = await createWorld();
    for (const [length, status] of [
      [9_000, 413],
      [20_000, 431],
    ] as const)
      for (const path of ['/auth', '/session/end', '/DEVICE/']) {
        const query = new URLSearchParams({ client_id: 'films', state: 'x'.repeat(length) });
        expect((await ask(site, 'GET', `${path}?${query}`)).status).toBe(status);
      }
    const posted = new URLSearchParams({ client_id: 'films', state: 'x'.repeat(9_000) });
    expect((await ask(site, 'POST', '/auth', { body: posted })).status).toBe(413);
    expect(await site.storage.getKeys()).toEqual([]);
  });
});
