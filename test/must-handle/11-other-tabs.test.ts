// react-oidc-context#622, #1081, MSAL#4490: Other tabs did not notice a sign-in or a sign-out.
// Here: Tabs notify each other and read the record again.
import { expect, test } from 'vitest';
import {
  allow,
  deny,
  endsOf,
  inChromium,
  openPopup,
  reaches,
  reachesTmdb,
  signIn,
  storedIn,
  viewOf,
} from '../browser/stage.ts';
import { GUEST_NEW, SESSION_DELETE } from '../support/requests.ts';

const stage = inChromium();

test('the other tab shows a sign-in without a request to TMDB', async () => {
  const { open, asked } = await stage();
  const other = await open();
  const page = await open();
  await signIn(page);
  await reaches(other, 'sessionActive.ready');
  await expect.poll(async () => (await viewOf(other)).account?.username).toBe('sandra');
  expect(asked()).toHaveLength(3);
});

test('the other tab can use the session it was told about', async () => {
  const { open } = await stage();
  const other = await open();
  await signIn(await open());
  await reaches(other, 'sessionActive.ready');
  expect(await other.evaluate(async () => (await window.auth.fetch('/3/account')).status)).toBe(200);
});

test('the other tab shows a logout, and the session is deleted once', async () => {
  const { open, asked, tmdb } = await stage();
  const other = await open();
  const page = await open();
  await signIn(page);
  await reaches(other, 'sessionActive.ready');
  await page.evaluate(() => window.auth.logout());
  await reaches(other, 'idle.loggedOut');
  expect(await viewOf(page)).toMatchObject({ state: 'idle.loggedOut', failure: null });
  expect(await viewOf(other)).toMatchObject({ status: 'signedOut', account: null, failure: null });
  expect(asked().filter((each) => each === SESSION_DELETE)).toHaveLength(1);
  expect(tmdb.sessions()).toEqual([]);
  expect(await storedIn(other)).toBeNull();
});

test('the other tab shows a guest and the guest’s logout', async () => {
  const { open, asked } = await stage();
  const other = await open();
  const page = await open();
  await page.click('#guest');
  await reaches(other, 'guestActive.unused');
  expect((await viewOf(other)).guest).toEqual((await viewOf(page)).guest);
  expect(asked()).toEqual([GUEST_NEW]);
  await page.evaluate(() => window.auth.logout());
  await reaches(other, 'idle');
  expect(await viewOf(other)).toMatchObject({ status: 'signedOut', guest: null });
});

test('a session that TMDB has revoked disappears from every tab as soon as one tab finds out', async () => {
  const { open, tmdb } = await stage();
  const other = await open();
  const page = await open();
  await signIn(page);
  await reaches(other, 'sessionActive.ready');
  tmdb.revoke();
  await page.evaluate(() => window.auth.fetch('/3/account'));
  await reaches(page, 'idle.sessionRevoked');
  await reaches(other, 'idle');
});

test('a denial in one tab ends the wait in the other', async () => {
  const { open } = await stage();
  const other = await open();
  const page = await open();
  await page.click('#login');
  await reachesTmdb(page);
  await reaches(other, 'awaitingApproval.waiting');
  await deny(page);
  await reaches(page, 'idle.approvalDenied');
  await reaches(other, 'idle');
  expect(await viewOf(other)).toMatchObject({ status: 'signedOut', can: { login: true } });
});

test('a cancel in one tab ends the wait in the other', async () => {
  const { open } = await stage({ options: { mode: 'popup' } });
  const other = await open();
  const page = await open();
  await openPopup(page);
  await reaches(other, 'awaitingApproval.waiting');
  await page.evaluate(() => window.auth.cancel());
  await reaches(other, 'idle');
});

test('after a denial in one tab, login() in the other gets a token that can be approved', async () => {
  const { open } = await stage();
  const other = await open();
  const page = await open();
  await page.click('#login');
  await reachesTmdb(page);
  await reaches(other, 'awaitingApproval.waiting');
  await deny(page);
  await reaches(page, 'idle.approvalDenied');
  await other.click('#login');
  await reachesTmdb(other);
  await other.getByText('Allow this app?').waitFor();
  await allow(other);
  await reaches(other, 'sessionActive.ready');
  await reaches(page, 'sessionActive.ready');
});

test('login() in two tabs, one after the other, is one sign-in', async () => {
  const { open, site, tmdb } = await stage();
  const one = await open('/one');
  const two = await open('/two');
  await one.click('#login');
  await reachesTmdb(one);
  await reaches(two, 'awaitingApproval.waiting');
  await two.click('#login');
  await reachesTmdb(two);
  await allow(one);
  await reaches(one, 'sessionActive.ready');
  await two.goto(`${site.url}/two`);
  await reaches(two, 'sessionActive.ready');
  expect(tmdb.tokens()).toHaveLength(1);
  expect(tmdb.sessions()).toHaveLength(1);
});

test('login() in two tabs at once, approved in both, ends with both signed in and one session', async () => {
  const { open, tmdb, site } = await stage();
  const [one, two] = await Promise.all([open('/one'), open('/two')]);
  await Promise.all([one.click('#login'), two.click('#login')]);
  await Promise.all([reachesTmdb(one), reachesTmdb(two)]);
  await allow(one);
  await one.waitForURL(`${site.url}/one`);
  await allow(two);
  // If both tabs got the same token, TMDB has spent it on the first.
  await Promise.race([two.waitForURL(`${site.url}/two`), two.getByText('Invalid request token').waitFor()]);
  if (!two.url().startsWith(site.url)) await two.goto(`${site.url}/two`);
  await reaches(one, 'sessionActive.ready');
  await reaches(two, 'sessionActive.ready');
  await expect.poll(() => tmdb.sessions().length).toBe(1);
});

test('only the tab that called login() has its promise settled', async () => {
  const { open } = await stage({ options: { mode: 'popup' } });
  const other = await open();
  const page = await open();
  await allow(await openPopup(page));
  await reaches(other, 'sessionActive.ready');
  await expect.poll(() => endsOf(page)).toEqual(['login: user']);
  expect(await endsOf(other)).toEqual([]);
});
