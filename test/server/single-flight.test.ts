import { expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { createSite } from './site.ts';

const CONVERT = 'POST /3/authentication/session/convert/4';

/** A v4 sign-in that has its access token, and no session yet. */
async function halfWay() {
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

test('v4, half-way: whatever is asked at the same time, one session is made of the access token', async () => {
  const { site, browser, requestToken } = await halfWay();
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

test('v4, half-way: who asks who is signed in after the session was made, and before that is answered, gets that answer', async () => {
  const { site, browser } = await halfWay();
  site.tmdb.faults.add({ kind: 'hang', match: 'GET /3/account' });
  const first = browser.session();
  await expect.poll(() => site.tmdb.requests.at(-1)).toMatchObject({ path: '/3/account', held: true });
  const second = browser.session();
  site.tmdb.faults.clear();
  const views = await Promise.all([first, second]);
  expect(views.map(({ status }) => status)).toEqual(['user', 'user']);
  expect(site.tmdb.sessions().length).toBe(1);
});

test('v4, half-way: who asks with the cookies of before the session was made gets that session', async () => {
  const { site, browser } = await halfWay();
  const before = [...browser.cookies];
  expect(await browser.session()).toMatchObject({ status: 'user' });
  browser.cookies.clear();
  for (const [name, value] of before) browser.cookies.set(name, value);
  expect(await browser.tell('POST', '/auth/verify')).toMatchObject({ status: 'user' });
  expect(site.tmdb.sessions().length).toBe(1);
});

test('a session is remembered for requests of the moment only', async () => {
  const { site, browser } = await halfWay();
  await browser.session();
  const { timers } = site.clock.pending();
  expect(timers).toBeGreaterThan(0);
  site.clock.advance(10_000);
  expect(site.clock.pending().timers).toBe(timers - 1);
});
