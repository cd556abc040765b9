// oidc-client-ts#31, #2043, #1896: The popup was closed, or lost its opener (COOP), and the promise never settled.
// Here: A window that looks closed is only a hint. The wait ends when the user cancels, the token expires, or TMDB answers that the user has approved.
import type { Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../browser/chromium.ts';
import {
  allow,
  deny,
  endsOf,
  inChromium,
  openPopup,
  reaches,
  type Stage,
  type StageOptions,
  tokenIn,
  viewOf,
  wake,
} from '../browser/stage.ts';
import { SESSION_NEW } from '../support/requests.ts';

const stage = inChromium();
const POPUP = { options: { mode: 'popup' } };
const CUTS_THE_TIE = { 'cross-origin-opener-policy': 'same-origin' };

const exchanges = (asked: string[]) => asked.filter((each) => each === SESSION_NEW).length;

test('after the user closes the popup, TMDB is asked once, login() stays pending, and cancel() ends it', async () => {
  const { open, asked } = await stage(POPUP);
  const page = await open();
  const popup = await openPopup(page);
  await popup.close();
  await expect.poll(() => exchanges(asked())).toBe(1);
  await reaches(page, 'awaitingApproval.waiting');
  expect(await endsOf(page)).toEqual([]);
  expect(await viewOf(page)).toMatchObject({ status: 'pending', can: { cancel: true } });
  await page.evaluate(() => window.auth.cancel());
  await expect.poll(() => endsOf(page)).toEqual(['login: cancelled']);
  expect(await viewOf(page)).toMatchObject({ status: 'signedOut', can: { login: true } });
  expect(exchanges(asked())).toBe(1);
});

test('login() opens the same request again after the user has closed the popup', async () => {
  const { open, tmdb } = await stage(POPUP);
  const page = await open();
  const first = await openPopup(page);
  const token = tokenIn(first);
  await first.close();
  const second = await openPopup(page);
  expect(tokenIn(second)).toBe(token);
  await allow(second);
  await expect.poll(() => endsOf(page)).toEqual(['login: user', 'login: user']);
  expect(tmdb.tokens()).toHaveLength(1);
});

test('a popup closed after the approval but before the return ends signed in, as TMDB is asked', async () => {
  const { open, tmdb } = await stage(POPUP);
  const page = await open();
  const popup = await openPopup(page);
  tmdb.approve(tokenIn(popup));
  await popup.close();
  await expect.poll(() => endsOf(page)).toEqual(['login: user']);
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a popup closed before the token arrived leaves login() pending, asks once, and opens again', async () => {
  const { open, tmdb, asked } = await stage(POPUP);
  const release = tmdb.faults.add({ kind: 'hang' });
  const page = await open();
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#login')]);
  await popup.close();
  release();
  await expect.poll(() => exchanges(asked())).toBe(1);
  await reaches(page, 'awaitingApproval.waiting');
  await allow(await openPopup(page));
  await reaches(page, 'sessionActive.ready');
});

/** TMDB reached through a page that cuts the tie between the windows, as the bot check of a CDN may. */
async function throughCutTie(options: StageOptions) {
  let tmdb = '';
  const hop = await serve((_, { url = '' }) => ({
    type: 'text/html',
    text: `<!doctype html><title>Just a moment…</title><meta http-equiv="refresh" content="0;url=${tmdb}${url.replaceAll('&', '&amp;')}">`,
    headers: CUTS_THE_TIE,
  }));
  onTestFinished(() => hop.close());
  const on = await stage({ ...options, script: `{ webURL: '${hop.url}' }` });
  tmdb = on.tmdb.webURL;
  return on;
}

const WAYS = [
  ['by a page before TMDB', () => throughCutTie(POPUP)],
  ['by the app’s own page', () => stage({ ...POPUP, headers: CUTS_THE_TIE })],
] as const;

/** Clicks, then waits until the open window looks closed to the page and the page has asked TMDB. */
async function openCutPopup({ context, asked }: Stage, page: Page): Promise<Page> {
  const [popup] = await Promise.all([context.waitForEvent('page'), page.click('#login')]);
  await popup.getByRole('button', { name: 'Allow' }).waitFor();
  await expect.poll(() => exchanges(asked())).toBe(1);
  await reaches(page, 'awaitingApproval.waiting');
  return popup;
}

describe.each(WAYS)('a popup whose tie is cut %s', (_, begin) => {
  test('both pages end signed in with one session when the user allows', async () => {
    const on = await begin();
    const page = await on.open();
    const popup = await openCutPopup(on, page);
    await allow(popup);
    await reaches(popup, 'sessionActive.ready');
    await reaches(page, 'sessionActive.ready');
    await expect.poll(() => endsOf(page)).toEqual(['login: user']);
    expect(popup.url()).toBe(`${on.site.url}/`);
    expect(on.tmdb.sessions()).toHaveLength(1);
  });

  test('both pages show the denial and login() rejects when the user denies', async () => {
    const on = await begin();
    const page = await on.open();
    const popup = await openCutPopup(on, page);
    await deny(popup);
    await reaches(popup, 'idle.approvalDenied');
    await reaches(page, 'idle');
    await expect.poll(() => endsOf(page)).toHaveLength(1);
  });

  test('cancel() ends the sign-in', async () => {
    const on = await begin();
    const page = await on.open();
    await openCutPopup(on, page);
    await page.evaluate(() => window.auth.cancel());
    await expect.poll(() => endsOf(page)).toEqual(['login: cancelled']);
  });
});

test('a page without storage learns the outcome from the window, or asks TMDB when it gets the focus', async () => {
  const on = await throughCutTie({ options: { mode: 'popup', storage: 'memory' } });
  const page = await on.open();
  const popup = await openCutPopup(on, page);
  await allow(popup);
  await popup.waitForURL(`${on.site.url}/`);
  await reaches(popup, 'idle.fresh');
  await popup.close();
  await wake(page);
  await reaches(page, 'sessionActive.ready');
  expect(await endsOf(page)).toEqual(['login: user']);
  expect(on.tmdb.sessions()).toHaveLength(1);
});
