import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { BundleOptions } from './chromium.ts';
import type {} from './pages/contract.ts';
import { allow, deny, inChromium, openPopup, rate, reaches } from './stage.ts';

interface Adapter {
  name: string;
  /** A file of `pages` that calls `present` with its own `mount`. */
  page: string;
  options?: Record<string, unknown>;
  bundle?: BundleOptions;
}

/** Flags that Vue expects a bundler to define. */
const VUE_FLAGS = {
  __VUE_OPTIONS_API__: 'false',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
};

const ADAPTERS: Adapter[] = [
  { name: 'plain', page: 'contract-plain.ts' },
  { name: 'React', page: 'contract-react.tsx' },
  { name: 'React in StrictMode', page: 'contract-react.tsx', options: { isStrict: true } },
  { name: 'Vue', page: 'contract-vue.ts', bundle: { define: VUE_FLAGS } },
  { name: 'Svelte', page: 'contract-svelte.ts' },
  { name: 'Solid', page: 'contract-solid.ts' },
];

const stage = inChromium();

type Reaction = Parameters<Window['contract']['mount']>[0];

const mount = (page: Page, reaction: Reaction = 'none') =>
  page.evaluate((what) => window.contract.mount(what), reaction);
const unmount = (page: Page, which: number) =>
  page.evaluate((index) => window.contract.unmount(index), which);
const viewsOf = (page: Page, which: number) => page.evaluate((index) => window.contract.views(index), which);
const statesOf = async (page: Page, which: number) => (await viewsOf(page, which)).map(({ state }) => state);

/** Waits until the component shows this state. */
const shows = (page: Page, which: number, state: string) =>
  page.waitForFunction(([index, wanted]) => window.contract.views(index).at(-1)?.state === wanted, [
    which,
    state,
  ] as const);

describe.each(ADAPTERS)('a $name component that follows a client', ({ page: entry, options, bundle }) => {
  const open = async () => {
    const on = await stage({
      page: entry,
      options: { mode: 'popup', ...options },
      ...(bundle && { bundle }),
    });
    return { ...on, page: await on.open() };
  };

  test('shows the current state when it is mounted, also during and after a sign-in', async () => {
    const { page } = await open();
    await reaches(page, 'idle.fresh');
    await shows(page, await mount(page), 'idle.fresh');
    const popup = await openPopup(page);
    await shows(page, await mount(page), 'awaitingApproval.waiting');
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
    const late = await mount(page);
    await shows(page, late, 'sessionActive.ready');
    expect((await viewsOf(page, late)).at(-1)).toMatchObject({ account: { username: 'sandra' } });
  });

  test('shows the right state when it is mounted before the record was read', async () => {
    const { page } = await open();
    const which = await mount(page);
    await shows(page, which, 'idle.fresh');
  });

  test('follows a sign-in to its end, and the logout', async () => {
    const { page } = await open();
    const which = await mount(page);
    await shows(page, which, 'idle.fresh');
    const popup = await openPopup(page);
    await shows(page, which, 'awaitingApproval.waiting');
    await allow(popup);
    await shows(page, which, 'sessionActive.ready');
    const [user] = (await viewsOf(page, which)).slice(-1);
    expect(user).toMatchObject({ status: 'user', account: { username: 'sandra' }, can: { logout: true } });
    await page.evaluate(() => window.auth.logout());
    await shows(page, which, 'idle.loggedOut');
    expect((await viewsOf(page, which)).at(-1)).toMatchObject({ status: 'signedOut', account: null });
  });

  test('follows a denial and shows its reason', async () => {
    const { page } = await open();
    const which = await mount(page);
    await shows(page, which, 'idle.fresh');
    await deny(await openPopup(page));
    await shows(page, which, 'idle.approvalDenied');
    expect((await viewsOf(page, which)).at(-1)).toMatchObject({ failure: { code: 'approval_denied' } });
  });

  test('follows the carry-over of a guest’s ratings and its progress', async () => {
    const { page, tmdb } = await open();
    const which = await mount(page);
    await page.click('#guest');
    await shows(page, which, 'guestActive.unused');
    await rate(page, 550, 9);
    await rate(page, 1001, 7);
    await allow(await openPopup(page));
    await shows(page, which, 'sessionActive.ready');
    const release = tmdb.faults.add({
      kind: 'hang',
      match: 'POST /3/movie/1001/rating',
      times: Number.POSITIVE_INFINITY,
    });
    await page.evaluate(() => void window.auth.carryOverGuestRatings());
    await page.waitForFunction((index) => {
      const { carryOver } = window.contract.views(index).at(-1) ?? {};
      return carryOver?.total === 2 && carryOver.carried === 1;
    }, which);
    await shows(page, which, 'sessionActive.carryingOver');
    release();
    await shows(page, which, 'sessionActive.ready');
    expect((await viewsOf(page, which)).at(-1)).toMatchObject({
      guest: null,
      carryOver: { total: 2, carried: 2, kept: 0, failed: [] },
    });
    expect(tmdb.account().ratings).toHaveLength(2);
  });

  test('stops when it is unmounted, and leaves no listener', async () => {
    const { page } = await open();
    const which = await mount(page);
    await shows(page, which, 'idle.fresh');
    expect(await page.evaluate(() => window.contract.listeners())).toBeGreaterThan(0);
    await unmount(page, which);
    const shown = await viewsOf(page, which);
    expect(await page.evaluate(() => window.contract.listeners())).toBe(0);
    await page.click('#guest');
    await reaches(page, 'guestActive.unused');
    expect(await viewsOf(page, which)).toEqual(shown);
  });

  test('shows the same state as a second one, which goes on when the first is unmounted', async () => {
    const { page } = await open();
    const one = await mount(page);
    const two = await mount(page);
    await page.click('#guest');
    await Promise.all([shows(page, one, 'guestActive.unused'), shows(page, two, 'guestActive.unused')]);
    await unmount(page, one);
    await page.evaluate(() => window.auth.logout());
    await shows(page, two, 'idle.loggedOut');
    expect((await statesOf(page, one)).at(-1)).toBe('guestActive.unused');
    await unmount(page, two);
    expect(await page.evaluate(() => window.contract.listeners())).toBe(0);
  });

  test('can be mounted, unmounted and mounted again', async () => {
    const { page } = await open();
    for (let round = 0; round < 3; round++) await unmount(page, await mount(page));
    const which = await mount(page);
    await page.click('#guest');
    await shows(page, which, 'guestActive.unused');
  });

  test('shows the client’s own view object, the same one until something changes', async () => {
    const { page } = await open();
    const which = await mount(page);
    await shows(page, which, 'idle.fresh');
    await allow(await openPopup(page));
    await shows(page, which, 'sessionActive.ready');
    expect(await page.evaluate((index) => window.contract.copies(index), which)).toBe(0);
    expect(await page.evaluate((index) => window.contract.showsPresent(index), which)).toBe(true);
  });

  test('may call the client’s methods as soon as it shows a view', async () => {
    const { page, tmdb } = await open();
    const which = await mount(page, 'guestWhenFresh');
    await shows(page, which, 'guestActive.unused');
    expect(tmdb.guests()).toHaveLength(1);
    const other = await mount(page, 'logoutWhenUser');
    await allow(await openPopup(page));
    await shows(page, other, 'idle.loggedOut');
    await shows(page, which, 'idle.loggedOut');
    expect(tmdb.sessions()).toEqual([]);
  });
});
