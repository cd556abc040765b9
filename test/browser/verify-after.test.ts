import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../support/clock.ts';
import { ACCOUNT } from '../support/requests.ts';
import {
  endsOf,
  inChromium,
  later,
  reaches,
  SETTABLE_CLOCK,
  type Stage,
  signIn,
  storedIn,
  viewOf,
} from './stage.ts';

const stage = inChromium();

/** The user switches to another page and back. */
const look = (page: Page) => page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));

/** Looks repeatedly until `isSo`; the client counts one look in three seconds. */
const lookUntil = (page: Page, isSo: () => boolean) =>
  expect
    .poll(
      async () => {
        await look(page);
        return isSo();
      },
      { interval: 100 },
    )
    .toBe(true);

/** Looks for long enough that one look must count. */
async function lookForAWhile(page: Page): Promise<void> {
  const from = performance.now();
  await lookUntil(page, () => performance.now() - from > 3_500);
  await page.evaluate(() => fetch('/a-moment'));
}

const times = ({ asked }: Stage) => asked().filter((each) => each === ACCOUNT).length;

async function signedIn(options: Record<string, unknown>) {
  const on = await stage({ options, script: SETTABLE_CLOCK });
  const page = await on.open();
  await signIn(page);
  on.tmdb.resetRequests();
  return { on, page };
}

describe.each([3, 4])('verifyAfter, v%i', (apiVersion) => {
  test('notices a revoked session when the page is looked at again', async () => {
    const { on, page } = await signedIn({ verifyAfter: 10 * MINUTE, apiVersion });
    on.tmdb.revoke();
    await later(on, 11 * MINUTE);
    await lookUntil(page, () => times(on) > 0);
    await reaches(page, 'idle.sessionRevoked');
    expect(await viewOf(page)).toMatchObject({ failure: { code: 'session_invalid' }, can: { login: true } });
    await expect.poll(() => storedIn(page)).toBeNull();
    // With v4, deleting also covers the access token that the session was made from.
    const end = apiVersion === 4 ? ['DELETE /4/auth/access_token'] : [];
    await expect.poll(on.asked).toEqual([ACCOUNT, ...end]);
    expect(await endsOf(page)).toEqual([]);
    await signIn(page);
  });
});

test('verifyAfter limits how often TMDB is asked, however often the user looks', async () => {
  const { on, page } = await signedIn({ verifyAfter: 10 * MINUTE });
  await lookForAWhile(page);
  expect(times(on)).toBe(0);
  await later(on, 11 * MINUTE);
  await lookUntil(page, () => times(on) > 0);
  await reaches(page, 'sessionActive.ready');
  await lookForAWhile(page);
  expect(times(on)).toBe(1);
  await later(on, 11 * MINUTE);
  await lookUntil(page, () => times(on) > 1);
  await reaches(page, 'sessionActive.ready');
  expect(await viewOf(page)).toMatchObject({ status: 'user', failure: null });
  expect(on.asked()).toEqual([ACCOUNT, ACCOUNT]);
});

test('verifyAfter keeps the session when TMDB does not answer', async () => {
  const { on, page } = await signedIn({ verifyAfter: 10 * MINUTE });
  on.tmdb.faults.add({ kind: 'status', status: 503, match: ACCOUNT });
  await later(on, 11 * MINUTE);
  await lookUntil(page, () => times(on) > 0);
  await expect.poll(async () => (await viewOf(page)).failure?.code).toBe('unavailable');
  expect(await viewOf(page)).toMatchObject({ state: 'sessionActive.ready', status: 'user' });
});

test('verifyAfter is off by default, so TMDB is never asked', async () => {
  const { on, page } = await signedIn({});
  on.tmdb.revoke();
  await later(on, 1_000 * HOUR);
  await lookForAWhile(page);
  expect(on.asked()).toEqual([]);
  expect(await viewOf(page)).toMatchObject({ state: 'sessionActive.ready' });
});

test('verifyAfter asks nothing while nobody is signed in', async () => {
  const on = await stage({ options: { verifyAfter: 10 * MINUTE }, script: SETTABLE_CLOCK });
  const page = await on.open();
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  on.tmdb.resetRequests();
  await later(on, 11 * MINUTE);
  await lookForAWhile(page);
  expect(on.asked()).toEqual([]);
});
