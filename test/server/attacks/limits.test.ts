import { setImmediate as aMoment } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createSeal } from '../../../src/platforms/seal.ts';
import { createSite, ORIGIN, SECRET, type Site, signIn } from '../site.ts';
import { FROM_HERE, JSON_FROM_HERE, lastEvent, memoryStore, plain } from './support.ts';

/** An endless body without a content-length, sent piece by piece while the server reads. */
function endless(piece = new Uint8Array(1_000)) {
  let pieces = 0;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces += 1;
      controller.enqueue(piece);
    },
    cancel() {
      isCancelled = true;
    },
  });
  return { stream, pieces: () => pieces, isCancelled: () => isCancelled };
}

const streamed = (path: string, body: ReadableStream, headers: Record<string, string> = JSON_FROM_HERE) =>
  new Request(ORIGIN + path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);

const EVERY_POST = ['login', 'callback', 'check', 'guest', 'cancel', 'verify', 'carry-over', 'logout'].map(
  (name) => `/auth/${name}`,
);
const PROXIED = '/auth/tmdb/3/movie/550/rating';

describe('a body that is too long', () => {
  test.each([...EVERY_POST, PROXIED])('is refused at %s, and TMDB is not asked', async (path) => {
    const site = await createSite();
    const body = JSON.stringify({ returnTo: 'x'.repeat(65_536) });
    const answered = await site.browser().send(plain('POST', path, JSON_FROM_HERE, body));
    expect(answered.status).toBe(413);
    expect(lastEvent(site)).toMatchObject({ refused: 'too_large', tmdbRequests: 0 });
    expect(site.tmdb.requests).toEqual([]);
  });

  test('is not read to its end, whether or not it states its length', async () => {
    const site = await createSite();
    const body = endless();
    expect((await site.browser().send(streamed('/auth/cancel', body.stream))).status).toBe(413);
    expect(body.pieces()).toBeLessThan(70);
    expect(body.isCancelled()).toBe(true);
  });

  test('is refused although it lies about its length', async () => {
    const site = await createSite();
    const browser = site.browser();
    for (const length of ['0', '10', '-1', 'NaN', '1e1', '0x10', '']) {
      const body = endless();
      const headers = { ...JSON_FROM_HERE, 'content-length': length };
      expect((await browser.send(streamed('/auth/cancel', body.stream, headers))).status, length).toBe(413);
    }
    const announced = plain('POST', '/auth/cancel', { ...JSON_FROM_HERE, 'content-length': '1e9' }, '{}');
    expect((await browser.send(announced)).status).toBe(413);
  });

  test('is not read at all for a page of another site', async () => {
    const site = await createSite();
    const body = endless();
    const headers = { origin: 'https://evil.example' };
    expect((await site.browser().send(streamed('/auth/cancel', body.stream, headers))).status).toBe(403);
    expect(body.pieces()).toBeLessThan(3);
  });
});

/** Finishes all work that needs no time, then advances the clock. */
async function timePasses(site: Site, ms: number) {
  for (let i = 0; i < 200; i++) await aMoment();
  site.clock.advance(ms);
}

/** The result, or `pending`. */
async function soon<T>(work: Promise<T>): Promise<T | 'pending'> {
  let latest: T | 'pending' = 'pending';
  void work.then((value) => {
    latest = value;
  });
  for (let i = 0; i < 500 && latest === 'pending'; i++) await aMoment();
  return latest;
}

describe('the end of every request', () => {
  test('a request with an endless body ends with 408', async () => {
    const site = await createSite({ bodyTimeout: 2_000 });
    const silent = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
    const answering = site.browser().send(streamed('/auth/cancel', silent));
    await timePasses(site, 2_001);
    expect(await soon(answering)).toMatchObject({ status: 408 });
    expect(lastEvent(site)).toMatchObject({ refused: 'too_slow', status: 408 });
  });

  test('a request with a body that comes byte by byte, each in time, ends with 408', async () => {
    const site = await createSite({ bodyTimeout: 2_000 });
    const trickling = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        new Promise((resolve) => {
          site.clock.setTimeout(() => resolve(controller.enqueue(new Uint8Array([0x20]))), 500);
        }),
    });
    const answered = await site.whileTimeRuns(site.browser().send(streamed('/auth/cancel', trickling)), 20);
    expect(answered.status).toBe(408);
    expect(lastEvent(site)?.durationMs).toBeLessThan(2_100);
  });

  test.each([
    ['GET', 'user'],
    ['POST', 'user'],
    ['GET', 'guest'],
    ['POST', 'guest'],
  ])('a proxied request that TMDB never answers ends with 504 (%s, of a %s)', async (method, status) => {
    const site = await createSite({ deadline: 5_000 });
    const browser = site.browser();
    if (status === 'user') await signIn(site, browser);
    else await browser.submit('/auth/guest');
    site.tmdb.faults.add({ kind: 'hang', times: Number.POSITIVE_INFINITY });
    const answering = browser.send(plain(method, PROXIED, FROM_HERE));
    const asked = site.tmdb.requests.length;
    while (site.tmdb.requests.length === asked) await aMoment();
    await timePasses(site, 5_001);
    const answered = await Promise.race([answering, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    expect(answered).toMatchObject({ status: 504 });
    expect(await browser.session()).toMatchObject({ status });
  });

  test.each(['/auth/login', '/auth/guest', '/auth/verify', '/auth/logout'])(
    'a request at %s ends even if TMDB never answers',
    async (path) => {
      const site = await createSite({ deadline: 5_000, requestTimeout: 60_000 });
      const browser = site.browser();
      if (/verify|logout/.test(path)) await signIn(site, browser);
      site.tmdb.faults.add({ kind: 'hang', times: Number.POSITIVE_INFINITY });
      expect(await site.whileTimeRuns(browser.submit(path))).toMatchObject({ status: 303 });
    },
  );
});

