import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { HOUR } from '../support/clock.ts';
import { ACCOUNT } from '../support/requests.ts';
import { PLAIN_HTTP_HOST, type Reply } from './chromium.ts';
import {
  allow,
  inChromium,
  later,
  openPopup,
  reaches,
  reachesTmdb,
  SETTABLE_CLOCK,
  signIn,
  storedIn,
  viewOf,
  wake,
} from './stage.ts';

const stage = inChromium();

/** Caches the app, so that it starts offline like an installed one. */
const WORKER = `
self.addEventListener('install', (event) => event.waitUntil(
  caches.open('app').then((cache) => cache.addAll(['/', '/app.js', '/config.js'])).then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (new URL(event.request.url).origin === location.origin) event.respondWith(caches.match(event.request, { ignoreSearch: true }));
});`;

const withWorker = (path: string): Reply | undefined =>
  path === '/worker.js' ? { type: 'text/javascript', text: WORKER } : undefined;

const installWorker = (page: Page) =>
  page.evaluate(async () => {
    await navigator.serviceWorker.register('/worker.js');
    await navigator.serviceWorker.ready;
  });

describe('an app that starts offline', () => {
  test('keeps the user signed in, and sends no request', async () => {
    const { open, context, tmdb, asked } = await stage({ respond: withWorker });
    const page = await open();
    await installWorker(page);
    await signIn(page);
    tmdb.resetRequests();
    await context.setOffline(true);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(await viewOf(page)).toMatchObject({ status: 'user', account: { username: 'sandra' } });
    expect(asked()).toEqual([]);
  });

  test('keeps a session without a known account, and a retry online completes it', async () => {
    const { open, context, tmdb } = await stage({ respond: withWorker });
    const page = await open();
    await installWorker(page);
    tmdb.faults.add({ kind: 'status', status: 503, match: ACCOUNT });
    await signIn(page);
    expect(await viewOf(page)).toMatchObject({ account: null, failure: { code: 'unavailable' } });
    const stored = await storedIn(page);
    await context.setOffline(true);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(await viewOf(page)).toMatchObject({
      status: 'user',
      account: null,
      failure: { code: 'network', retryable: true },
      can: { retry: true },
    });
    expect(await storedIn(page)).toBe(stored);
    await context.setOffline(false);
    await page.evaluate(() => window.auth.retry());
    expect(await viewOf(page)).toMatchObject({ account: { username: 'sandra' }, failure: null });
  });

  test('fails a sign-in with the reason, and the sign-in works online', async () => {
    const { open, context } = await stage();
    const page = await open();
    await context.setOffline(true);
    await page.click('#login');
    await reaches(page, 'idle.failed');
    expect(await viewOf(page)).toMatchObject({
      failure: { code: 'network' },
      can: { login: true, retry: true },
    });
    await context.setOffline(false);
    await signIn(page);
  });
});

test('a session is kept when TMDB answers 503 to everything', async () => {
  const { open, tmdb } = await stage();
  const page = await open();
  await signIn(page);
  const stored = await storedIn(page);
  tmdb.faults.add({ kind: 'status', status: 503, times: Number.POSITIVE_INFINITY });
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(await page.evaluate(async () => (await window.auth.fetch('/3/account')).status)).toBe(503);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(await storedIn(page)).toBe(stored);
});

describe('the computer’s clock', () => {
  test('can jump by hours without signing the user out', async () => {
    const on = await stage({ script: SETTABLE_CLOCK });
    const page = await on.open();
    await signIn(page);
    on.tmdb.resetRequests();
    await later(on, 30 * HOUR);
    await wake(page);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(on.asked()).toEqual([]);
  });

  test.each([5, -5])('can be wrong by %i hours without hindering a sign-in', async (hours) => {
    const { open, context } = await stage({ script: SETTABLE_CLOCK });
    await context.addInitScript((offset) => {
      if (location.hostname === 'localhost') localStorage.setItem('test-offset', String(offset));
    }, hours * HOUR);
    const page = await open();
    await page.click('#login');
    await reachesTmdb(page);
    await page.goBack();
    await reaches(page, 'awaitingApproval.waiting');
    await signIn(page);
    expect(await viewOf(page)).toMatchObject({ status: 'user' });
  });
});

describe.each(['redirect', 'popup'])(
  'no secure context (http on a phone in the same network), %s',
  (mode) => {
    test('the client signs in and out', async () => {
      const { context, site } = await stage({ options: { mode } });
      const page = await context.newPage();
      await page.goto(site.url.replace('localhost', PLAIN_HTTP_HOST));
      expect(await page.evaluate(() => isSecureContext)).toBe(false);
      await reaches(page, 'idle.fresh');
      if (mode === 'popup') await allow(await openPopup(page));
      else await signIn(page);
      await reaches(page, 'sessionActive.ready');
      await page.evaluate(() => window.auth.logout());
      expect(await viewOf(page)).toMatchObject({ state: 'idle.loggedOut', failure: null });
    });
  },
);

describe('a strict Content-Security-Policy', () => {
  const MODES = [
    ['redirect', signIn],
    ['popup', async (page: Page) => allow(await openPopup(page))],
  ] as const;

  test.each(MODES)(
    'is not violated by a sign-in by %s, the use of the session and the sign-out',
    async (mode, signInBy) => {
      const { open, context } = await stage({
        options: { mode },
        headers: ({ baseURL }) => ({
          'content-security-policy': `default-src 'none'; script-src 'self'; connect-src ${baseURL}`,
        }),
      });
      const violations: string[] = [];
      await context.exposeFunction('tell', (what: string) => violations.push(what));
      await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
          (window as unknown as { tell(what: string): void }).tell(`${violatedDirective} ${blockedURI}`);
        });
      });
      const page = await open('/films?page=2');
      await signInBy(page);
      await reaches(page, 'sessionActive.ready');
      expect(await page.evaluate(async () => (await window.auth.fetch('/3/account')).status)).toBe(200);
      await page.evaluate(() => window.auth.logout());
      expect(await viewOf(page)).toMatchObject({ state: 'idle.loggedOut', failure: null });
      expect(violations).toEqual([]);
      // Proves that the policy is enforced.
      await page.evaluate(() => fetch('https://example.com/').catch(() => {}));
      await expect.poll(() => violations).toEqual(['connect-src https://example.com/']);
    },
  );
});
