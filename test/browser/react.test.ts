import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../support/clock.ts';
import type {} from './pages/react.tsx';
import { WithoutProvider } from './pages/react-app.tsx';
import {
  allow,
  endsOf,
  inChromium,
  rate,
  reaches,
  reachesTmdb,
  SETTABLE_CLOCK,
  type StageOptions,
} from './stage.ts';

const react18 = (name: string) => new URL(`../react-18/node_modules/${name}`, import.meta.url).pathname;

/** Each version of React needs its own bundle. */
const REACTS = [
  { version: 19, bundle: {} },
  { version: 18, bundle: { alias: { react: react18('react'), 'react-dom': react18('react-dom') } } },
];

const begin = inChromium();

describe.each(REACTS)('React $version', ({ version, bundle }) => {
  const stage = (options: StageOptions = {}) => begin({ page: 'react.tsx', bundle, ...options });
  type Page = Awaited<ReturnType<Awaited<ReturnType<typeof begin>>['open']>>;

  const rendersOf = (page: Page) => page.evaluate(() => window.renders);
  const shows = (page: Page, id: string, text: string) =>
    page.waitForFunction(([name, wanted]) => document.getElementById(name)?.textContent === wanted, [
      id,
      text,
    ] as const);
  const openPopup = async (page: Page) => {
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#hook-login')]);
    await reachesTmdb(popup);
    return popup;
  };

  for (const isStrict of [false, true]) {
    test(`the hooks see a sign-in by redirect with three requests, StrictMode ${isStrict ? 'on' : 'off'}`, async () => {
      const { open, asked, tmdb } = await stage({ options: { isStrict } });
      const page = await open('/films?page=2');
      await page.click('#hook-login');
      await reachesTmdb(page);
      await allow(page);
      await shows(page, 'who', 'sandra');
      expect(await page.evaluate(() => window.reactVersion)).toMatch(new RegExp(`^${version}\\.`));
      expect(asked()).toHaveLength(3);
      expect(tmdb.sessions()).toHaveLength(1);
      const { View } = await rendersOf(page);
      expect(View.at(-1)).toBe('sessionActive.ready');
      expect(View.filter((state) => String(state).startsWith('idle'))).toEqual([]);
      await page.click('#hook-logout');
      await shows(page, 'state', 'idle.loggedOut');
      expect(await endsOf(page)).toEqual(['logout: signedOut']);
    });
  }

  test('the hook carries a guest’s ratings over, and checks whether the session still exists', async () => {
    const { open, tmdb } = await stage({ options: { mode: 'popup' } });
    const page = await open();
    await page.click('#hook-guest');
    await shows(page, 'state', 'guestActive.unused');
    await rate(page, 550, 9);
    await allow(await openPopup(page));
    await shows(page, 'who', 'sandra');
    await page.click('#hook-carry-over');
    await expect.poll(() => endsOf(page)).toContain('carried: 1');
    expect(tmdb.account().ratings).toEqual([{ media_type: 'movie', media_id: 550, value: 9 }]);
    await page.click('#hook-verify');
    await expect.poll(() => endsOf(page)).toContain('verify: user');
    tmdb.revoke();
    await page.click('#hook-verify');
    await shows(page, 'state', 'idle.sessionRevoked');
    await expect.poll(() => endsOf(page)).toContain('verify: signedOut');
  });

  test('a boolean selector renders twice in a whole sign-in, a status selector once per change of status', async () => {
    const { open } = await stage({ options: { mode: 'popup' } });
    const page = await open();
    await allow(await openPopup(page));
    await shows(page, 'who', 'sandra');
    const { IsUser, Status, View } = await rendersOf(page);
    expect(IsUser).toEqual([false, true]);
    // The record may have been read before the first render.
    expect(Status.slice(Status[0] === 'pending' ? 1 : 0)).toEqual(['signedOut', 'pending', 'user']);
    expect(View).toContain('awaitingApproval.waiting');
    expect(View.filter((state, index) => state === View[index - 1]).length).toBeLessThanOrEqual(1);
  });

  test('useTimeLeft counts down while there is an end, and is null otherwise', async () => {
    const { open } = await stage({ options: { mode: 'popup' } });
    const page = await open();
    await shows(page, 'state', 'idle.fresh');
    const popup = await openPopup(page);
    await page.waitForFunction(() => window.renders.TimeLeft.filter((left) => left !== null).length > 3);
    await allow(popup);
    await shows(page, 'who', 'sandra');
    await shows(page, 'time-left', 'none');
    const { TimeLeft } = await rendersOf(page);
    const left = TimeLeft.filter((each) => typeof each === 'number');
    expect(left).toEqual([...left].sort((one, other) => other - one));
    expect(new Set(left).size).toBeGreaterThan(2);
    expect(left.every((ms) => ms > 59 * MINUTE && ms <= HOUR)).toBe(true);
    expect([TimeLeft[0], TimeLeft.at(-1)]).toEqual([null, null]);
  });

  test('useTimeLeft never shows more than the time left, in a second sign-in either', async () => {
    const { open, context } = await stage({ options: { mode: 'popup' } });
    await context.addInitScript(() => {
      const now = Date.now;
      Object.assign(window, { offset: 0 });
      Date.now = () => now() + (window as unknown as { offset: number }).offset;
    });
    const page = await open();
    await openPopup(page);
    await shows(page, 'time-left', '60');
    await page.evaluate(() => window.auth.cancel());
    await shows(page, 'time-left', 'none');
    await page.evaluate(() => void Object.assign(window, { offset: 600_000 }));
    await openPopup(page);
    await shows(page, 'time-left', '60');
    const { TimeLeft } = await rendersOf(page);
    expect(TimeLeft.filter((left) => Number(left) > HOUR)).toEqual([]);
  });

  test('useTimeLeft uses the client’s clock', async () => {
    const { open, context } = await stage({ options: { mode: 'popup' }, script: SETTABLE_CLOCK });
    await context.addInitScript(() => {
      if (location.hostname === 'localhost') localStorage.setItem('test-offset', '18000000');
    });
    const page = await open();
    await openPopup(page);
    await page.waitForFunction(() => window.renders.TimeLeft.at(-1) !== null);
    const { TimeLeft } = await rendersOf(page);
    expect(Number(TimeLeft.at(-1))).toBeLessThanOrEqual(HOUR);
  });

  for (const isStrict of [false, true]) {
    test(`unmounting leaves no listener and no timer, and the client lives on, StrictMode ${isStrict ? 'on' : 'off'}`, async () => {
      const { open } = await stage({ options: { mode: 'popup', isStrict } });
      const page = await open();
      const popup = await openPopup(page);
      await page.waitForFunction(() => window.renders.TimeLeft.at(-1) !== null);
      expect(await page.evaluate(() => window.alive.listeners)).toBeGreaterThanOrEqual(4);
      const intervals = await page.evaluate(() => window.alive.intervals);
      await page.evaluate(() => window.unmount());
      const alive = await page.evaluate(() => window.alive);
      // The client still watches the popup.
      expect(alive).toEqual({ listeners: 0, intervals: intervals - 1 });
      const renders = await rendersOf(page);
      await allow(popup);
      await reaches(page, 'sessionActive.ready');
      expect(await rendersOf(page)).toEqual(renders);
      expect(await page.evaluate(() => window.alive)).toEqual({ listeners: 0, intervals: 0 });
    });
  }
});

test('a hook without a provider throws an error that says what to do', () => {
  expect(() => renderToString(createElement(WithoutProvider))).toThrow(
    'put <TmdbAuthProvider auth={auth}> above the component',
  );
});
