import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '../support/clock.ts';
import { GUEST_NEW, SESSION_DELETE, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import {
  allow,
  callbackOf,
  deny,
  inChromium,
  later,
  reaches,
  reachesTmdb,
  SETTABLE_CLOCK,
  type Stage,
  signIn,
  storedIn,
  tokenIn,
  viewOf,
  wake,
} from './stage.ts';

const stage = inChromium();

/** Delays other tabs' writes until after their messages, as can happen: tabs are processes. */
const LATE_WRITES = `{
  const read = Storage.prototype.getItem;
  const shown = new Map();
  Storage.prototype.getItem = function (key) {
    if (!shown.has(key)) shown.set(key, read.call(this, key));
    return shown.get(key);
  };
  window.addEventListener('storage', (event) => {
    if (!event.isTrusted) return;
    event.stopImmediatePropagation();
    const { key, newValue } = event;
    setTimeout(() => {
      shown.set(key, newValue);
      window.dispatchEvent(new StorageEvent('storage', { key, newValue }));
    }, 200);
  });
}`;

const openTabs = ({ open }: Stage, count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => open(`/tab-${index}`)));

const allReach = (pages: Page[], state: string) => Promise.all(pages.map((page) => reaches(page, state)));

test('ten tabs all follow a sign-in and a logout in one of them, with four requests in all', async () => {
  const on = await stage();
  const pages = await openTabs(on, 10);
  const [page] = pages;
  if (!page) throw new Error('no page');
  await signIn(page);
  await allReach(pages, 'sessionActive.ready');
  expect(on.asked()).toHaveLength(3);
  await page.evaluate(() => window.auth.logout());
  await allReach(pages, 'idle.loggedOut');
  expect(on.asked().slice(3)).toEqual([SESSION_DELETE]);
  expect(on.tmdb.sessions()).toEqual([]);
});

test('ten tabs opened at once on one callback address make one session and all end signed in', async () => {
  const { open, context, site, tmdb, asked } = await stage();
  const page = await open();
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  tmdb.approve(token);
  const pages = await Promise.all(Array.from({ length: 10 }, () => context.newPage()));
  await Promise.all(pages.map((tab) => tab.goto(callbackOf(`${site.url}/`, token))));
  await allReach(pages, 'sessionActive.ready');
  await Promise.all(
    pages.map((tab) => expect.poll(async () => (await viewOf(tab)).account?.username).toBe('sandra')),
  );
  expect(tmdb.sessions()).toHaveLength(1);
  expect(pages.map((tab) => tab.url())).toEqual(pages.map(() => `${site.url}/`));
  expect(asked().filter((each) => each === TOKEN_NEW)).toHaveLength(1);
  expect(asked()).not.toContain(SESSION_DELETE);
});

test('ten tabs wait while the exchanging tab gets no answer, and all end signed in', async () => {
  const { open, context, site, tmdb } = await stage();
  const page = await open();
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  tmdb.approve(token);
  // Holds more than one exchange, because a tab that runs out of patience may ask, too.
  const release = tmdb.faults.add({ kind: 'hang', match: SESSION_NEW, times: 10 });
  const pages = await Promise.all(Array.from({ length: 10 }, () => context.newPage()));
  await Promise.all(pages.map((tab) => tab.goto(callbackOf(`${site.url}/`, token))));
  await allReach(pages, 'sessionRequested');
  release();
  await allReach(pages, 'sessionActive.ready');
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a guest who signs in is a user in every tab', async () => {
  const on = await stage();
  const pages = await openTabs(on, 3);
  const [page] = pages;
  if (!page) throw new Error('no page');
  await page.click('#guest');
  await allReach(pages, 'guestActive.unused');
  await signIn(page);
  await allReach(pages, 'sessionActive.ready');
  const guests = await Promise.all(pages.map(async (tab) => (await viewOf(tab)).guest));
  expect(guests.every((guest) => guest?.used === false)).toBe(true);
});

