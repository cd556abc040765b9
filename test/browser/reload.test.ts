import { expect, test } from 'vitest';
import { SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import {
  allow,
  callbackOf,
  inChromium,
  reaches,
  reachesTmdb,
  type StageOptions,
  signIn,
  storedIn,
  tokenIn,
  viewOf,
} from './stage.ts';

const stage = inChromium();

/** A page on TMDB, and the address to which TMDB will send it back. */
async function onTmdb(options: StageOptions = {}) {
  const on = await stage({ ...options, options: { requestTimeout: 2_000, ...options.options } });
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  return { ...on, page, token, callback: callbackOf(`${on.site.url}/films`, token) };
}

test('a reload during the token request leaves nothing pending, and the next sign-in starts anew', async () => {
  const { open, tmdb } = await stage();
  const release = tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW, times: Number.POSITIVE_INFINITY });
  const page = await open();
  await page.click('#login');
  await reaches(page, 'tokenRequested');
  await page.reload();
  release();
  await reaches(page, 'idle.fresh');
  await signIn(page);
});

test('a reload on TMDB’s page does not disturb the sign-in', async () => {
  const { page, tmdb } = await onTmdb();
  await page.reload();
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  expect(tmdb.tokens()).toHaveLength(1);
});

test('a reload of the waiting page after Back keeps the same sign-in', async () => {
  const { page, tmdb, token } = await onTmdb();
  await page.goBack();
  await reaches(page, 'awaitingApproval.waiting');
  const stored = await storedIn(page);
  await page.reload();
  await reaches(page, 'awaitingApproval.waiting');
  expect(await storedIn(page)).toBe(stored);
  expect(await page.evaluate(() => window.auth.approvalUrl)).toContain(token);
  expect(tmdb.tokens()).toHaveLength(1);
});

test('a reload on the callback address before the app’s script ran leads to one exchange', async () => {
  let release = () => {};
  let isHeld = false;
  let scripts = 0;
  const held = new Promise<undefined>((resolve) => {
    release = () => resolve(undefined);
  });
  const { page, tmdb, callback, token, asked } = await onTmdb({
    respond(path) {
      if (!isHeld || path !== '/app.js') return undefined;
      scripts += 1;
      return held;
    },
  });
  tmdb.approve(token);
  isHeld = true;
  await page.goto(callback, { waitUntil: 'commit' });
  await expect.poll(() => scripts).toBe(1);
  await page.reload({ waitUntil: 'commit' });
  await expect.poll(() => scripts).toBe(2);
  expect(page.url()).toBe(callback);
  isHeld = false;
  release();
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).not.toContain(token);
  expect(asked().filter((each) => each === SESSION_NEW)).toHaveLength(1);
});

test('a reload during the exchange, before TMDB acted, lets the next page finish it with one session', async () => {
  const { page, tmdb, callback, token } = await onTmdb();
  tmdb.approve(token);
  const release = tmdb.faults.add({ kind: 'hang', match: SESSION_NEW, times: Number.POSITIVE_INFINITY });
  await page.goto(callback);
  await reaches(page, 'sessionRequested');
  await expect.poll(() => tmdb.requests.at(-1)?.path).toBe('/3/authentication/session/new');
  await page.reload();
  release();
  await reaches(page, 'sessionActive.ready');
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a reload during the exchange, after TMDB acted, shows that the token is spent, and the next sign-in works', async () => {
  const { page, tmdb, callback, token } = await onTmdb();
  tmdb.approve(token);
  const release = tmdb.faults.add({
    kind: 'hang',
    match: SESSION_NEW,
    when: 'after',
    times: Number.POSITIVE_INFINITY,
  });
  await page.goto(callback);
  await expect.poll(() => tmdb.sessions().length).toBe(1);
  await page.reload();
  release();
  await reaches(page, 'idle.failed');
  expect(await viewOf(page)).toMatchObject({
    failure: { code: 'exchange_interrupted' },
    can: { login: true },
  });
  await signIn(page);
});

test('a reload during the account request keeps the user signed in without another exchange', async () => {
  const { page, tmdb, asked } = await onTmdb();
  const release = tmdb.faults.add({ kind: 'hang', match: 'GET /3/account', times: Number.POSITIVE_INFINITY });
  await allow(page);
  await reaches(page, 'sessionActive.accountRequested');
  await expect.poll(() => tmdb.requests.at(-1)?.path).toBe('/3/account');
  await page.reload();
  release();
  await reaches(page, 'sessionActive.ready');
  expect(await viewOf(page)).toMatchObject({ account: { username: 'sandra' } });
  expect(asked().filter((each) => each === SESSION_NEW)).toHaveLength(1);
});

test('a reload when signed in shows the user at once, without a request', async () => {
  const { page, tmdb, asked } = await onTmdb();
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  tmdb.resetRequests();
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(await viewOf(page)).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  expect(asked()).toEqual([]);
});

test('Back after the sign-in reaches no page that would exchange again', async () => {
  const { page, tmdb, site, asked } = await onTmdb();
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  tmdb.resetRequests();
  await page.goBack();
  await page.getByText('Invalid request token').waitFor();
  await page.goBack();
  expect(page.url()).toBe(`${site.url}/films`);
  await reaches(page, 'sessionActive.ready');
  await page.goForward();
  await page.goForward();
  await reaches(page, 'sessionActive.ready');
  expect(asked()).toEqual([]);
});
