import { randomUUID } from 'node:crypto';
import { setImmediate as aMoment } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { paced } from '../../../src/platforms/server/budget.ts';
import { createTestClock } from '../../support/clock.ts';
import { type Browser, createSite, type Site, signIn } from '../site.ts';
import { plain, USERS } from './support.ts';

/** A separate TMDB, budgets for it, and the times at which its requests began. */
function createTmdb() {
  const clock = createTestClock();
  const start = clock.now();
  const baseURL = `https://${randomUUID()}.test`;
  const begun: number[] = [];
  const fetch: typeof globalThis.fetch = async () => {
    begun.push(clock.now() - start);
    return Response.json({});
  };
  const budget = (perSecond: number) => paced(fetch, { clock, baseURL, perSecond });
  const run = async (ms: number, step = 10) => {
    for (let i = 0; i < 20; i++) await aMoment();
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step);
      for (let i = 0; i < 5; i++) await aMoment();
    }
  };
  return { clock, begun, budget, run };
}

/** In ms. Requests are counted by the time at which they begin, so this clock must be monotonic. */
const STEP = 20;

/** The most requests that began within any second. */
const most = (begun: readonly number[]) =>
  Math.max(...begun.map((from) => begun.filter((at) => at >= from && at < from + 1_000).length));

describe('the budget for TMDB', () => {
  test('is kept in every second, however requests arrive', async () => {
    const { begun, budget, run } = createTmdb();
    const ask = budget(10);
    const answers: Promise<Response>[] = [];
    for (const [requests, pause] of [
      [7, 950],
      [8, 30],
      [20, 1_990],
      [1, 10],
      [30, 400],
    ] as const) {
      for (let i = 0; i < requests; i++) answers.push(ask('https://tmdb.test/3/movie/550'));
      await run(pause);
    }
    await run(6_000);
    expect(most(begun)).toBe(10);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(begun.length).toBe(statuses.filter((status) => status === 200).length);
  });

  test('queues for up to five seconds, and tells a later request when to come again', async () => {
    const { begun, budget, run } = createTmdb();
    const ask = budget(4);
    const asking = Array.from({ length: 40 }, () => ask('https://tmdb.test/'));
    await run(10_000);
    const answers = await Promise.all(asking);
    expect(answers.filter(({ status }) => status === 200).length).toBe(24);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('5');
    expect(Math.max(...begun)).toBe(5_000);
  });

  test('is shared by all handlers, even if their options differ', async () => {
    const { begun, budget, run } = createTmdb();
    const [large, small] = [budget(10), budget(1)];
    const asking: Promise<Response>[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 10; i++) asking.push(large('https://tmdb.test/'));
      asking.push(small('https://tmdb.test/'));
    }
    await run(10_000);
    await Promise.all(asking);
    expect(most(begun)).toBeLessThanOrEqual(10);
  });

  test('does not send a request that was aborted while it waited', async () => {
    const { begun, budget, run } = createTmdb();
    const ask = budget(1);
    const left = new AbortController();
    await ask('https://tmdb.test/');
    const waiting = ask('https://tmdb.test/', { signal: left.signal });
    left.abort();
    await expect(waiting).rejects.toThrow();
    await run(2_000);
    expect(begun.length).toBe(1);
  });

  test('goes on after the clock was set back', async () => {
    const { clock, budget } = createTmdb();
    const ask = budget(1);
    await ask('https://tmdb.test/');
    clock.set(clock.now() - 24 * 60 * 60_000);
    expect((await ask('https://tmdb.test/')).status).toBe(200);
  });
});

test('keeps a flood through the proxy from locking the server out at TMDB', async () => {
  const begun: number[] = [];
  const site = await createSite({
    requestsPerSecond: 20,
    fetch(input, init) {
      begun.push(site.clock.now());
      return globalThis.fetch(input, init);
    },
  });
  const flood = Array.from({ length: 300 }, (_, i) =>
    site.browser(site.instance()).send(plain('GET', `/auth/tmdb/3/movie/550?page=${i}`)),
  );
  const answers = await site.whileTimeRuns(Promise.all(flood), STEP);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(100);
  for (const { headers } of refused) expect(headers.get('retry-after')).toBe('5');
  expect(most(begun)).toBe(20);
});

describe('the carry-over of ratings', () => {
  /** A browser of that user, with a guest who has rated these films. */
  async function withRatings(site: Site): Promise<Browser> {
    const browser = site.browser();
    await browser.submit('/auth/guest');
    await browser.ask('POST', '/auth/tmdb/3/movie/550/rating', { value: 8 });
    await signIn(site, browser);
    return browser;
  }

  test('runs once at a time for an account, across all its browsers', async () => {
    const site = await createSite({}, { users: USERS });
    const [one, other] = [await withRatings(site), await withRatings(site)];
    // The carry-over waits between two requests, and the simulated clock stands still.
    const first = one.ask('POST', '/auth/carry-over', {});
    for (let i = 0; i < 50; i++) await aMoment();
    const asked = site.tmdb.requests.length;
    const second = await other.at(site.instance()).ask('POST', '/auth/carry-over', {});
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBe('10');
    expect(await second.json()).toMatchObject({ failure: { code: 'rate_limited' }, status: 'user' });
    expect(site.tmdb.requests.length).toBe(asked);
    expect((await site.whileTimeRuns(first)).status).toBe(200);
    expect((await site.whileTimeRuns(other.ask('POST', '/auth/carry-over', {}))).status).toBe(200);
  });
});
