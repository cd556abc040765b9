/** Everything that can happen at the address to which TMDB leads back. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ACCESS_NEW, ACCOUNT, CONVERT, TOKEN_NEW, V4_TOKEN_NEW } from '../support/requests.ts';
import {
  callbackOf,
  inChromium,
  reaches,
  reachesTmdb,
  type StageOptions,
  signIn,
  storedIn,
  tokenIn,
  viewOf,
} from './stage.ts';
import { MARK, V4 } from './v4.stage.ts';

const stage = inChromium();

/** Approves on a page of TMDB, and returns the address to which TMDB will send it back. */
async function approved(options: StageOptions = {}) {
  const on = await stage({ ...V4, ...options });
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  on.tmdb.approve(tokenIn(page));
  return { ...on, page, back: `${on.site.url}/films?${MARK}` };
}

const ONCE = [V4_TOKEN_NEW, ACCESS_NEW, CONVERT, ACCOUNT];

describe('a v4 return', () => {
  test('leads to one exchange when the page is reloaded before the app’s script ran', async () => {
    let release = () => {};
    let isHeld = false;
    let scripts = 0;
    const held = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    const { page, back, asked, site } = await approved({
      respond(path) {
        if (!isHeld || path !== '/app.js') return undefined;
        scripts += 1;
        return held;
      },
    });
    isHeld = true;
    await page.goto(back, { waitUntil: 'commit' });
    await expect.poll(() => scripts).toBe(1);
    await page.reload({ waitUntil: 'commit' });
    await expect.poll(() => scripts).toBe(2);
    expect(page.url()).toBe(back);
    isHeld = false;
    release();
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${site.url}/films`);
    expect(asked()).toEqual(ONCE);
  });

  test('survives a reload during the exchange, with one access token', async () => {
    const { page, back, tmdb } = await approved({ options: { ...V4.options, requestTimeout: 2_000 } });
    const release = tmdb.faults.add({ kind: 'hang', match: ACCESS_NEW, times: Number.POSITIVE_INFINITY });
    await page.goto(back);
    await expect.poll(() => tmdb.requests.at(-1)?.path).toBe('/4/auth/access_token');
    await page.reload();
    release();
    await reaches(page, 'sessionActive.ready');
    expect([tmdb.accessTokens().length, tmdb.sessions().length]).toEqual([1, 1]);
  });

  test('survives a reload between access token and session: the session is made from that access token', async () => {
    const { page, back, tmdb, asked } = await approved({ options: { ...V4.options, requestTimeout: 2_000 } });
    const release = tmdb.faults.add({ kind: 'hang', match: CONVERT, times: Number.POSITIVE_INFINITY });
    await page.goto(back);
    await expect.poll(() => asked().at(-1)).toBe(CONVERT);
    await page.reload();
    release();
    await reaches(page, 'sessionActive.ready');
    expect((await viewOf(page)).account?.objectId).toMatch(/^[0-9a-f]{24}$/);
    expect(asked().filter((each) => each === ACCESS_NEW)).toHaveLength(1);
    expect([tmdb.accessTokens().length, tmdb.sessions().length]).toEqual([1, 1]);
  });

  test.each([
    ['two clients on the page', 'double.ts'],
    ['clients made in a component in StrictMode', 'strict.tsx'],
  ])('leads to one exchange and ends signed in with %s', async (_, entry) => {
    const { page, back, asked, tmdb } = await approved({ page: entry });
    await page.goto(back);
    await page.waitForFunction(
      () =>
        window.clients?.length > 1 &&
        window.clients.every((client) => client.getView().account?.username === 'sandra'),
    );
    expect(page.url()).not.toContain(MARK);
    expect(asked().filter((each) => each === ACCESS_NEW || each === CONVERT)).toEqual([ACCESS_NEW, CONVERT]);
    expect([tmdb.accessTokens().length, tmdb.sessions().length]).toEqual([1, 1]);
  });

  test('makes one access token and one session in ten tabs at once, and all end signed in', async () => {
    const { context, back, tmdb, asked, site } = await approved();
    const pages = await Promise.all(Array.from({ length: 10 }, () => context.newPage()));
    await Promise.all(pages.map((tab) => tab.goto(back)));
    const isIn = (tab: Page) =>
      expect.poll(async () => (await viewOf(tab)).account?.objectId).toMatch(/^\w+$/);
    await Promise.all(pages.map(isIn));
    await Promise.all(pages.map((tab) => reaches(tab, 'sessionActive.ready')));
    expect([tmdb.accessTokens().length, tmdb.sessions().length]).toEqual([1, 1]);
    expect(pages.map((tab) => tab.url())).toEqual(pages.map(() => `${site.url}/films`));
    const times = (request: string) => asked().filter((each) => each === request).length;
    expect(times(V4_TOKEN_NEW)).toBe(1);
    // Without claims there would be ten. Two are possible, as browser storage has no locks.
    expect(times(ACCESS_NEW)).toBeLessThanOrEqual(3);
    expect(times(CONVERT)).toBeLessThanOrEqual(3);
  });
});

describe('a forged v4 return', () => {
  test('changes nothing and sends no request when nothing is pending; the page cleans the address and reports it', async () => {
    const { open, site, asked } = await stage(V4);
    const page = await open(`/films?own=a%20b&${MARK}&more#top`);
    await reaches(page, 'idle.fresh');
    expect(page.url()).toBe(`${site.url}/films?own=a%20b&more#top`);
    await expect.poll(() => page.evaluate(() => window.warnings)).toEqual(['callback_mismatch']);
    expect(await viewOf(page)).toMatchObject({
      failure: { code: 'callback_mismatch' },
      can: { login: true },
    });
    expect(asked()).toEqual([]);
    expect(await storedIn(page)).toBeNull();
  });

  test('changes nothing for a signed-in user', async () => {
    const { open, site, asked, tmdb } = await stage(V4);
    const page = await open();
    await signIn(page);
    const before = await storedIn(page);
    tmdb.resetRequests();
    await page.goto(`${site.url}/films?${MARK}`);
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${site.url}/films`);
    expect(await storedIn(page)).toBe(before);
    expect(asked()).toEqual([]);
  });

  test('is refused while a v3 sign-in is pending, and the real return still completes the sign-in', async () => {
    const { open, site, asked, tmdb } = await stage();
    const page = await open();
    await page.click('#login');
    await reachesTmdb(page);
    const own = tokenIn(page);
    await page.goto(`${site.url}/other?${MARK}`);
    await reaches(page, 'awaitingApproval.waiting');
    await expect.poll(() => page.evaluate(() => window.warnings)).toEqual(['callback_mismatch']);
    expect(page.url()).not.toContain(MARK);
    expect(asked()).toEqual([TOKEN_NEW]);
    tmdb.approve(own);
    await page.goto(callbackOf(`${site.url}/`, own));
    await reaches(page, 'sessionActive.ready');
  });

  test('only makes the client ask TMDB while a v4 sign-in is pending, and the real return still completes it', async () => {
    const { open, site, asked, tmdb } = await stage(V4);
    const page = await open('/films');
    await page.click('#login');
    await reachesTmdb(page);
    const own = tokenIn(page);
    await page.goto(`${site.url}/films?${MARK}`);
    await expect.poll(() => asked()).toContain(ACCESS_NEW);
    expect(tmdb.accessTokens()).toEqual([]);
    tmdb.approve(own);
    await page.goto(`${site.url}/films?${MARK}`);
    await reaches(page, 'sessionActive.ready');
    expect(tmdb.accessTokens()).toHaveLength(1);
  });
});
