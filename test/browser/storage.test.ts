import type { BrowserContext } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ACCOUNT } from '../support/requests.ts';
import {
  allow,
  endsOf,
  inChromium,
  openPopup,
  reaches,
  reachesTmdb,
  signIn,
  storedIn,
  viewOf,
} from './stage.ts';

const stage = inChromium();

const warningsOf = (page: Parameters<typeof viewOf>[0]) => page.evaluate(() => window.warnings);

/** As in a browser with cookies switched off: reading the property itself throws. */
const block = (context: BrowserContext, names: string[]) =>
  context.addInitScript((blocked) => {
    for (const name of blocked) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    }
  }, names);

describe.each([[['localStorage']], [['localStorage', 'sessionStorage']]])('with %s blocked', (names) => {
  test('a user signs in by popup, as nothing survives leaving the page, and one warning says so', async () => {
    const { open, context } = await stage();
    await block(context, names);
    const page = await open('/films');
    await reaches(page, 'idle.fresh');
    const popup = await openPopup(page);
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
    await expect.poll(() => popup.isClosed()).toBe(true);
    expect(await endsOf(page)).toEqual(['login: user']);
    expect(await warningsOf(page)).toEqual(['storage_unavailable']);
    expect(await page.evaluate(async () => (await window.auth.fetch('/3/account')).status)).toBe(200);
    await page.evaluate(() => window.auth.logout());
    expect(await viewOf(page)).toMatchObject({ state: 'idle.loggedOut', failure: null });
  });
});

/** Fills the storage to the last byte, before any script of the page runs. */
const fill = (context: BrowserContext) =>
  context.addInitScript(() => {
    if (location.pathname.startsWith('/authenticate')) return;
    for (let size = 1 << 22; size >= 1; size >>= 1) {
      try {
        for (let index = 0; ; index++) localStorage.setItem(`fill-${size}-${index}`, 'x'.repeat(size));
      } catch {}
    }
  });

test('a full localStorage lets a guest, and a user by popup, sign in for as long as the page lives', async () => {
  const { open, context } = await stage({ options: { mode: 'popup' } });
  await fill(context);
  const page = await open();
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  await allow(await openPopup(page));
  await reaches(page, 'sessionActive.ready');
  expect(await warningsOf(page)).toEqual(['storage_unavailable']);
  expect(await storedIn(page)).toBeNull();
  await page.evaluate(() => window.auth.logout());
  await page.reload();
  await reaches(page, 'idle.fresh');
});

test('a full localStorage in redirect mode makes the click open a popup, as this page could not be restored', async () => {
  const { open, context } = await stage();
  await fill(context);
  const page = await open('/films');
  await page.click('#login');
  await expect
    .poll(async () => context.pages().length > 1 || (await viewOf(page)).failure !== null)
    .toBe(true);
  if (context.pages().length === 1) await page.click('#login');
  await expect.poll(() => context.pages().length).toBe(2);
  const popup = context.pages()[1];
  if (!popup) throw new Error('no popup');
  await reachesTmdb(popup);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
});

test('a localStorage that fills up later keeps what it has but nothing newer, and logout deletes it', async () => {
  const { open, context } = await stage({ options: { mode: 'popup' } });
  const page = await open();
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  await expect.poll(() => storedIn(page)).not.toBeNull();
  await fill(context);
  await page.reload();
  await allow(await openPopup(page));
  await reaches(page, 'sessionActive.ready');
  expect(await warningsOf(page)).toEqual(['storage_unavailable']);
  await page.reload();
  await reaches(page, 'guestActive.unused');
  await page.evaluate(() => window.auth.logout());
  expect(await storedIn(page)).toBeNull();
});

test('an unreadable record counts as none, is deleted and reported', async () => {
  const { open, tmdb, asked } = await stage();
  const page = await open();
  await signIn(page);
  await page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.startsWith('tmdb-auth')) ?? '';
    localStorage.setItem(key, (localStorage.getItem(key) ?? '').slice(0, 40));
  });
  tmdb.resetRequests();
  await page.reload();
  await reaches(page, 'idle.fresh');
  expect(await warningsOf(page)).toEqual(['storage_unavailable']);
  expect(await storedIn(page)).toBeNull();
  expect(asked()).toEqual([]);
  await signIn(page);
});

test('a page signs out when it is looked at after the site’s data was cleared, and goes on working', async () => {
  const { open } = await stage();
  const page = await open();
  await signIn(page);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Storage.clearDataForOrigin', {
    origin: new URL(page.url()).origin,
    storageTypes: 'local_storage',
  });
  await page.evaluate(() => void document.dispatchEvent(new Event('visibilitychange')));
  await reaches(page, 'idle.loggedOut');
  await signIn(page);
});

test('a record in sessionStorage survives leaving for TMDB and a reload', async () => {
  const { open } = await stage({ options: { storage: 'session' } });
  const page = await open();
  await signIn(page);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(await storedIn(page)).toBeNull();
});

test('a record in memory is gone after a reload, and nothing was written anywhere', async () => {
  const { open } = await stage({ options: { storage: 'memory', mode: 'popup' } });
  const page = await open();
  await allow(await openPopup(page));
  await reaches(page, 'sessionActive.ready');
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  await page.reload();
  await reaches(page, 'idle.fresh');
});

/** Asynchronous like IndexedDB: every answer comes later. */
const INDEXED_DB = `{ storage: (() => {
  const opened = new Promise((resolve) => {
    const request = indexedDB.open('app');
    request.onupgradeneeded = () => request.result.createObjectStore('values');
    request.onsuccess = () => resolve(request.result);
  });
  const ask = async (mode, run) => {
    const store = (await opened).transaction('values', mode).objectStore('values');
    const request = run(store);
    return new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result ?? null);
      request.onerror = () => reject(request.error);
    });
  };
  return {
    get: (key) => ask('readonly', (store) => store.get(key)),
    set: (key, value) => ask('readwrite', (store) => store.put(value, key)),
    remove: (key) => ask('readwrite', (store) => store.delete(key)),
  };
})() }`;

test('an app’s own asynchronous storage serves a redirect, a reload, another tab and a logout', async () => {
  const { open, asked } = await stage({ script: INDEXED_DB });
  const page = await open('/films?page=2');
  const other = await open();
  await signIn(page);
  expect(page.url()).toContain('/films?page=2');
  await reaches(other, 'sessionActive.ready');
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(await storedIn(page)).toBeNull();
  await page.evaluate(() => window.auth.logout());
  await reaches(other, 'idle.loggedOut');
  expect(asked().filter((each) => each === ACCOUNT).length).toBeGreaterThan(0);
});
