// TMDB: A v4 return has no parameters: no token, no answer.
// Here: The stored record completes the sign-in. In v3 such an address is not a return.
import { describe, expect, test } from 'vitest';
import {
  allow,
  deny,
  inChromium,
  reaches,
  reachesTmdb,
  storedIn,
  tokenIn,
  viewOf,
  wake,
} from '../browser/stage.ts';
import { SESSION_NEW } from '../support/requests.ts';

const stage = inChromium();

/** The user has allowed on TMDB and is back on the app's page, with nothing in the address. */
async function backWithNothing() {
  const on = await stage();
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  on.tmdb.approve(tokenIn(page));
  await page.goto(`${on.site.url}/films`);
  await reaches(page, 'awaitingApproval.waiting');
  return { ...on, page };
}

test('a v3 client refuses an address without parameters as a return, and changes nothing', async () => {
  const { page, asked } = await backWithNothing();
  const before = await viewOf(page);
  const code = await page.evaluate(() =>
    window.auth.handleCallback(location.href).then(
      () => 'taken',
      (error) => error.code,
    ),
  );
  expect(code).toBe('callback_invalid');
  expect(await viewOf(page)).toEqual(before);
  expect(asked()).not.toContain(SESSION_NEW);
});

test('the pending record completes the sign-in by asking TMDB when the page gets the focus', async () => {
  const { page, tmdb } = await backWithNothing();
  await wake(page);
  await reaches(page, 'sessionActive.ready');
  expect(await viewOf(page)).toMatchObject({ account: { username: 'sandra' } });
  expect(tmdb.tokens()).toHaveLength(1);
});

test('login() completes the sign-in without another visit to TMDB', async () => {
  const { page, tmdb, site } = await backWithNothing();
  await page.click('#login');
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films`);
  expect(tmdb.tokens()).toHaveLength(1);
});

describe('a v4 return without parameters', () => {
  const V4 = { options: { apiVersion: 4 } };
  const FOUR = [
    'POST /4/auth/request_token',
    'POST /4/auth/access_token',
    'POST /3/authentication/session/convert/4',
    'GET /3/account',
  ];

  async function onTmdb() {
    const on = await stage(V4);
    const page = await on.open('/films?page=2');
    await page.click('#login');
    await reachesTmdb(page);
    return { ...on, page };
  }

  test('a user who allowed is signed in on the page they left, with four requests in all', async () => {
    const { page, asked, tmdb, site } = await onTmdb();
    await allow(page);
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${site.url}/films?page=2`);
    expect((await viewOf(page)).account?.objectId).toMatch(/^[0-9a-f]{24}$/);
    expect(asked()).toEqual(FOUR);
    expect(tmdb.accessTokens()).toHaveLength(1);
    expect(tmdb.sessions()).toHaveLength(1);
  });

  test('a user who denied sees the denial, and nothing stays stored', async () => {
    const { page, asked } = await onTmdb();
    await deny(page);
    await reaches(page, 'idle.approvalDenied');
    await expect.poll(() => storedIn(page)).toBeNull();
    expect(asked()).toEqual(FOUR.slice(0, 2));
  });

  test('a user who went back by hand is neither signed in nor shown a denial', async () => {
    const { page, tmdb } = await onTmdb();
    await page.goBack();
    await page.waitForFunction(() => !window.auth.getView().state.startsWith('restoring'));
    await reaches(page, 'awaitingApproval.waiting');
    expect((await viewOf(page)).failure?.code).not.toBe('approval_denied');
    expect(tmdb.accessTokens()).toEqual([]);
  });
});
