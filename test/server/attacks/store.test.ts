import { describe, expect, test } from 'vitest';
import { createSeal } from '../../../src/platforms/seal.ts';
import { tokenIn } from '../../support/approval.ts';
import { bareStore } from '../../support/store.ts';
import { type Browser, createSite, locationOf, SECRET, type Site } from '../site.ts';
import {
  begin,
  callbackWith,
  linkFromElsewhere,
  memoryStore,
  USERS,
  wiretap,
  withoutEffect,
} from './support.ts';

const NAME = '__Host-tmdb-auth.id';
const RECORD = 'tmdb-auth:record:';

async function siteWithStore(options = {}) {
  const store = memoryStore();
  const site = await createSite({ store, ...options }, { users: USERS });
  /** Names of records with a signed-in user; the other keys are notes of where a record has moved. */
  const names = async () =>
    (await store.getKeys('tmdb-auth:account:')).map((key) => key.slice(key.lastIndexOf(':') + 1));
  return { site, store, names };
}

async function signedIn(site: Site, username: string): Promise<Browser> {
  const browser = site.browser();
  const { token } = await begin(browser);
  site.tmdb.approve(token, username);
  await browser.follow(callbackWith(token), linkFromElsewhere);
  return browser;
}

const withCookie = (site: Site, value: string) => {
  const browser = site.browser();
  browser.cookies.set(NAME, value);
  return browser;
};

describe('a stolen copy of the store', () => {
  test('shows no secret, and no name that could be sent as a cookie', async () => {
    const { sent, fetch } = wiretap();
    const { site, store } = await siteWithStore({ fetch });
    const sandra = await signedIn(site, 'sandra');
    await sandra.submit('/auth/guest');
    await signedIn(site, 'mallory');
    const { token } = await begin(site.browser());
    const keys = await store.getKeys();
    const dump = JSON.stringify(await Promise.all(keys.map(async (key) => [key, await store.getItem(key)])));
    const sessions = sent.flatMap(({ url }) => [...url.searchParams.values()]);
    expect(sessions.length).toBeGreaterThan(1);
    for (const secret of [token, ...sessions, SECRET, site.tmdb.accessToken, 'sandra', 'mallory']) {
      expect(dump).not.toContain(secret);
    }
    for (const key of keys) {
      const name = key.slice(key.lastIndexOf(':') + 1);
      for (const cookie of [name, key, String(await store.getItem(key))]) {
        expect(await withCookie(site, cookie).session()).toMatchObject({ status: 'signedOut' });
      }
    }
  });

  test('shows only which accounts are signed in: account numbers and random names', async () => {
    const { site, store } = await siteWithStore();
    await signedIn(site, 'sandra');
    const keys = await store.getKeys();
    expect(
      keys.map((key) => key.replace(/[0-9a-f]{64}/, 'DIGEST').replace(/[0-9a-f]{32}/, 'NAME')).sort(),
    ).toEqual([
      'tmdb-auth:account:548:NAME',
      'tmdb-auth:finished:DIGEST',
      'tmdb-auth:made:DIGEST',
      'tmdb-auth:received:DIGEST',
      'tmdb-auth:record:NAME',
      // The note of where the record of the sign-in has moved; it lives for a minute.
      'tmdb-auth:record:NAME',
    ]);
  });
});

describe('a store that an attacker can write to', () => {
  test('does not let a user become another one by copying a record to another name', async () => {
    const { site, store, names } = await siteWithStore();
    await signedIn(site, 'sandra');
    const [victim = ''] = await names();
    const mallory = await signedIn(site, 'mallory');
    const own = (await names()).find((name) => name !== victim);
    await store.setItem(RECORD + own, (await store.getItem(RECORD + victim)) ?? '');
    expect(await mallory.session()).toMatchObject({ status: 'signedOut', account: null });
  });

  test.each([
    ['garbage', 'garbage'],
    ['a plain record', JSON.stringify({ v: 1, facts: {}, secrets: {} })],
    ['a number', 1],
    ['an object', { v: 1 }],
    ['an array', ['x']],
    ['nothing', ''],
    ['a lot', 'x'.repeat(1_000_000)],
  ])('gives no session and no error when a record is replaced by %s', async (_, planted) => {
    const { site, store, names } = await siteWithStore();
    const browser = await signedIn(site, 'sandra');
    const [name] = await names();
    await store.setItem(RECORD + name, planted);
    expect(await browser.session()).toMatchObject({ status: 'signedOut' });
  });

  test('accepts no text sealed for a cookie as a record, and a cookie accepts no record', async () => {
    const { site, store, names } = await siteWithStore();
    const browser = await signedIn(site, 'sandra');
    const [name = ''] = await names();
    const record = String(await store.getItem(RECORD + name));
    expect(await withCookie(site, record).session()).toMatchObject({ status: 'signedOut' });
    const seal = createSeal([SECRET], site.clock.now);
    await store.setItem(RECORD + name, await seal.close('user', '{}', site.clock.now() + 60_000));
    expect(await browser.session()).toMatchObject({ status: 'signedOut' });
  });
});

