import { expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { createSite, locationOf, ORIGIN, signIn, wayBack } from './site.ts';

/** A sign-in whose session was made by an instance that did not live to say so. */
async function loseAnswer() {
  const site = await createSite();
  const browser = site.browser();
  await browser.submit('/auth/guest');
  const approval = locationOf(await browser.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval));
  const back = wayBack(approval, 'approved');
  const dead = site.browser(site.instance());
  for (const [name, value] of browser.cookies) dead.cookies.set(name, value);
  await dead.follow(back);
  return { site, browser, approval, back };
}

test('a person is told to sign in again, and does so with a new token', async () => {
  const { site, browser, approval, back } = await loseAnswer();
  const told = await site.whileTimeRuns(browser.follow(back));
  expect(locationOf(told).href).toBe(`${ORIGIN}/?tmdb_auth_failure=session_denied`);
  // What was spent leads to a page of TMDB that never comes back.
  expect([...browser.cookies.keys()]).toEqual(['__Host-tmdb-auth.guest']);
  const again = locationOf(await browser.follow('/auth/login'));
  expect(tokenIn(again)).not.toBe(tokenIn(approval));
  expect(locationOf(await signIn(site, browser)).href).toBe(`${ORIGIN}/`);
  expect(await browser.session()).toMatchObject({ status: 'user', guest: { used: false } });
});

test.each([
  ['late', { kind: 'hang', when: 'after' }],
  ['cut off', { kind: 'truncated' }],
  ['lost, and every other one too', { kind: 'dropAfter', times: 20 }],
] as const)('an answer that is %s: the next sign-in is a new one', async (_, fault) => {
  const site = await createSite();
  const browser = site.browser();
  const approval = locationOf(await browser.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval));
  site.tmdb.faults.add({ ...fault, match: 'POST /3/authentication/session/new' });
  const told = await site.whileTimeRuns(browser.follow(wayBack(approval, 'approved')));
  expect(locationOf(told).searchParams.get('tmdb_auth_failure')).not.toBe(null);
  site.tmdb.faults.clear();
  const again = await site.whileTimeRuns(browser.follow('/auth/login'));
  expect(tokenIn(locationOf(again))).not.toBe(tokenIn(approval));
});

test('an exchange that TMDB refused for now is made up for by the next click', async () => {
  const site = await createSite();
  const browser = site.browser();
  const approval = locationOf(await browser.follow('/auth/login'));
  site.tmdb.approve(tokenIn(approval));
  site.tmdb.faults.add({ kind: 'status', code: 9, match: 'POST /3/authentication/session/new', times: 20 });
  const told = await site.whileTimeRuns(browser.follow(wayBack(approval, 'approved')));
  expect(locationOf(told).href).toBe(`${ORIGIN}/?tmdb_auth_failure=unavailable`);
  site.tmdb.faults.clear();
  expect(locationOf(await browser.follow('/auth/login')).href).toBe(`${ORIGIN}/`);
  expect(await browser.session()).toMatchObject({ status: 'user' });
});

test('a script may ask again, and gives up by itself', async () => {
  const { browser, approval } = await loseAnswer();
  const requestToken = tokenIn(approval);
  const told = await browser.tell('POST', '/auth/callback', { requestToken });
  expect(told.failure).toMatchObject({ code: 'session_denied', retryable: true });
  await browser.tell('POST', '/auth/cancel');
  const { approvalUrl } = await browser.tell('POST', '/auth/login', {});
  expect(tokenIn(approvalUrl ?? '')).not.toBe(requestToken);
});
