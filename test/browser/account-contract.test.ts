import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { AccountState } from '../../src/account/observe/index.ts';
import type { BundleOptions } from './chromium.ts';
import type {} from './pages/account.ts';
import type {} from './pages/account-react.tsx';
import { inChromium, reaches, signIn } from './stage.ts';

interface Adapter {
  name: string;
  /** A file of `pages` that calls `presentAccount` with its own fixture. */
  page: string;
  options?: Record<string, unknown>;
  bundle?: BundleOptions;
}

const react18 = (name: string) => new URL(`../react-18/node_modules/${name}`, import.meta.url).pathname;
const REACT_18 = { alias: { react: react18('react'), 'react-dom': react18('react-dom') } };
const VUE_FLAGS = {
  __VUE_OPTIONS_API__: 'false',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
};

const ADAPTERS: Adapter[] = [
  { name: 'React', page: 'account-react.tsx' },
  { name: 'React in StrictMode', page: 'account-react.tsx', options: { isStrict: true } },
  { name: 'React 18', page: 'account-react.tsx', bundle: REACT_18 },
  {
    name: 'React 18 in StrictMode',
    page: 'account-react.tsx',
    options: { isStrict: true },
    bundle: REACT_18,
  },
  { name: 'Vue', page: 'account-vue.ts', bundle: { define: VUE_FLAGS } },
  { name: 'Svelte', page: 'account-svelte.ts' },
  { name: 'Solid', page: 'account-solid.ts' },
];

const stage = inChromium();

const film = (page: Page, movie = 550) => page.evaluate((id) => window.account.film(id), movie);
const seenBy = (page: Page, which: number) => page.evaluate((index) => window.account.seen(index), which);
const lastOf = async (page: Page, which: number) => (await seenBy(page, which)).at(-1);
const rate = (page: Page, which: number, value: number) =>
  page.evaluate(([index, stars]) => window.account.call(index, 'rate', stars), [which, value] as const);
const like = (page: Page, which: number, isOn = true) =>
  page.evaluate(([index, on]) => window.account.call(index, 'setFavorite', on), [which, isOn] as const);

/** Waits until component `which` shows the wanted state. */
const shows = (page: Page, which: number, wanted: Partial<AccountState>) =>
  expect.poll(() => lastOf(page, which)).toMatchObject(wanted);