describe('a store that never answers', () => {
  const never = () => new Promise<never>(() => {});
  const hung = { getItem: never, setItem: never, removeItem: never, getKeys: never };

  test.each([
    ['GET', '/auth/health'],
    ['GET', '/auth/session'],
    ['POST', '/auth/login'],
    ['POST', '/auth/logout'],
  ])('does not block %s %s for ever', async (method, path) => {
    const site = await createSite({ store: hung, deadline: 5_000 });
    const seal = createSeal([SECRET], site.clock.now);
    const cookie = `__Host-tmdb-auth.id=${await seal.close('id', 'a'.repeat(32), site.clock.now() + 60_000)}`;
    const request = plain(method, path, { ...FROM_HERE, accept: 'application/json', cookie });
    const answered = await site.whileTimeRuns(site.browser().send(request));
    expect(answered.status).toBeLessThan(600);
    expect(lastEvent(site)?.durationMs).toBeLessThan(10_000);
  });

  test('does not block signing out everywhere for ever', async () => {
    const store = memoryStore();
    const listless = {
      getItem: (key: string) => store.getItem(key),
      setItem: (key: string, value: string) => store.setItem(key, value),
      removeItem: (key: string) => store.removeItem(key),
      getKeys: never,
    };
    const site = await createSite({ store: listless, deadline: 5_000 });
    const browser = site.browser();
    await signIn(site, browser);
    const answering = browser.ask('POST', '/auth/logout', { everywhere: 'true' });
    expect(await site.whileTimeRuns(answering)).toMatchObject({ status: 504 });
  });
});

describe('too many requests at a time', () => {
  test('are told to come again, while the others are answered and make room', async () => {
    const site = await createSite({ maxConcurrent: 3 });
    const release = site.tmdb.faults.add({ kind: 'hang', times: 3 });
    const waiting = Array.from({ length: 3 }, () => site.browser().ask('POST', '/auth/guest'));
    while (site.tmdb.requests.length < 3) await aMoment();
    const refused = await site.browser().ask('GET', '/auth/session');
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await site.browser().ask('GET', '/auth/health')).status).toBe(200);
    release();
    for (const each of await Promise.all(waiting)) expect(each.status).toBe(200);
    expect((await site.browser().ask('GET', '/auth/session')).status).toBe(200);
  });

  test('do not include those that are still sending their bodies', async () => {
    const site = await createSite({ maxConcurrent: 3 });
    const silent = () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });
    const waiting = Array.from({ length: 50 }, () => site.browser().send(streamed('/auth/cancel', silent())));
    const health = await site.browser().ask('GET', '/auth/health');
    expect(await health.json()).toEqual({ status: 'ok', underWay: 50 });
    const browser = site.browser();
    await signIn(site, browser);
    expect(await browser.session()).toMatchObject({ status: 'user' });
    await timePasses(site, 5_001);
    for (const each of await Promise.all(waiting)) expect(each.status).toBe(408);
  });
});

describe('one address', () => {
  const addressOf = (request: Request) => request.headers.get('x-real-ip');
  const from = (address: string) => ({ ...JSON_FROM_HERE, 'x-real-ip': address });
  const silent = () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) });

  test('holds no more than its share of requests, with slow bodies, while another address is served', async () => {
    const site = await createSite({ addressOf, maxPerAddress: 4 });
    const slow = Array.from({ length: 4 }, () =>
      site.browser().send(streamed('/auth/cancel', silent(), from('192.0.2.1'))),
    );
    const ask = async (address: string) =>
      (await site.browser().send(plain('GET', '/auth/session', from(address)))).status;
    expect(await ask('192.0.2.1')).toBe(503);
    expect(lastEvent(site)?.refused).toBe('busy');
    expect(await ask('192.0.2.2')).toBe(200);
    const health = plain('GET', '/auth/health', from('192.0.2.1'));
    expect((await site.browser().send(health)).status).toBe(200);
    await timePasses(site, 5_001);
    await Promise.all(slow);
    expect(await ask('192.0.2.1')).toBe(200);
  });

  test('is not read from any header unless the site says which', async () => {
    const site = await createSite({ maxPerAddress: 1 });
    const headers = { ...from('192.0.2.1'), 'x-forwarded-for': '192.0.2.1', forwarded: 'for=192.0.2.1' };
    const slow = Array.from({ length: 3 }, () =>
      site.browser().send(streamed('/auth/cancel', silent(), headers)),
    );
    expect((await site.browser().send(plain('GET', '/auth/session', headers))).status).toBe(200);
    await timePasses(site, 5_001);
    await Promise.all(slow);
  });
});

describe('an answer that cannot be passed on', () => {
  test.each([204, 205, 304])('does not make the handler reject (%i)', async (status) => {
    const site = await createSite();
    site.tmdb.faults.add({ kind: 'answer', status });
    const answered = await site.browser().send(plain('GET', '/auth/tmdb/3/movie/550'));
    expect(answered.status).toBe(status);
    expect(await answered.text()).toBe('');
  });

  test.each([599, 600, 999])('becomes an error answer (%i)', async (status) => {
    const site = await createSite();
    site.tmdb.faults.add({ kind: 'answer', status });
    const answered = await site.browser().send(plain('GET', '/auth/tmdb/3/movie/550'));
    expect(answered.status).toBeGreaterThanOrEqual(500);
  });
});

test.each([
  () => {
    throw new Error('a log that is full');
  },
  () => Promise.reject(new Error('a log that is full')),
])('a failing event listener cannot make a request fail (%#)', async (onEvent) => {
  const site = await createSite({ onEvent });
  expect((await site.browser().ask('GET', '/auth/session')).status).toBe(200);
});
