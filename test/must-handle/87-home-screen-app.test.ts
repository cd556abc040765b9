// Tried here: An app on the home screen of a phone opened TMDB in a browser with separate storage. The return arrived there, and the app waited for ever.
// Here: Such an app asks TMDB itself every few seconds and whenever it gets the focus. The page with the return says that it belongs to another browser, and spends no token.
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { allow, deny, inChromium, reaches, type Stage, type StageOptions, viewOf } from '../browser/stage.ts';

const stage = inChromium();

/** The app with `navigator.standalone`. TMDB is shown over it: the app stays where it is. */
async function onHomeScreen(options: StageOptions['options'] = {}) {
  const on = await stage({ options });
  await on.context.addInitScript(() => Object.assign(navigator, { standalone: true }));
  let approval = '';
  await on.context.route(`${on.tmdb.webURL}/**`, (route, request) => {
    if (!request.isNavigationRequest()) return route.continue();
    approval = request.url();
    return route.fulfill({ status: 204 });
  });
  const app = await on.open('/films');
  await app.click('#login');
  await expect.poll(() => approval).not.toBe('');
  await reaches(app, 'awaitingApproval');
  return { ...on, app, over: await overlay(on, approval) };
}

/** A browser that shares nothing with the app. */
async function overlay({ context }: Stage, address: string): Promise<Page> {
  const profile = await context.browser()?.newContext();
  if (!profile) throw new Error('There is no browser.');
  onTestFinished(() => profile.close());
  const page = await profile.newPage();
  await page.goto(address);
  return page;
}

test.each([
  ['v3', {}],
  ['v4', { apiVersion: 4 }],
])('%s: the app is signed in, and the page over it says where the sign-in belongs', async (_, options) => {
  const { app, over, tmdb } = await onHomeScreen(options);
  await allow(over);
  await reaches(app, 'sessionActive.ready');
  await expect.poll(async () => (await viewOf(over)).failure?.code).toBe('callback_mismatch');
  expect((await viewOf(over)).failure?.message).toContain('another tab or browser');
  expect((await viewOf(over)).status).toBe('signedOut');
  expect(tmdb.sessions()).toHaveLength(1);
});

test('an app that the phone ended meanwhile asks TMDB when it is opened again', async () => {
  const { app, over } = await onHomeScreen();
  const { href } = new URL(app.url());
  await app.goto('about:blank');
  await allow(over);
  await app.goto(href);
  await reaches(app, 'sessionActive.ready');
});

test('after a denial only the return says so, the app waits, and a cancel ends the wait', async () => {
  const { app, over } = await onHomeScreen();
  await deny(over);
  await expect.poll(async () => (await viewOf(over)).failure?.code).toBe('callback_mismatch');
  await reaches(app, 'awaitingApproval');
  await app.evaluate(() => window.auth.cancel());
  await reaches(app, 'idle');
});
