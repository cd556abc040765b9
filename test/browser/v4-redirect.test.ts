import { describe, expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { ACCESS_NEW, ACCOUNT, CONVERT, V4_TOKEN_NEW } from '../support/requests.ts';
import {
  allow,
  deny,
  inChromium,
  later,
  reaches,
  reachesTmdb,
  SETTABLE_CLOCK,
  signIn,
  storedIn,
  tokenIn,
  viewOf,
} from './stage.ts';
import { documentsOf, leadsBackTo, MARK, V4 } from './v4.stage.ts';

const stage = inChromium();
const OWN = '/films/fünf?page=2&q=a%20b&flag#/top?x=1';

describe('a v4 sign-in by redirect', () => {
  test('ends signed in for v4 and v3 after an approval, where the user was, with four API requests in all', async () => {
    const { open, asked, tmdb, site } = await stage(V4);
    const page = await open(OWN);
    const before = page.url();
    await page.click('#login');
    await reachesTmdb(page);
    const documents = documentsOf(page);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    const returned = `${site.url}${encodeURI('/films/fünf')}?page=2&q=a%20b&flag&${MARK}`;
    expect(documents.slice(-2)).toEqual([returned, before.replace(/#.*/, '')]);
    expect(page.url()).toBe(before);
    const { account, failure } = await viewOf(page);
    expect([account?.username, failure]).toEqual(['sandra', null]);
    expect(account?.objectId).toMatch(/^[0-9a-f]{24}$/);
    expect(asked()).toEqual([V4_TOKEN_NEW, ACCESS_NEW, CONVERT, ACCOUNT]);
    expect([tmdb.accessTokens().length, tmdb.sessions().length]).toEqual([1, 1]);
    const both = ['/3/account', `/4/account/${account?.objectId}/lists`];
    for (const path of both) {
      expect(await page.evaluate(async (it) => (await window.auth.fetch(it)).status, path)).toBe(200);
    }
  });

  test('cleans the address in place, so that Back reaches no page that would exchange again', async () => {
    const { open, asked, tmdb, site } = await stage(V4);
    const page = await open('/films');
    await signIn(page);
    tmdb.resetRequests();
    const documents = documentsOf(page);
    await page.goBack();
    await page.goBack();
    await page.goForward();
    await page.goForward();
    await reaches(page, 'sessionActive.ready');
    expect(documents.filter((address) => address.includes(MARK))).toEqual([]);
    expect(page.url()).toBe(`${site.url}/films`);
    expect(asked()).toEqual([]);
  });

  test('keeps access token and session over a reload, without a request', async () => {
    const { open, asked, tmdb } = await stage(V4);
    const page = await open();
    await signIn(page);
    const before = await viewOf(page);
    tmdb.resetRequests();
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(await viewOf(page)).toEqual(before);
    expect(asked()).toEqual([]);
  });

  test('shows a denial, keeps nothing, and the next sign-in is a new one', async () => {
    const { open, asked, tmdb } = await stage(V4);
    const page = await open(OWN);
    const before = page.url();
    await page.click('#login');
    await reachesTmdb(page);
    const denied = tokenIn(page);
    await deny(page);
    await reaches(page, 'idle.approvalDenied');
    expect(page.url()).toBe(before);
    expect(await viewOf(page)).toMatchObject({
      status: 'signedOut',
      failure: { code: 'approval_denied' },
      can: { login: true },
    });
    expect(asked()).toEqual([V4_TOKEN_NEW, ACCESS_NEW]);
    await expect.poll(() => storedIn(page)).toBeNull();
    await page.click('#login');
    await reachesTmdb(page);
    expect(tokenIn(page)).not.toBe(denied);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(tmdb.accessTokens()).toHaveLength(1);
  });

  test('goes through the page of redirectTo and ends where the user was', async () => {
    const { open, site } = await stage({ options: { ...V4.options, redirectTo: '/signed-in?from=tmdb#x' } });
    const page = await open('/films/550?tab=cast#names');
    await page.click('#login');
    await reachesTmdb(page);
    expect(leadsBackTo(page)).toBe(`${site.url}/signed-in?from=tmdb&${MARK}`);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${site.url}/films/550?tab=cast#names`);
  });

  test('ends completely with a sign-out, which deletes access token and session at TMDB', async () => {
    const { open, tmdb } = await stage(V4);
    const page = await open();
    await signIn(page);
    await page.evaluate(() => window.auth.logout());
    expect(await viewOf(page)).toMatchObject({ state: 'idle.loggedOut', failure: null });
    expect([tmdb.accessTokens(), tmdb.sessions()]).toEqual([[], []]);
    expect(await storedIn(page)).toBeNull();
  });
});

describe('Back from TMDB’s v4 page', () => {
  test('waits without an exchange, and login() goes to TMDB again with the same token', async () => {
    const { open, asked, tmdb } = await stage(V4);
    const page = await open('/films');
    await page.click('#login');
    await reachesTmdb(page);
    const token = tokenIn(page);
    await page.goBack();
    await reaches(page, 'awaitingApproval.waiting');
    await page.evaluate(() => fetch('/a-moment'));
    expect(await viewOf(page)).toMatchObject({ state: 'awaitingApproval.waiting', can: { cancel: true } });
    expect(asked()).toEqual([V4_TOKEN_NEW]);
    await page.click('#login');
    await reachesTmdb(page);
    expect(tokenIn(page)).toBe(token);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect([tmdb.tokens().length, tmdb.accessTokens().length]).toEqual([1, 1]);
  });

  test('lets cancel() end the sign-in, and the next sign-in is a new one', async () => {
    const { open, tmdb } = await stage(V4);
    const page = await open();
    await page.click('#login');
    await reachesTmdb(page);
    await page.goBack();
    await reaches(page, 'awaitingApproval.waiting');
    await page.evaluate(() => window.auth.cancel());
    expect(await storedIn(page)).toBeNull();
    await signIn(page);
    expect([tmdb.tokens().length, tmdb.accessTokens().length]).toEqual([2, 1]);
  });
});

describe('prepare() before a v4 sign-in', () => {
  test('lets the click reach TMDB without a request, and TMDB leads back to where the user was', async () => {
    const { open, asked, tmdb, site } = await stage(V4);
    const page = await open('/films?page=2#top');
    await page.evaluate(() => window.auth.prepare());
    expect(asked()).toEqual([V4_TOKEN_NEW]);
    tmdb.resetRequests();
    await page.click('#login');
    await reachesTmdb(page);
    expect(asked()).toEqual([]);
    expect(leadsBackTo(page)).toBe(`${site.url}/films?page=2&${MARK}`);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${site.url}/films?page=2#top`);
    expect(asked()).toEqual([ACCESS_NEW, CONVERT, ACCOUNT]);
  });

  test('fetches a token that leads back to its own page, although the app went on to another page meanwhile', async () => {
    const { open, asked, site } = await stage(V4);
    const page = await open('/films');
    await page.evaluate(() => window.auth.prepare());
    await page.evaluate(() => history.pushState(null, '', '/films/550?tab=cast#names'));
    await page.click('#login');
    await reachesTmdb(page);
    expect(leadsBackTo(page)).toBe(`${site.url}/films/550?tab=cast&${MARK}`);
    expect(asked()).toEqual([V4_TOKEN_NEW, V4_TOKEN_NEW]);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${site.url}/films/550?tab=cast#names`);
  });
});

test('a v4 approval is not exchanged when the return comes after the token’s 15 minutes', async () => {
  const on = await stage({ ...V4, script: SETTABLE_CLOCK });
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  on.tmdb.approve(tokenIn(page));
  await later(on, 16 * MINUTE);
  await page.goto(`${on.site.url}/films?${MARK}`);
  await reaches(page, 'idle.tokenExpired');
  expect(page.url()).toBe(`${on.site.url}/films`);
  expect(on.asked()).toEqual([V4_TOKEN_NEW]);
});