describe('the name of a record in a cookie', () => {
  test.each([
    ['not sealed', (name: string) => name],
    ['prefixed with the store’s key', (name: string) => RECORD + name],
    ['a path', () => '../../secrets'],
    ['a glob', () => '*'],
    ['nothing', () => ''],
  ])('is worthless when it is %s', async (_, change) => {
    const { site, names } = await siteWithStore();
    await signedIn(site, 'sandra');
    const [name = ''] = await names();
    expect(await withCookie(site, change(name)).session()).toMatchObject({ status: 'signedOut' });
  });

  test.each(['', '*', '..', '../account:548', 'x:y', '__proto__', 'toString'])(
    'is worthless when it belongs to no record, though we sealed it (%j)',
    async (name) => {
      const { site } = await siteWithStore();
      await signedIn(site, 'sandra');
      const seal = createSeal([SECRET], site.clock.now);
      const sealed = await seal.close('id', name, site.clock.now() + 60_000);
      expect(await withCookie(site, sealed).session()).toMatchObject({ status: 'signedOut' });
    },
  );

  test('is random, has 128 bits, and changes with every sign-in', async () => {
    const { site, names } = await siteWithStore();
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const browser = await signedIn(site, 'sandra');
      const [name = ''] = await names();
      expect(name).toMatch(/^[0-9a-f]{32}$/);
      seen.add(name);
      await browser.submit('/auth/logout');
    }
    expect(seen.size).toBe(20);
  });
});

describe('a planted name (fixation)', () => {
  /** Mallory put her own cookie into the victim’s browser, and goes on using it. */
  async function planted(begun: (mallory: Browser, site: Site) => Promise<unknown>) {
    const { site } = await siteWithStore();
    const mallory = site.browser();
    await begun(mallory, site);
    return { site, mallory, victim: withCookie(site, mallory.cookies.get(NAME) ?? '') };
  }

  const victimSignsIn = async (site: Site, victim: Browser) => {
    const approval = locationOf(await victim.follow('/auth/login'));
    site.tmdb.approve(tokenIn(approval), 'sandra');
    await victim.follow(callbackWith(tokenIn(approval)), linkFromElsewhere);
    expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
  };

  test('of a guest is worthless once the victim signed in', async () => {
    const { site, mallory, victim } = await planted((browser) => browser.submit('/auth/guest'));
    await victimSignsIn(site, victim);
    expect(await mallory.session()).toMatchObject({ status: 'signedOut', account: null });
  });

  test('of a user is worthless once another user signed in', async () => {
    const { site, mallory, victim } = await planted(async (browser, at) => {
      const { token } = await begin(browser);
      at.tmdb.approve(token, 'mallory');
      await browser.follow(callbackWith(token), linkFromElsewhere);
    });
    await victim.submit('/auth/logout');
    await victimSignsIn(site, victim);
    expect(await mallory.session()).toMatchObject({ account: null });
  });

  test('of a waiting sign-in is worthless once the victim signed in', async () => {
    const { site, mallory, victim } = await planted((browser) => begin(browser));
    await victimSignsIn(site, victim);
    // As long as the note of the move exists, the handler asks the browser to come again.
    expect((await mallory.ask('GET', '/auth/session')).status).toBe(503);
    site.clock.advance(61_000);
    expect(await mallory.session()).toMatchObject({ status: 'signedOut', account: null });
    expect(await victim.session()).toMatchObject({ account: { username: 'sandra' } });
  });
});

