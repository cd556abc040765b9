import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allow, inChromium, reaches, reachesTmdb, redirectToIn, signIn, tokenIn } from './stage.ts';

const stage = inChromium();

/** The addresses in this tab's history. */
async function historyOf(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send('Page.getNavigationHistory');
  return entries.map(({ url }) => url);
}

const OWN = '/films/fünf ☃?q=a%20b&flag&sum=1%2B1&name=Jos%C3%A9&next=/a/b#/deep/☃?x=1';

test('the app’s own path, query and hash are unchanged, to the letter, after a sign-in', async () => {
  const { open } = await stage();
  const page = await open(OWN);
  const before = page.url();
  await signIn(page);
  expect(page.url()).toBe(before);
});

test('a return that belongs to no sign-in leaves the app’s own query and hash unchanged', async () => {
  const { open, site } = await stage();
  const page = await open('/films?q=a%20b&flag&request_token=unknown&approved=true#top');
  await reaches(page, 'idle.fresh');
  expect(page.url()).toBe(`${site.url}/films?q=a%20b&flag#top`);
});

test('TMDB receives the app’s own query unchanged as part of the return address', async () => {
  const { open, site } = await stage();
  const page = await open('/films?q=a%20b&flag#top');
  await page.click('#login');
  await reachesTmdb(page);
  expect(redirectToIn(page)).toBe(`${site.url}/films?q=a%20b&flag`);
});

test('after a sign-in the token is in no address of this site, and cleaning the address added no history entry', async () => {
  const { open, site } = await stage();
  const page = await open('/films?page=2');
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  const own = `${site.url}/films?page=2`;
  const [blank, before, approval, after, ...rest] = await historyOf(page);
  expect([blank, before, after, rest]).toEqual(['about:blank', own, own, []]);
  expect(approval).toContain('/authenticate/');
  expect(await page.evaluate(() => location.href + document.referrer)).not.toContain(token);
});

test('no request sends the address with the token as its referrer, whatever the referrer policy', async () => {
  const { open, visits } = await stage({ headers: { 'referrer-policy': 'unsafe-url' } });
  const page = await open('/films?page=2');
  const told: string[] = [];
  page.on('request', async (request) => {
    if (request.url().includes('/3/')) told.push((await request.allHeaders()).referer ?? '');
  });
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  await expect.poll(() => told.length).toBeGreaterThanOrEqual(2);
  expect(told.filter((referer) => referer.includes('page=2'))).not.toEqual([]);
  expect(told.filter((referer) => referer.includes(token))).toEqual([]);
  const seen = visits.length;
  await page.evaluate(() => fetch('/anything'));
  expect(visits.slice(seen)).toEqual([{ path: '/anything', referer: page.url() }]);
});

test('with redirectTo TMDB sends the user to that page, and the user ends at the page they left', async () => {
  const { open, site } = await stage({ options: { redirectTo: '/signed-in?from=tmdb' } });
  const page = await open('/films/550?tab=cast#names');
  await page.click('#login');
  await reachesTmdb(page);
  expect(redirectToIn(page)).toBe(`${site.url}/signed-in?from=tmdb`);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films/550?tab=cast#names`);
});

test('the stored return address serves one return: a later page with the parameters of a return stays where it is', async () => {
  const { open, site } = await stage({ options: { redirectTo: '/signed-in' } });
  const page = await open('/films/550');
  await signIn(page);
  await page.goto(`${site.url}/other?request_token=stale&approved=true&mine=1`);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/other?mine=1`);
});
