import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ACCESS_NEW, ACCOUNT, CONVERT, V4_TOKEN_NEW } from '../support/requests.ts';
import { allow, deny, endsOf, inChromium, openPopup, reaches, tokenIn, viewOf } from './stage.ts';
import { leadsBackTo, MARK, V4_POPUP } from './v4.stage.ts';

const stage = inChromium();

const isClosed = (popup: Page) => expect.poll(() => popup.isClosed()).toBe(true);

test('a v4 popup that is approved signs in for v4 and v3; the page stays and the popup closes', async () => {
  const { open, asked, tmdb, site } = await stage(V4_POPUP);
  const page = await open('/films?page=2#top');
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  const popup = await openPopup(page);
  expect(leadsBackTo(popup)).toBe(`${site.url}/films?page=2&${MARK}`);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await isClosed(popup);
  expect((await viewOf(page)).account?.objectId).toMatch(/^[0-9a-f]{24}$/);
  expect(await endsOf(page)).toEqual(['login: user']);
  expect(asked()).toEqual([V4_TOKEN_NEW, ACCESS_NEW, CONVERT, ACCOUNT]);
  expect([tmdb.accessTokens().length, tmdb.sessions().length]).toEqual([1, 1]);
  expect(page.url()).toBe(`${site.url}/films?page=2#top`);
  expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
});

test('a v4 popup that is denied makes login() reject and closes, and the next sign-in is a new one', async () => {
  const { open, tmdb } = await stage(V4_POPUP);
  const page = await open();
  const popup = await openPopup(page);
  const denied = tokenIn(popup);
  await deny(popup);
  await reaches(page, 'idle.approvalDenied');
  await isClosed(popup);
  expect(await endsOf(page)).toEqual(['login: approval_denied']);
  expect(tmdb.accessTokens()).toEqual([]);
  expect(tokenIn(await openPopup(page))).not.toBe(denied);
});

test('after prepare() a click opens TMDB without a request, and TMDB leads back to this page', async () => {
  const { open, asked, tmdb, site } = await stage(V4_POPUP);
  const page = await open('/films?page=2#top');
  await page.evaluate(() => window.auth.prepare());
  tmdb.resetRequests();
  const popup = await openPopup(page);
  expect(asked()).toEqual([]);
  expect(leadsBackTo(popup)).toBe(`${site.url}/films?page=2&${MARK}`);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  expect(asked()).toEqual([ACCESS_NEW, CONVERT, ACCOUNT]);
});

test('a popup closed by hand makes the client ask TMDB once, and the sign-in goes on waiting', async () => {
  const { open, asked } = await stage(V4_POPUP);
  const page = await open();
  const popup = await openPopup(page);
  const token = tokenIn(popup);
  await popup.close();
  await expect.poll(() => asked()).toEqual([V4_TOKEN_NEW, ACCESS_NEW]);
  await reaches(page, 'awaitingApproval.waiting');
  const again = await openPopup(page);
  expect(tokenIn(again)).toBe(token);
  await allow(again);
  await reaches(page, 'sessionActive.ready');
  await isClosed(again);
});

test('a tab that has not opened the v4 popup does not take its return', async () => {
  const { open, tmdb, site } = await stage({ options: { ...V4_POPUP.options, storage: 'memory' } });
  const bystander = await open();
  const page = await open();
  const popup = await openPopup(page);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await isClosed(popup);
  expect(await viewOf(bystander)).toMatchObject({ state: 'idle.fresh' });
  expect(await bystander.evaluate(() => window.warnings)).toEqual([]);
  expect(tmdb.accessTokens()).toHaveLength(1);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  expect(page.url()).toBe(`${site.url}/`);
});

test('a page reloaded while its popup is open still takes the return', async () => {
  const { open, tmdb } = await stage(V4_POPUP);
  const page = await open('/films');
  const popup = await openPopup(page);
  await page.reload();
  await reaches(page, 'awaitingApproval.waiting');
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
  await isClosed(popup);
  expect(tmdb.accessTokens()).toHaveLength(1);
});

test.each(['memory', 'session'])(
  'two tabs with their own records (%s) each have a popup open, and one’s return leaves the other waiting',
  async (storage) => {
    const { open, tmdb } = await stage({ options: { ...V4_POPUP.options, storage } });
    const other = await open();
    const page = await open();
    const theirs = await openPopup(other);
    const popup = await openPopup(page);
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
    await isClosed(popup);
    expect((await other.evaluate(() => window.states)).slice(-1)).toEqual(['awaitingApproval.waiting']);
    expect(await other.evaluate(() => window.states)).not.toContain('sessionRequested.exchanging');
    await allow(theirs);
    await reaches(other, 'sessionActive.ready');
    expect(await endsOf(other)).toEqual(['login: user']);
    expect(tmdb.accessTokens()).toHaveLength(2);
  },
);
