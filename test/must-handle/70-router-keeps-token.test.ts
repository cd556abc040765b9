// auth0-spa-js#407, auth0-react#61: A router kept the token in its address, or the route was lost on the return.
// Here: The page with the return stores it and goes to the clean address by a real navigation. No client, guard or router acts there.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type {} from '../browser/pages/routed.ts';
import { allow, inChromium, reaches, reachesTmdb, signIn, tokenIn } from '../browser/stage.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';

const stage = inChromium();
const HERE = '/films/550?tab=cast#/names?page=2';

async function routed(options: Record<string, unknown>) {
  const on = await stage({ page: 'routed.ts', bundle: { inChunks: true }, options });
  const page = await on.open(HERE);
  await page.addInitScript(() => {
    if (location.search.includes('request_token=')) sessionStorage.setItem('members only', 'yes');
  });
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  return { ...on, page, token, here: on.site.url + HERE };
}

const isAt = (page: Page) => page.evaluate(() => [location.href, location.origin + window.router.at()]);

test.each([
  ['the client is made first', {}],
  ['the router is made first', { isRouterFirst: true }],
  ['the client is loaded lazily', { isLazy: true }],
  ['the router is made first and the client is loaded lazily', { isLazy: true, isRouterFirst: true }],
])(
  'address and router show the clean route after the return, a push, a reload, Back and Forward: %s',
  async (_, options) => {
    const { page, token, here, asked } = await routed(options);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(await isAt(page)).toEqual([here, here]);
    expect(await page.evaluate(() => document.referrer)).not.toContain(token);
    await page.evaluate(() => window.router.push('page=2'));
    const next = here.replace('#', '&page=2#');
    expect(await isAt(page)).toEqual([next, next]);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(await isAt(page)).toEqual([next, next]);
    await page.goBack();
    await expect.poll(() => page.url()).toBe(here);
    await page.goBack();
    await reachesTmdb(page);
    await page.goForward();
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(here);
    expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
  },
);

test.each([{}, { isLazy: true }])(
  'the page with the return stays restoring, and a guard redirects nowhere: %o',
  async (options) => {
    const { page, token } = await routed(options);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    const shown = await page.evaluate(() => window.documents());
    const there = shown.filter(([address]) => address.includes(token)).map(([, state]) => state);
    expect([...new Set(there)]).toEqual(['restoring']);
    expect(await page.evaluate(() => window.led())).toEqual([]);
  },
);

test('a denied return is taken in the same way, and only then the guard redirects', async () => {
  const { page, here } = await routed({ isRouterFirst: true });
  await page.getByRole('button', { name: 'Deny' }).click();
  await reaches(page, 'idle.approvalDenied');
  expect(await isAt(page)).toEqual([here, here]);
  expect(await page.evaluate(() => window.led())).toEqual(['idle.approvalDenied']);
});

test('without sessionStorage the address is cleaned in place and the return is taken at once', async () => {
  const { open, site, context, asked } = await stage();
  await context.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new DOMException('Blocked', 'SecurityError');
      },
    });
  });
  const page = await open(HERE);
  const documents: string[] = [];
  page.on('request', (request) => {
    if (request.isNavigationRequest() && request.url().startsWith(site.url)) documents.push(request.url());
  });
  await signIn(page);
  expect(page.url()).toBe(site.url + HERE);
  expect(documents).toHaveLength(1);
  expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
});
