import { expect, test } from 'vitest';
import { tokenIn } from '../support/approval.ts';
import { createSite, locationOf, ORIGIN, signIn, wayBack } from './site.ts';

/** A sign-in with a session made by an instance that died before it could answer. */
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

test('a user is told to sign in again, and does so with a new token', async () => {
  const { site, browser, approval, back } = await loseAnswer();
  const told = await site.whileTimeRuns(browser.follow(back));
  expect(locationOf(told).href).toBe(`${ORIGIN}/?tmdb_auth_failure=session_denied`);
  // The spent token is dropped: TMDB's page for it would never lead back.
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
] as const)('the sign-in after an answer that is %s uses a new token', async (_, fault) => {
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

test('the next click completes an exchange that TMDB had refused for a while', async () => {
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

test('a script may try again, or cancel and begin anew', async () => {
  const { browser, approval } = await loseAnswer();
  const requestToken = tokenIn(approval);
  const told = await browser.tell('POST', '/auth/callback', { requestToken });
  expect(told.failure).toMatchObject({ code: 'session_denied', retryable: true });
  await browser.tell('POST', '/auth/cancel');
  const { approvalUrl } = await browser.tell('POST', '/auth/login', {});
  expect(tokenIn(approvalUrl ?? '')).not.toBe(requestToken);
});
