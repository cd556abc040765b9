import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import {
  allow,
  deny,
  endsOf,
  inChromium,
  later,
  openPopup,
  reaches,
  reachesTmdb,
  redirectToIn,
  SETTABLE_CLOCK,
  tokenIn,
  viewOf,
  wake,
} from './stage.ts';

const stage = inChromium();
const POPUP = { options: { mode: 'popup' } };

const isClosed = (popup: Page) => expect.poll(() => popup.isClosed()).toBe(true);

test('an approved popup signs in with three API requests in all; the page stays and the popup closes', async () => {
  const { open, asked, tmdb, site } = await stage(POPUP);
  const page = await open('/films?page=2#top');
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  const popup = await openPopup(page);
  expect(redirectToIn(popup)).toBe(`${site.url}/films?page=2`);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await isClosed(popup);
  expect(await viewOf(page)).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  expect(await endsOf(page)).toEqual(['login: user']);
  expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
  expect(tmdb.sessions()).toHaveLength(1);
  expect(page.url()).toBe(`${site.url}/films?page=2#top`);
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
});

test('a denied popup makes login() reject and closes, and the next sign-in is a new one', async () => {
  const { open, asked } = await stage(POPUP);
  const page = await open();
  const popup = await openPopup(page);
  const denied = tokenIn(popup);
  await deny(popup);
  await reaches(page, 'idle.approvalDenied');
  await isClosed(popup);
  expect(await endsOf(page)).toEqual(['login: approval_denied']);
  expect(asked()).toEqual([TOKEN_NEW]);
  expect(tokenIn(await openPopup(page))).not.toBe(denied);
});

test('after prepare() a click opens TMDB without a request', async () => {
  const { open, asked, tmdb } = await stage(POPUP);
  const page = await open();
  await page.evaluate(() => window.auth.prepare());
  tmdb.resetRequests();
  const popup = await openPopup(page);
  expect(asked()).toEqual([]);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  expect(asked()).toEqual([SESSION_NEW, ACCOUNT]);
});

test('with redirectTo the popup comes back to that page, and the page that opened it stays where it is', async () => {
  const { open, site } = await stage({ options: { mode: 'popup', redirectTo: '/signed-in' } });
  const page = await open('/films');
  const popup = await openPopup(page);
  expect(redirectToIn(popup)).toBe(`${site.url}/signed-in`);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await isClosed(popup);
  expect(page.url()).toBe(`${site.url}/films`);
});

test('a second click reuses the open popup', async () => {
  const { open, context } = await stage(POPUP);
  const page = await open();
  const popup = await openPopup(page);
  await page.click('#login');
  await allow(popup);
  await expect.poll(() => endsOf(page)).toEqual(['login: user', 'login: user']);
  await isClosed(popup);
  expect(context.pages()).toEqual([page]);
});

test('cancel() closes the popup', async () => {
  const { open } = await stage(POPUP);
  const page = await open();
  const popup = await openPopup(page);
  await page.evaluate(() => window.auth.cancel());
  await isClosed(popup);
  expect(await viewOf(page)).toMatchObject({ status: 'signedOut', can: { login: true } });
  expect(await endsOf(page)).toEqual(['login: cancelled']);
});

test('dispose() closes the popup', async () => {
  const { open } = await stage(POPUP);
  const page = await open();
  const popup = await openPopup(page);
  await page.evaluate(() => window.auth.dispose());
  await isClosed(popup);
  expect(await endsOf(page)).toEqual(['login: disposed']);
});

test('a token that expires while the popup is open makes login() reject, and the popup closes', async () => {
  const on = await stage({ ...POPUP, script: SETTABLE_CLOCK });
  const page = await on.open();
  const popup = await openPopup(page);
  await later(on, 61 * MINUTE);
  await wake(page);
  await reaches(page, 'idle.tokenExpired');
  await isClosed(popup);
  expect(await endsOf(page)).toEqual(['login: token_expired']);
});

test('a failed token request closes the empty popup', async () => {
  const { open, tmdb } = await stage(POPUP);
  tmdb.faults.add({ kind: 'status', code: 7, match: TOKEN_NEW });
  const page = await open();
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#login')]);
  await reaches(page, 'idle.failed');
  await isClosed(popup);
  expect(await endsOf(page)).toEqual(['login: invalid_api_key']);
});

test('a click when already signed in opens no popup', async () => {
  const { open, context } = await stage(POPUP);
  const page = await open();
  await allow(await openPopup(page));
  await expect.poll(() => endsOf(page)).toEqual(['login: user']);
  const opened: string[] = [];
  context.on('page', (other) => opened.push(other.url()));
  await page.click('#login');
  await expect.poll(() => endsOf(page)).toEqual(['login: user', 'login: user']);
  expect(opened).toEqual([]);
});

test('redirect mode uses a popup when the record is in memory, as that does not survive leaving the page', async () => {
  const { open } = await stage({ options: { mode: 'redirect', storage: 'memory' } });
  const page = await open('/films');
  const popup = await openPopup(page);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await isClosed(popup);
  expect(await endsOf(page)).toEqual(['login: user']);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('a tab that has not opened the popup does not take its return', async () => {
  const { open, tmdb } = await stage({ options: { mode: 'popup', storage: 'memory' } });
  const bystander = await open();
  const page = await open();
  await allow(await openPopup(page));
  await reaches(page, 'sessionActive.ready');
  expect(await viewOf(bystander)).toMatchObject({ state: 'idle.fresh' });
  expect(await bystander.evaluate(() => window.warnings)).toEqual([]);
  expect(tmdb.sessions()).toHaveLength(1);
  await reachesTmdb(await openPopup(bystander));
});
