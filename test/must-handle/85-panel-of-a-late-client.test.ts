// Seen with our own panel: It read a part of the client that was not loaded yet, and the error crashed the whole app.
// Here: The panel and the inspectors wait until the client is loaded, load nothing themselves, and miss no event of a sign-in.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { reaches } from '../browser/stage.ts';
import type {} from '../devtools/pages/lazy.tsx';
import { panelInChromium } from '../devtools/panel.stage.ts';
import { screenOf, showsState, whatOf } from '../devtools/screen.ts';

const begin = panelInChromium();
const stage = () => begin({ page: 'lazy.tsx', bundle: { inChunks: true } });

const PLAIN = '#elsewhere';
const isLoaded = (page: Page) =>
  page.evaluate(() => {
    try {
      return window.auth.actor !== undefined;
    } catch {
      return false;
    }
  });

test('the panels say that the client is not loaded while the app already runs', async () => {
  const { openIdle } = await stage();
  const page = await openIdle();
  expect(await page.textContent('#root')).toBe('signedOut');
  expect(await screenOf(page, PLAIN).state.textContent()).toBe('Not loaded yet');
  expect(await screenOf(page, PLAIN).events.count()).toBe(0);
  // Longer than the panel's polling interval.
  await page.clock.install();
  await page.clock.runFor(10_000);
  expect(await isLoaded(page)).toBe(false);
  expect(await page.evaluate(() => window.inspected)).toEqual([]);
});

test('the panel shows a sign-in from its beginning', async () => {
  const { openIdle } = await stage();
  const page = await openIdle();
  await page.click('#guest');
  await showsState(page, 'guestActive.unused', PLAIN);
  expect((await whatOf(page, PLAIN)).slice(0, 2)).toEqual([
    'TMDB issued a guest session',
    'The app asked for a guest session',
  ]);
  expect(await page.evaluate(() => window.inspected)).toContain('@xstate.snapshot');
  await screenOf(page, PLAIN).event('logout').press('Enter');
  await reaches(page, 'idle.loggedOut');
});

test('the panel shows a client that was loaded ahead of a click', async () => {
  const { openIdle } = await stage();
  const page = await openIdle();
  await page.evaluate(() => window.auth.prepare());
  await showsState(page, 'idle.fresh', PLAIN);
  expect(await isLoaded(page)).toBe(true);
});

test('a panel closed before the client is loaded stays closed', async () => {
  const { openIdle } = await stage();
  const page = await openIdle();
  await page.evaluate(() => window.closePlain());
  await page.evaluate(() => window.auth.loginAsGuest());
  await reaches(page, 'guestActive.unused');
  expect(await page.locator(`${PLAIN} > *`).count()).toBe(0);
});