describe('a request with the old name, after a session was made in another tab', () => {
  test.each(['/auth/login', '/auth/guest', '/auth/logout', '/auth/cancel'])(
    'to %s changes nothing, and its answer deletes no cookie',
    async (path) => {
      const { site } = await siteWithStore();
      const browser = site.browser();
      const { token } = await begin(browser);
      const late = withCookie(site, browser.cookies.get(NAME) ?? '');
      site.tmdb.approve(token, 'sandra');
      await browser.follow(callbackWith(token), linkFromElsewhere);
      const answered = await withoutEffect(site, late, () => late.submit(path));
      expect(locationOf(answered).pathname).toBe('/');
      const told = await withoutEffect(site, late, () => late.ask('POST', path));
      expect(told.headers.get('retry-after')).toBe('1');
      expect(await browser.session()).toMatchObject({ account: { username: 'sandra' } });
    },
  );

  test('finds the record when it presents the token, as after a crash of the instance that made the session', async () => {
    const { site } = await siteWithStore();
    const browser = site.browser();
    const { token } = await begin(browser);
    site.tmdb.approve(token, 'sandra');
    const release = site.tmdb.faults.add({ kind: 'hang', match: 'GET /3/account' });
    const dead = withCookie(site, browser.cookies.get(NAME) ?? '');
    const dying = dead.follow(callbackWith(token), linkFromElsewhere);
    while (site.tmdb.requests.at(-1)?.path !== '/3/account')
      await new Promise((resolve) => setImmediate(resolve));
    const elsewhere = browser.at(site.instance());
    const answered = await elsewhere.follow(callbackWith(token), linkFromElsewhere);
    expect(locationOf(answered).pathname).toBe('/');
    expect(await elsewhere.session()).toMatchObject({ account: { username: 'sandra' } });
    expect(site.tmdb.sessions().length).toBe(1);
    release();
    await site.whileTimeRuns(dying);
  });
});

describe('signing out everywhere', () => {
  test.each([
    ['unstorage', memoryStore],
    ['a bare store', bareStore],
  ])('ends all sessions of the user, and no others, with %s', async (_, storeOf) => {
    const store = storeOf();
    const site = await createSite({ store }, { users: USERS });
    const [here, elsewhere, other] = [
      await signedIn(site, 'sandra'),
      await signedIn(site, 'sandra'),
      // Mallory's account id, 54, is a prefix of Sandra's, 548.
      await signedIn(site, 'mallory'),
    ];
    await other.submit('/auth/logout', { everywhere: 'true' });
    expect(site.tmdb.sessions().map(({ username }) => username)).toEqual(['sandra', 'sandra']);
    const again = await signedIn(site, 'mallory');
    await here.submit('/auth/logout', { everywhere: 'true' });
    expect(site.tmdb.sessions().map(({ username }) => username)).toEqual(['mallory']);
    expect(await elsewhere.session()).toMatchObject({ status: 'signedOut' });
    expect(await again.session()).toMatchObject({ account: { username: 'mallory' } });
    expect((await store.getKeys('tmdb-auth:account:548:')).length).toBe(0);
  });

  test('ends nothing for a visitor who is not signed in', async () => {
    const { site } = await siteWithStore();
    await signedIn(site, 'sandra');
    const visitor = site.browser();
    await withoutEffect(site, visitor, () => visitor.submit('/auth/logout', { everywhere: 'true' }));
    const guest = site.browser();
    await guest.submit('/auth/guest');
    await guest.submit('/auth/logout', { everywhere: 'true' });
    expect(site.tmdb.sessions().length).toBe(1);
  });

  test('spares a record that belongs to another user by now, whatever the list says', async () => {
    const { site, store, names } = await siteWithStore();
    await signedIn(site, 'sandra');
    const [victim = ''] = await names();
    const mallory = await signedIn(site, 'mallory');
    await store.setItem(`tmdb-auth:account:54:${victim}`, 'here');
    await mallory.submit('/auth/logout', { everywhere: 'true' });
    expect(site.tmdb.sessions().map(({ username }) => username)).toEqual(['sandra']);
  });
});

test('a failing store’s error is not shown to visitors', async () => {
  const fails = () => Promise.reject(new Error('redis://user:hunter2@store.internal is down'));
  const broken = { getItem: fails, setItem: fails, removeItem: fails, getKeys: fails };
  const site = await createSite({ store: broken });
  const seal = createSeal([SECRET], site.clock.now);
  const browser = withCookie(site, await seal.close('id', 'a'.repeat(32), site.clock.now() + 60_000));
  for (const [method, path] of [
    ['GET', '/auth/session'],
    ['POST', '/auth/login'],
    ['POST', '/auth/logout'],
    ['GET', '/auth/health'],
    ['GET', '/auth/tmdb/3/movie/550'],
  ] as const) {
    const answered = await site.whileTimeRuns(browser.ask(method, path));
    const seen = JSON.stringify([...answered.headers]) + (await answered.text());
    expect(seen).not.toMatch(/hunter2|redis|internal/);
  }
  expect(JSON.stringify(site.events)).not.toMatch(/hunter2|redis|internal/);
});
