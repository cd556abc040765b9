/** The user approves on another device: here, in another browser profile. */
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { ACCESS_NEW, SESSION_NEW, TOKEN_NEW, V4_TOKEN_NEW } from '../support/requests.ts';
import {
  allow,
  deny,
  endsOf,
  inChromium,
  later,
  reaches,
  SETTABLE_CLOCK,
  type Stage,
  storedIn,
  viewOf,
  wake,
} from './stage.ts';
import { payloadOf } from './v4.stage.ts';

const stage = inChromium();

const VERSIONS = [
  { apiVersion: 3, token: TOKEN_NEW, exchange: SESSION_NEW },
  { apiVersion: 4, token: V4_TOKEN_NEW, exchange: ACCESS_NEW },
];
/** Short poll intervals keep the test short. */
const OFTEN = { mode: 'device', pollInterval: 100 };

/** The address that this page shows for the other device. */
async function shownOn(page: Page): Promise<string> {
  await reaches(page, 'awaitingApproval');
  return (await page.evaluate(() => window.auth.approvalUrl)) ?? '';
}

/** A phone: it shares nothing with the page. */
async function phone({ context }: Stage): Promise<Page> {
  const profile = await context.browser()?.newContext();
  if (!profile) throw new Error('no browser');
  onTestFinished(() => profile.close());
  return profile.newPage();
}

const times = ({ asked }: Stage, request: string) => asked().filter((each) => each === request).length;
const isAskedAgain = (on: Stage, request: string) => {
  const before = times(on, request);
  return expect.poll(() => times(on, request)).toBeGreaterThan(before + 1);
};

describe.each(VERSIONS)('a sign-in with another device, v$apiVersion', ({ apiVersion, token, exchange }) => {
  test('login() stays on the page, and resolves when the user has approved on the other device', async () => {
    const on = await stage({ options: { mode: 'device', apiVersion } });
    const page = await on.open('/films?page=2#top');
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    await page.click('#login');
    const address = await shownOn(page);
    expect(address.startsWith(`${on.tmdb.webURL}/`)).toBe(true);
    expect(new URL(address).searchParams.has('redirect_to')).toBe(false);
    const requestToken = new URL(address).searchParams.get('request_token');
    if (requestToken) expect(payloadOf(requestToken).redirect_to ?? null).toBeNull();
    expect(await viewOf(page)).toMatchObject({ status: 'pending', failure: null });
    await expect.poll(() => on.asked()).toEqual([token, exchange]);
    const other = await phone(on);
    await other.goto(address);
    await allow(other);
    await other.getByText('You can close this page').waitFor();
    await reaches(page, 'sessionActive.ready');
    expect(await endsOf(page)).toEqual(['login: user']);
    expect(await viewOf(page)).toMatchObject({ account: { username: 'sandra' } });
    expect(await page.evaluate(() => window.auth.approvalUrl)).toBeNull();
    expect([on.tmdb.sessions().length, on.tmdb.accessTokens().length]).toEqual([1, apiVersion - 3]);
    expect(page.url()).toBe(`${on.site.url}/films?page=2#top`);
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
    expect(on.context.pages()).toEqual([page]);
  });

  test('after prepare() the address is shown without a request', async () => {
    const { open, asked, tmdb } = await stage({ options: { mode: 'device', apiVersion } });
    const page = await open();
    await page.evaluate(() => window.auth.prepare());
    tmdb.resetRequests();
    tmdb.faults.add({ kind: 'hang', match: exchange });
    await page.click('#login');
    expect(await shownOn(page)).toContain(tmdb.webURL);
    expect(asked().filter((each) => each === token)).toEqual([]);
  });

  test('cancel stops the polling at once', async () => {
    // Tabs do not share their records, so a second tab can show that time passes.
    const on = await stage({ options: { ...OFTEN, storage: 'session', apiVersion } });
    const page = await on.open();
    const sent: string[] = [];
    page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.click('#login');
    await expect.poll(() => sent.filter((each) => each === exchange).length).toBeGreaterThan(1);
    await page.evaluate(() => window.auth.cancel());
    const before = sent.length;
    expect(await viewOf(page)).toMatchObject({ status: 'signedOut', can: { login: true } });
    expect(await endsOf(page)).toEqual(['login: cancelled']);
    const other = await on.open();
    await other.click('#login');
    await isAskedAgain(on, exchange);
    await isAskedAgain(on, exchange);
    expect(sent.length).toBe(before);
  });

  test('an answer that arrives after cancel does not sign the user in', async () => {
    const on = await stage({ options: { mode: 'device', pollInterval: 60 * MINUTE, apiVersion } });
    const page = await on.open();
    await page.click('#login');
    const address = await shownOn(page);
    const other = await phone(on);
    await other.goto(address);
    await allow(other);
    const release = on.tmdb.faults.add({ kind: 'hang', when: 'after', match: exchange });
    await wake(page);
    const made = () => on.tmdb.sessions().length + on.tmdb.accessTokens().length;
    await expect.poll(made).toBe(1);
    await page.evaluate(() => window.auth.cancel());
    release();
    await expect.poll(made).toBe(0);
    expect(await viewOf(page)).toMatchObject({ status: 'signedOut' });
    expect(await storedIn(page)).toBeNull();
  });

  test('after a reload the page shows the same address and polls again', async () => {
    const on = await stage({ options: { mode: 'device', apiVersion } });
    const page = await on.open();
    await page.click('#login');
    const address = await shownOn(page);
    await page.reload();
    expect(await shownOn(page)).toBe(address);
    const other = await phone(on);
    await other.goto(address);
    await allow(other);
    await reaches(page, 'sessionActive.ready');
    expect([on.tmdb.sessions().length, on.tmdb.tokens().length]).toEqual([1, 1]);
  });

  test('a page that becomes visible again polls at once', async () => {
    const on = await stage({ options: { mode: 'device', pollInterval: 60 * MINUTE, apiVersion } });
    const page = await on.open();
    await page.click('#login');
    const address = await shownOn(page);
    const other = await phone(on);
    await other.goto(address);
    await allow(other);
    await wake(page);
    await reaches(page, 'sessionActive.ready');
  });
});

describe('a denial on another device', () => {
  test('with v3 the page waits until the token expires, as TMDB does not report denials', async () => {
    const on = await stage({ options: { ...OFTEN }, script: SETTABLE_CLOCK });
    const page = await on.open();
    await page.click('#login');
    const other = await phone(on);
    await other.goto(await shownOn(page));
    await deny(other);
    await other.getByText('The app cannot use your account.').waitFor();
    await isAskedAgain(on, SESSION_NEW);
    expect(await viewOf(page)).toMatchObject({ status: 'pending', failure: null });
    await later(on, 61 * MINUTE);
    await wake(page);
    await reaches(page, 'idle.tokenExpired');
    expect(await endsOf(page)).toEqual(['login: token_expired']);
    expect(on.tmdb.sessions()).toEqual([]);
  });

  test('with v4 the sign-in ends at once, as TMDB reports the denial', async () => {
    const on = await stage({ options: { ...OFTEN, apiVersion: 4 } });
    const page = await on.open();
    await page.click('#login');
    const other = await phone(on);
    await other.goto(await shownOn(page));
    await deny(other);
    await reaches(page, 'idle.approvalDenied');
    expect(await endsOf(page)).toEqual(['login: approval_denied']);
    expect(await storedIn(page)).toBeNull();
  });
});