test('a guest who is denied a sign-in is still a guest, in every tab', async () => {
  const on = await stage();
  const pages = await openTabs(on, 3);
  const [page] = pages;
  if (!page) throw new Error('no page');
  await page.click('#guest');
  await allReach(pages, 'guestActive.unused');
  await page.click('#login');
  await reachesTmdb(page);
  await deny(page);
  await reaches(page, 'guestActive.unused');
  expect(await viewOf(page)).toMatchObject({ failure: { code: 'approval_denied' } });
  await allReach(pages, 'guestActive.unused');
  expect(on.asked()).toEqual([GUEST_NEW, TOKEN_NEW]);
});

test('a guest’s hour expires in every tab', async () => {
  const on = await stage({ script: SETTABLE_CLOCK });
  const pages = await openTabs(on, 3);
  await pages[0]?.click('#guest');
  await allReach(pages, 'guestActive.unused');
  await later(on, 61 * MINUTE);
  await Promise.all(pages.map(wake));
  await allReach(pages, 'idle');
  const [page] = pages;
  expect(page && (await storedIn(page))).toBeNull();
});

test('sessionMaxAge ends the session in every tab, and it is deleted once', async () => {
  const on = await stage({ options: { sessionMaxAge: HOUR }, script: SETTABLE_CLOCK });
  const pages = await openTabs(on, 3);
  const [page] = pages;
  if (!page) throw new Error('no page');
  await signIn(page);
  await allReach(pages, 'sessionActive.ready');
  await later(on, 61 * MINUTE);
  await Promise.all(pages.map(wake));
  await allReach(pages, 'idle.loggedOut');
  expect(on.tmdb.sessions()).toEqual([]);
  const failures = await Promise.all(pages.map(async (tab) => (await viewOf(tab)).failure));
  expect(failures).toEqual([null, null, null]);
});

test('a tab ends in the right state when a message arrives before the write it announces', async () => {
  const { open, context, asked } = await stage();
  const late = await context.newPage();
  await late.addInitScript(LATE_WRITES);
  await late.goto(await open().then((page) => page.url()));
  const page = await open();
  await signIn(page);
  await reaches(late, 'sessionActive.ready');
  expect(asked()).toHaveLength(3);
  await page.evaluate(() => window.auth.logout());
  await reaches(late, 'idle.loggedOut');
});

test('a frozen tab follows as soon as it thaws', async () => {
  const { open, context } = await stage();
  const frozen = await open();
  const page = await open();
  const devtools = await context.newCDPSession(frozen);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await signIn(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await reaches(frozen, 'sessionActive.ready');
});

test('a page in the back/forward cache hears nothing, holds no channel open, and catches up when shown again', async () => {
  const { open, context } = await stage();
  // This page is hidden only by the event, so without this it would still receive storage events.
  await context.addInitScript(() =>
    window.addEventListener('storage', (event) => event.stopImmediatePropagation()),
  );
  const cached = await open();
  const page = await open();
  await cached.evaluate(
    () => void window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })),
  );
  await signIn(page);
  await page.evaluate(() => fetch('/a-moment'));
  expect(await viewOf(cached)).toMatchObject({ state: 'idle.fresh' });
  await cached.evaluate(
    () => void window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  );
  await reaches(cached, 'sessionActive.ready');
  await page.evaluate(() => window.auth.logout());
  await reaches(cached, 'idle.loggedOut');
});

test('a tab opened while another signs in shows the pending sign-in, and completes with it', async () => {
  const { open } = await stage();
  const page = await open();
  await page.click('#login');
  await reachesTmdb(page);
  const late = await open('/late');
  await reaches(late, 'awaitingApproval.waiting');
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  await reaches(late, 'sessionActive.ready');
});

test('with sessionStorage every tab has its own session', async () => {
  const { open, tmdb } = await stage({ options: { storage: 'session' } });
  const other = await open();
  const page = await open();
  await signIn(page);
  expect(await viewOf(other)).toMatchObject({ state: 'idle.fresh' });
  await signIn(other);
  expect(tmdb.sessions()).toHaveLength(2);
  await page.evaluate(() => window.auth.logout());
  expect(await viewOf(other)).toMatchObject({ status: 'user' });
});