describe.each(ADAPTERS)('the account state in a $name component', ({ page: entry, options, bundle }) => {
  const open = async () => {
    const on = await stage({ page: entry, ...(options && { options }), ...(bundle && { bundle }) });
    const page = await on.open();
    await reaches(page, 'idle.fresh');
    return { ...on, page };
  };
  const openAsUser = async () => {
    const on = await open();
    await signIn(on.page);
    on.tmdb.resetRequests();
    return on;
  };
  const KNOWN = {
    status: 'user',
    rating: null,
    favorite: false,
    watchlist: false,
    isLoading: false,
  } as const;

  test('is unknown at first, then what TMDB has, and two components with the same film ask TMDB once', async () => {
    const { page, asked } = await openAsUser();
    const one = await film(page);
    const two = await film(page);
    await shows(page, one, KNOWN);
    await shows(page, two, KNOWN);
    expect((await seenBy(page, one))[0]).toMatchObject({ rating: undefined, favorite: undefined });
    expect(asked()).toEqual(['GET /3/movie/550/account_states']);
  });

  test('shows a new rating at once, in all components and in another tab', async () => {
    const { page, tmdb, open: openTab } = await openAsUser();
    const other = await openTab();
    await reaches(other, 'sessionActive.ready');
    const [one, two, there] = [await film(page), await film(page), await film(other)];
    await shows(page, two, KNOWN);
    await shows(other, there, KNOWN);
    expect(await rate(page, one, 8.5)).toBe('stored');
    await shows(page, one, { rating: 8.5, isSaving: false });
    await shows(page, two, { rating: 8.5, isSaving: false });
    await shows(other, there, { rating: 8.5 });
    expect(tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 8.5 }]);
    const saving = (await seenBy(page, two)).find(({ isSaving }) => isSaving);
    expect(saving).toMatchObject({ rating: 8.5 });
  });

  test('takes back a change that TMDB refuses, and gives the reason', async () => {
    const { page, tmdb } = await openAsUser();
    const one = await film(page);
    await shows(page, one, KNOWN);
    tmdb.faults.add({ kind: 'status', code: 45, match: /favorite/ });
    expect(await like(page, one)).toBe('user_suspended');
    await shows(page, one, {
      favorite: false,
      isSaving: false,
      failure: { code: 'user_suspended' } as never,
    });
    expect((await seenBy(page, one)).map(({ favorite }) => favorite)).toContain(true);
    expect(await like(page, one)).toBe('stored');
    await shows(page, one, { favorite: true, failure: null });
  });

  test('shows the next user nothing of the previous one', async () => {
    const { page } = await openAsUser();
    const one = await film(page);
    await shows(page, one, KNOWN);
    await rate(page, one, 9);
    await page.evaluate(() => window.auth.logout());
    await shows(page, one, { status: 'signedOut', rating: undefined, favorite: undefined });
    await page.click('#guest');
    await shows(page, one, { status: 'guest', rating: null });
    const seen = await seenBy(page, one);
    expect(seen.filter(({ status, rating }) => status !== 'user' && rating === 9)).toEqual([]);
  });

  test('asks TMDB nothing while nobody is signed in', async () => {
    const { page, asked } = await open();
    const one = await film(page);
    await shows(page, one, { status: 'signedOut', rating: undefined, isLoading: false });
    expect(await rate(page, one, 8)).toBe('session_invalid');
    await shows(page, one, { rating: undefined, failure: { code: 'session_invalid' } as never });
    expect(asked()).toEqual([]);
  });

  test('switches to another film, and back without asking TMDB again', async () => {
    const { page, asked } = await openAsUser();
    const one = await film(page);
    await shows(page, one, KNOWN);
    await rate(page, one, 7);
    const switchTo = (movie: number) =>
      page.evaluate(([index, id]) => window.account.showOther(index, id), [one, movie] as const);
    await switchTo(11);
    await shows(page, one, KNOWN);
    expect(await rate(page, one, 3)).toBe('stored');
    await switchTo(550);
    await shows(page, one, { rating: 7 });
    await switchTo(11);
    await shows(page, one, { rating: 3 });
    expect(asked().filter((request) => request.startsWith('GET'))).toEqual([
      'GET /3/movie/550/account_states',
      'GET /3/movie/11/account_states',
    ]);
  });

  test('shows a failure for an invalid film instead of throwing, and then shows a valid film', async () => {
    const { page, asked } = await openAsUser();
    const none = ['550', undefined, Number.NaN] as number[];
    const one = await film(page, none[0]);
    const refused = { rating: undefined, isLoading: false, failure: { code: 'invalid_value' } as never };
    await shows(page, one, refused);
    expect(await rate(page, one, 8)).toBe('invalid_value');
    const switchTo = (movie: number) =>
      page.evaluate(([index, id]) => window.account.showOther(index, id), [one, movie] as const);
    for (const movie of none) {
      await switchTo(movie);
      await shows(page, one, refused);
    }
    expect(asked()).toEqual([]);
    await switchTo(550);
    await shows(page, one, { ...KNOWN, failure: null });
    expect(await rate(page, one, 8)).toBe('stored');
  });

  test('stops changing when the component is unmounted, and is known at once when it is mounted again', async () => {
    const { page, asked } = await openAsUser();
    const one = await film(page);
    const two = await film(page);
    await shows(page, one, KNOWN);
    await page.evaluate((index) => window.account.unmount(index), one);
    const seen = await seenBy(page, one);
    await rate(page, two, 6);
    await shows(page, two, { rating: 6, isSaving: false });
    expect(await seenBy(page, one)).toEqual(seen);
    await page.evaluate((index) => window.account.unmount(index), two);
    await shows(page, await film(page), { rating: 6 });
    expect(asked().filter((request) => request.startsWith('GET'))).toHaveLength(1);
  });

  test('includes the user’s lists, and a new list once it is created', async () => {
    const { page } = await openAsUser();
    await page.evaluate(() => window.account.lists());
    const names = () =>
      page.evaluate(() =>
        window.account
          .listsSeen()
          .at(-1)
          ?.lists?.map(({ name }) => name),
      );
    await expect.poll(names).toEqual([]);
    await page.evaluate(() => window.account.createList('To see'));
    await expect.poll(names).toEqual(['To see']);
  });
});

test('the hook’s result keeps its identity when React renders with a new, equal media object', async () => {
  const { open } = await stage({ page: 'account-react.tsx' });
  const page = await open();
  await signIn(page);
  const one = await film(page);
  await shows(page, one, { rating: null });
  const before = await page.evaluate(() => window.returned.length);
  await page.evaluate((index) => window.account.showOther(index, 550), one);
  await page.waitForFunction((count) => window.returned.length > count, before);
  const isSame = await page.evaluate(() => window.returned.at(-1) === window.returned.at(-2));
  expect(isSame).toBe(true);
});
