import { expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { createSite } from './site.ts';

const CONVERT = 'POST /3/authentication/session/convert/4';

/** A v4 sign-in that has its access token, but no session yet. */
async function withAccessToken() {
  const site = await createSite({ apiVersion: 4 });
  const browser = site.browser();
  const { approvalUrl } = await browser.tell('POST', '/auth/login', {});
  const requestToken = tokenIn(approvalUrl ?? '');
  site.tmdb.approve(requestToken);
  site.tmdb.faults.add({ kind: 'status', match: CONVERT });
  const view = await browser.tell('POST', '/auth/callback', { requestToken });
  expect(view).toMatchObject({ facts: { session: null, access: {} }, failure: { code: 'unavailable' } });
  return { site, browser, requestToken };
}

test('one session is made of a v4 access token, whatever is requested at the same time', async () => {
  const { site, browser, requestToken } = await withAccessToken();
  site.tmdb.faults.add({ kind: 'latency', match: CONVERT, ms: 300 });
  const views = await Promise.all([
    browser.tell('POST', '/auth/check'),
    browser.tell('POST', '/auth/callback', { requestToken }),
    browser.session(),
    browser.tell('POST', '/auth/verify'),
  ]);
  expect(views.map(({ status }) => status)).toEqual(['user', 'user', 'user', 'user']);
  expect(site.tmdb.sessions().length).toBe(1);
  expect((await browser.ask('GET', '/auth/tmdb/3/account/548/favorite/movies')).status).toBe(200);
});

test('a session request that arrives before the v4 account is known gets the answer of the request before it', async () => {
  const { site, browser } = await withAccessToken();
  site.tmdb.faults.add({ kind: 'hang', match: 'GET /3/account' });
  const first = browser.session();
  await expect.poll(() => site.tmdb.requests.at(-1)).toMatchObject({ path: '/3/account', held: true });
  const second = browser.session();
  site.tmdb.faults.clear();
  const views = await Promise.all([first, second]);
  expect(views.map(({ status }) => status)).toEqual(['user', 'user']);
  expect(site.tmdb.sessions().length).toBe(1);
});

test('a request with cookies from before the v4 session was made gets that session', async () => {
  const { site, browser } = await withAccessToken();
  const before = [...browser.cookies];
  expect(await browser.session()).toMatchObject({ status: 'user' });
  browser.cookies.clear();
  for (const [name, value] of before) browser.cookies.set(name, value);
  expect(await browser.tell('POST', '/auth/verify')).toMatchObject({ status: 'user' });
  expect(site.tmdb.sessions().length).toBe(1);
});

test('a session is remembered for concurrent requests only', async () => {
  const { site, browser } = await withAccessToken();
  await browser.session();
  const { timers } = site.clock.pending();
  expect(timers).toBeGreaterThan(0);
  site.clock.advance(10_000);
  expect(site.clock.pending().timers).toBe(timers - 1);
});
