import { describe, expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import {
  allow,
  callbackOf,
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

const stage = inChromium();

describe('a sign-in by redirect', () => {
  test('ends signed in after an approval, with three API requests in all', async () => {
    const { open, asked, tmdb } = await stage();
    const page = await open();
    await signIn(page);
    expect(await viewOf(page)).toMatchObject({
      status: 'user',
      account: { username: 'sandra' },
      failure: null,
    });
    expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
    expect(tmdb.sessions()).toHaveLength(1);
  });

  test('shows a denial, exchanges and keeps nothing, and the next sign-in is a new one', async () => {
    const { open, asked, tmdb } = await stage();
    const page = await open();
    await page.click('#login');
    await reachesTmdb(page);
    const denied = tokenIn(page);
    await deny(page);
    await reaches(page, 'idle.approvalDenied');
    expect(await viewOf(page)).toMatchObject({
      status: 'signedOut',
      failure: { code: 'approval_denied' },
      can: { login: true },
    });
    expect(asked()).toEqual([TOKEN_NEW]);
    await expect.poll(() => storedIn(page)).toBeNull();
    await page.click('#login');
    await reachesTmdb(page);
    expect(tokenIn(page)).not.toBe(denied);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(tmdb.sessions()).toHaveLength(1);
  });

  test('sends no request between the click and TMDB after prepare()', async () => {
    const { open, asked, tmdb } = await stage();
    const page = await open();
    await page.evaluate(() => window.auth.prepare());
    expect(await viewOf(page)).toMatchObject({ state: 'idle.fresh' });
    expect(asked()).toEqual([TOKEN_NEW]);
    tmdb.resetRequests();
    await page.click('#login');
    await reachesTmdb(page);
    expect(asked()).toEqual([]);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(asked()).toEqual([SESSION_NEW, ACCOUNT]);
  });
});

describe('Back from TMDB’s page', () => {
  test('waits in a page that is loaded anew, and login() goes to TMDB again with the same token', async () => {
    const { open, tmdb } = await stage();
    const page = await open('/films');
    await page.click('#login');
    await reachesTmdb(page);
    const token = tokenIn(page);
    await page.goBack();
    await reaches(page, 'awaitingApproval.waiting');
    expect(await viewOf(page)).toMatchObject({ status: 'pending', can: { login: false, cancel: true } });
    await page.click('#login');
    await reachesTmdb(page);
    expect(tokenIn(page)).toBe(token);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(tmdb.tokens()).toHaveLength(1);
  });

  test('lets login() go again in a page that was never left (Stop, or the back/forward cache)', async () => {
    let isStopped = true;
    // A 204 leaves the page where it is, with everything in it alive.
    const { open, site, tmdb } = await stage({
      script: '{ webURL: location.origin }',
      respond(path, request, { tmdb }) {
        if (!path.startsWith('/authenticate/')) return;
        const location = `${tmdb.webURL}${request.url}`;
        return { type: 'text/plain', text: '', ...(isStopped ? { status: 204 } : found(location)) };
      },
    });
    const page = await open('/films');
    const left = page.waitForResponse('**/authenticate/**');
    await page.click('#login');
    await left;
    await reaches(page, 'awaitingApproval.waiting');
    expect(page.url()).toBe(`${site.url}/films`);
    isStopped = false;
    await page.click('#login');
    await page.waitForURL(`${tmdb.webURL}/**`);
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(tmdb.tokens()).toHaveLength(1);
  });

  test('lets cancel() end the sign-in, and the record is deleted', async () => {
    const { open, tmdb } = await stage();
    const page = await open();
    await page.click('#login');
    await reachesTmdb(page);
    await page.goBack();
    await reaches(page, 'awaitingApproval.waiting');
    await page.evaluate(() => window.auth.cancel());
    expect(await viewOf(page)).toMatchObject({ status: 'signedOut', can: { login: true } });
    expect(await storedIn(page)).toBeNull();
    await signIn(page);
    expect(tmdb.tokens()).toHaveLength(2);
  });
});

describe('a return that is not this client’s', () => {
  test('changes nothing and sends no request when nothing is pending; the page cleans the address and reports it', async () => {
    const { open, site, asked, tmdb } = await stage();
    const page = await open('/?request_token=unknown&approved=true&own=1');
    await reaches(page, 'idle.fresh');
    expect(page.url()).toBe(`${site.url}/?own=1`);
    await expect.poll(() => page.evaluate(() => window.warnings)).toEqual(['callback_mismatch']);
    expect(await viewOf(page)).toMatchObject({
      failure: { code: 'callback_mismatch' },
      can: { login: true },
    });
    expect(asked()).toEqual([]);
    expect(tmdb.sessions()).toEqual([]);
  });

  test('is refused while a sign-in is pending, and the real return still completes the sign-in', async () => {
    const { open, site, asked, tmdb } = await stage();
    const page = await open();
    await page.click('#login');
    await reachesTmdb(page);
    const own = tokenIn(page);
    await page.goto(callbackOf(`${site.url}/`, 'a'.repeat(40)));
    await reaches(page, 'awaitingApproval.waiting');
    await expect.poll(() => page.evaluate(() => window.warnings)).toEqual(['callback_mismatch']);
    expect(asked()).toEqual([TOKEN_NEW]);
    tmdb.approve(own);
    await page.goto(callbackOf(`${site.url}/`, own));
    await reaches(page, 'sessionActive.ready');
  });
});

test('a token that expired on TMDB’s page shows after Back, and the next sign-in starts anew', async () => {
  const on = await stage({ script: SETTABLE_CLOCK });
  const page = await on.open();
  await page.click('#login');
  await reachesTmdb(page);
  await later(on, 61 * MINUTE);
  await allow(page);
  await page.getByText('Invalid request token').waitFor();
  await page.goBack();
  await page.goBack();
  await reaches(page, 'idle.tokenExpired');
  expect(await viewOf(page)).toMatchObject({ failure: { code: 'token_expired' }, can: { login: true } });
  await signIn(page);
  expect(on.tmdb.tokens()).toHaveLength(2);
});

test('an approval is not exchanged when the return comes after the token’s end', async () => {
  const on = await stage({ script: SETTABLE_CLOCK });
  const page = await on.open();
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  on.tmdb.approve(token);
  await later(on, 61 * MINUTE);
  await page.goto(callbackOf(`${on.site.url}/`, token));
  await reaches(page, 'idle.tokenExpired');
  expect(page.url()).toBe(`${on.site.url}/`);
  expect(on.asked()).toEqual([TOKEN_NEW]);
});

const found = (location: string) => ({ status: 302, headers: { location } });
