import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Front, startFront } from '../../examples/restate/front.ts';
import { launchChromium } from '../browser/chromium.ts';
import { look } from '../browser/example.look.ts';
import { scan } from '../browser/scan.ts';
import { livesFor } from './short-lives.ts';
import { setStage } from './stage.ts';

const stage = setStage();
let front: Front;
let browser: Browser;

beforeAll(async () => {
  [front, browser] = await Promise.all([startFront(stage.client, { comesBack: true }), launchChromium()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await front?.close();
});

/** A separate television; the page's policy is off, because it would block axe. */
async function television(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(front.url);
  return page;
}

const at = (page: Page, stageName: string) => page.locator(`main[data-stage="${stageName}"]`).waitFor();

/** Decides on a phone that shares nothing with the television. */
async function decide(page: Page, button: 'Allow' | 'Deny'): Promise<string> {
  const phone = await (await browser.newContext()).newPage();
  await phone.goto(await scan(page.locator('#code')));
  await phone.getByRole('button', { name: button }).click();
  await phone.waitForURL(/\/back\//);
  const title = await phone.title();
  await phone.context().close();
  return title;
}

test('a television has the session after a phone scanned the code and approved', async () => {
  const page = await television();
  await at(page, 'waiting');
  await look(page, 'waiting');
  await page.setViewportSize({ width: 1280, height: 720 });
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBe(720);
  expect(await decide(page, 'Allow')).toBe('Approved');
  await at(page, 'done');
  expect(await page.locator('h1').textContent()).toBe('Welcome, Sandra Box');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  expect(await page.context().cookies()).toEqual([]);
  await look(page, 'done');
});

test('the time left is right whenever it is shown', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const shown: string[] = [];
    Object.assign(window, { shown });
    new MutationObserver(() => {
      const left = document.querySelector<HTMLElement>('#left');
      if (left && !left.hidden) shown.push(left.querySelector('#clock')?.textContent ?? 'no clock');
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await page.goto(front.url);
  await at(page, 'waiting');
  const shown = await page.evaluate(() => (window as unknown as { shown: string[] }).shown);
  expect(shown).not.toEqual([]);
  expect(shown.filter((time) => !/^(60:00|59:\d\d)$/.test(time))).toEqual([]);
});

test('a television shows a denial, and the remote control begins a new sign-in', async () => {
  const page = await television();
  await at(page, 'waiting');
  expect(await decide(page, 'Deny')).toBe('Not approved');
  await at(page, 'over');
  expect(await page.locator('h1').textContent()).toBe('Not approved');
  await look(page, 'over');
  await page.keyboard.press('Enter');
  await at(page, 'waiting');
});

test('a television that was switched off and on continues its sign-in, and no script can read the ticket', async () => {
  const page = await television();
  await at(page, 'waiting');
  const address = await scan(page.locator('#code'));
  await page.reload();
  await at(page, 'waiting');
  expect(await scan(page.locator('#code'))).toBe(address);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
});

test('a television shows that a sign-in took too long', async () => {
  livesFor(stage.tmdb, 3_000);
  const page = await television();
  await at(page, 'over');
  expect(await page.locator('h1').textContent()).toBe('That took too long');
});

test('a television’s server refuses a return of an unknown sign-in, and requests of another site', async () => {
  const theirs = await fetch(
    `${front.url}/back/${crypto.randomUUID()}?request_token=${'f'.repeat(40)}&approved=true`,
  );
  expect(await theirs.text()).toContain('This sign-in has ended');
  const other = await fetch(`${front.url}/start`, {
    method: 'POST',
    headers: { origin: 'http://other.test' },
  });
  expect(other.status).toBe(403);
});
