// inrupt/solid-client-authn-js#1685: The first client on a page took the return of the second, which waited for ever.
// Here: A return belongs to the client that holds its token, whichever was made first, even to one that is made later or by another copy of this package. If no client holds the token, all of them say so.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type {} from '../browser/pages/by-name.ts';
import { allow, inChromium, openPopup, reachesTmdb } from '../browser/stage.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';

const stage = inChromium();
const NAMES = { films: { storageKey: 'films' }, series: { storageKey: 'series' } };

const withNames = (names: object = NAMES, more = {}, page = 'clients.ts') =>
  stage({ page, options: { names, ...more } });

const seenBy = (page: Page, name: string) =>
  page.evaluate((key) => {
    const { state, failure } = window.byName[key]?.getView() ?? {};
    return [state, failure?.code ?? null];
  }, name);
const reaches = (page: Page, name: string, seen: unknown[]) =>
  expect.poll(() => seenBy(page, name).catch(() => null)).toEqual(seen);
const warningsOf = (page: Page) => page.evaluate(() => window.warnings);

test.each([
  [3, 'clients.ts'],
  [4, 'clients.ts'],
  [3, 'copies.ts'],
  [4, 'copies.ts'],
] as const)(
  'v%i: the second client takes its return and the first stays as it was (%s)',
  async (apiVersion, entry) => {
    const { open, tmdb } = await withNames(NAMES, { apiVersion }, entry);
    const page = await open('/films#top');
    // The button listens only once both copies have loaded, and a browser does not wait for that before its
    // load event.
    await reaches(page, 'series', ['idle.fresh', null]);
    await page.click('#login');
    await reachesTmdb(page);
    await allow(page);
    await reaches(page, 'series', ['sessionActive.ready', null]);
    await reaches(page, 'films', ['idle.fresh', null]);
    expect(await warningsOf(page)).toEqual([]);
    expect(tmdb.sessions()).toHaveLength(1);
  },
);

test.each([3, 4] as const)(
  'v%i: an approval signs in the client that asked for it, and another waiting client goes on waiting',
  async (apiVersion) => {
    const { open, asked } = await withNames(NAMES, { apiVersion });
    const page = await open();
    await page.evaluate(() => void window.byName.films?.login().catch(() => {}));
    await reachesTmdb(page);
    await page.goBack();
    await reaches(page, 'films', ['awaitingApproval.waiting', null]);
    await page.click('#login');
    await reachesTmdb(page);
    await allow(page);
    await reaches(page, 'series', ['sessionActive.ready', null]);
    await reaches(page, 'films', ['awaitingApproval.waiting', null]);
    expect(await warningsOf(page)).toEqual([]);
    if (apiVersion === 3) expect(asked()).toEqual([TOKEN_NEW, TOKEN_NEW, SESSION_NEW, ACCOUNT]);
  },
);

test.each(['clients.ts', 'copies.ts'])(
  'a client that the page makes later takes its return (%s)',
  async (entry) => {
    const { open } = await withNames({ ...NAMES, later: { storageKey: 'later', isLate: true } }, {}, entry);
    const page = await open();
    await reaches(page, 'series', ['idle.fresh', null]);
    await page.evaluate(() => window.make('later'));
    await page.click('#login');
    await reachesTmdb(page);
    await allow(page);
    await page.waitForLoadState();
    await reaches(page, 'films', ['idle.fresh', 'callback_mismatch']);
    await page.evaluate(() => window.make('later'));
    await reaches(page, 'later', ['sessionActive.ready', null]);
  },
);

test.each([3, 4] as const)(
  'v%i: a popup’s return goes to the page of the client that waits for it, and another client goes on waiting',
  async (apiVersion) => {
    const { open, context, tmdb } = await withNames(NAMES, { mode: 'popup', apiVersion });
    const page = await open();
    const [first] = await Promise.all([
      page.waitForEvent('popup'),
      page.evaluate(() => void window.byName.films?.login().catch(() => {})),
    ]);
    await reachesTmdb(first);
    await first.close();
    await reaches(page, 'films', ['awaitingApproval.waiting', null]);
    const popup = await openPopup(page);
    await Promise.all([popup.waitForEvent('close'), allow(popup)]);
    await reaches(page, 'series', ['sessionActive.ready', null]);
    await reaches(page, 'films', ['awaitingApproval.waiting', null]);
    expect([context.pages().length, tmdb.sessions().length]).toEqual([1, 1]);
  },
);

test.each(['clients.ts', 'copies.ts'])(
  'if no client holds the token, each signed-out client says so once, and not again after a reload (%s)',
  async (entry) => {
    const { open, site, asked } = await withNames(NAMES, {}, entry);
    const page = await open(`/films?request_token=${'a'.repeat(40)}&approved=true`);
    await reaches(page, 'films', ['idle.fresh', 'callback_mismatch']);
    await reaches(page, 'series', ['idle.fresh', 'callback_mismatch']);
    expect(await warningsOf(page)).toEqual(['films callback_mismatch', 'series callback_mismatch']);
    expect(page.url()).toBe(`${site.url}/films`);
    await page.reload();
    await reaches(page, 'films', ['idle.fresh', null]);
    expect(asked()).toEqual([]);
  },
);
