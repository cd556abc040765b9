// Tried here: The page with the return was not unloaded (the user pressed Stop, a script intercepted the navigation, a popup could not close).
// Here: Such a page waits 10 s, then cleans its address and takes the return itself. A popup without an answering page goes on as an ordinary page.
import { expect, test } from 'vitest';
import { allow, inChromium, openPopup, reaches, reachesTmdb, tokenIn, viewOf } from '../browser/stage.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';

const stage = inChromium();
const SIGNED_IN = [TOKEN_NEW, SESSION_NEW, ACCOUNT];

/** The user has returned to a page that the browser does not leave, because a 204 answers the navigation. */
async function staying() {
  const on = await stage();
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  await page.clock.install();
  await page.route('**/films', (route) => route.fulfill({ status: 204 }));
  const answered = page.waitForResponse((response) => response.status() === 204);
  await allow(page);
  await answered;
  return { ...on, page };
}

test('the page takes the return after 10 s, and not before, if the clean address does not load', async () => {
  const { page, asked, site } = await staying();
  expect((await viewOf(page)).state).toBe('restoring');
  expect(page.url()).toContain('request_token=');
  expect(asked()).toEqual([TOKEN_NEW]);
  await page.clock.runFor(10_000);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films`);
  expect(asked()).toEqual(SIGNED_IN);
});

test('the page takes the return after 10 s if a script intercepts the navigation, as routers with the Navigation API do', async () => {
  const { open, asked, site } = await stage();
  const page = await open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  await page.clock.install();
  await page.addInitScript(() => {
    const { navigation } = window as unknown as { navigation: EventTarget };
    navigation.addEventListener('navigate', (event) => {
      (event as unknown as { intercept(): void }).intercept();
    });
  });
  await allow(page);
  await page.waitForURL(`${site.url}/films`);
  expect(asked()).toEqual([TOKEN_NEW]);
  await page.clock.runFor(10_000);
  await reaches(page, 'sessionActive.ready');
  expect(asked()).toEqual(SIGNED_IN);
});

test('the return is still there after the user presses Stop and reloads', async () => {
  const { page, asked } = await staying();
  await page.unrouteAll();
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(asked()).toEqual(SIGNED_IN);
});

test('a popup without an answering page loads again as an ordinary page, takes the return and keeps its route', async () => {
  const { open, asked, site, visits } = await stage({ options: { mode: 'popup' } });
  const page = await open('/films#top');
  const popup = await openPopup(page);
  const token = tokenIn(popup);
  await page.goto('about:blank');
  await allow(popup);
  await reaches(popup, 'sessionActive.ready');
  expect(popup.url()).toBe(`${site.url}/films#top`);
  expect(await popup.evaluate(() => [window.name, location.href].join())).not.toContain(token);
  expect(await popup.evaluate(() => window.name)).toBe('');
  // The page that the user left, the popup with the return, and the popup without it.
  expect(visits.filter(({ path }) => path === '/films')).toHaveLength(3);
  expect(asked()).toEqual(SIGNED_IN);
});
