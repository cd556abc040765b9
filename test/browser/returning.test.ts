import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, SESSION_DELETE } from '../support/requests.ts';
import { engineOf, type LazyStage, lazily, lookAgain, rests, shownIn, throughServer } from './lazy.stage.ts';
import {
  callbackOf,
  reaches,
  reachesTmdb,
  redirectToIn,
  signIn,
  storedIn,
  tokenIn,
  viewOf,
} from './stage.ts';

/* A visitor who has signed in before: the record or the server says so, and the engine is loaded on demand. */

const begin = lazily();
const WAYS = { 'in a page': begin, 'through a server': throughServer(begin) };

/** Signs in and reloads the page; only the new page's requests are counted. */
async function returned(on: LazyStage): Promise<Page> {
  const page = await on.open();
  await reaches(page, 'idle.fresh');
  await signIn(page);
  return again(on, page);
}

async function again(on: LazyStage, page: Page): Promise<Page> {
  on.visits.length = 0;
  on.tmdb.resetRequests();
  await page.reload();
  return page;
}

/** Sets the end of the stored session, in ms from now. */
async function endSoon(page: Page, ms: number): Promise<void> {
  const record = JSON.parse((await storedIn(page)) ?? '');
  record.facts.session.expiresAt = Date.now() + ms;
  await page.evaluate((text) => {
    const key = Object.keys(localStorage).find((name) => name.startsWith('tmdb-auth')) ?? '';
    localStorage.setItem(key, text);
  }, JSON.stringify(record));
}

/** Another user signs in on that page. */
async function signInAs(on: LazyStage, page: Page, username: string): Promise<void> {
  await page.click('#login');
  await reachesTmdb(page);
  const requestToken = tokenIn(page);
  on.tmdb.approve(requestToken, username);
  await page.goto(callbackOf(redirectToIn(page) ?? '', requestToken));
  await reaches(page, 'sessionActive.ready');
}

const apiIn = (page: Page, path: string, options = {}) =>
  page.evaluate(
    ([asked, given]) =>
      window.auth.api(asked, given).then(
        (answer) => answer as Record<string, unknown>,
        (error) => ({ code: error.code, status: error.status, data: error.data?.status_code }),
      ),
    [path, options] as const,
  );

const engineIsLoaded = (on: LazyStage) => engineOf(on.loaded()).length > 0;

describe.each(Object.entries(WAYS))('a returning user %s', (way, stage) => {
  test('sees the engine’s own view, and loading the engine changes nothing', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    await rests(page);
    expect(engineIsLoaded(on)).toBe(false);
    expect(on.asked()).toEqual([]);
    const [seen, real] = await page.evaluate(async () => {
      const before = window.auth.getView();
      const engine = await window.lazy.load();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [JSON.stringify(before), JSON.stringify(engine.getView())];
    });
    // Page and server each compare their clocks anew.
    const timeless = (view = '') => view.replace(/"expiresAt":\d+/, '"expiresAt":0');
    expect(timeless(seen)).toBe(timeless(real));
    expect(new Set(await shownIn(page))).toEqual(new Set(['restoring', 'sessionActive.ready']));
  });

  test('gets films and their account by api without the engine', async () => {
    const on = await stage();
    const page = await returned(on);
    expect(await apiIn(page, '/3/movie/550', { query: { language: 'de' } })).toMatchObject({ id: 550 });
    expect(await apiIn(page, '/3/account')).toMatchObject({ username: 'sandra' });
    expect(on.asked()).toEqual(['GET /3/movie/550', ACCOUNT]);
    expect(engineIsLoaded(on)).toBe(false);
  });

  test('loads one more part, not the engine, for a rating, a refusal of TMDB and fetch', async () => {
    const on = await stage();
    const page = await returned(on);
    await apiIn(page, '/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(on.tmdb.account('sandra').ratings).toMatchObject([{ value: 8 }]);
    expect(await apiIn(page, '/3/movie/1')).toEqual({ status: 404, data: 34 });
    const status = await page.evaluate(async () => (await window.auth.fetch('/3/account')).status);
    expect(status).toBe(200);
    expect(engineIsLoaded(on)).toBe(false);
  });

  test('loads the engine with a sign-out, which ends the session at TMDB', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    const { state } = await page.evaluate(() => window.auth.logout());
    expect(state).toBe('idle.loggedOut');
    expect(on.asked()).toContain(SESSION_DELETE);
    expect(on.tmdb.sessions()).toEqual([]);
    expect(await apiIn(page, '/3/account')).toMatchObject({ code: 'session_invalid' });
  });

  test('is shown as signed out once a call meets a revoked session', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    on.tmdb.revoke();
    expect(await apiIn(page, '/3/account')).toMatchObject({ status: 401 });
    // A server forgets the session as it answers, and its next answer does not give the reason.
    await reaches(page, way === 'in a page' ? 'idle.sessionRevoked' : 'idle.fresh');
    await expect.poll(async () => (await viewOf(page)).failure?.code).toBe('session_invalid');
    expect(engineIsLoaded(on)).toBe(true);
  });

  test('is signed out or replaced by another user when the page is looked at after another tab did so', async () => {
    const on = await stage();
    on.tmdb.addUser({ username: 'ada', password: 'sandbox' });
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    const other = await on.open();
    await other.evaluate(() => window.auth.logout());
    await lookAgain(page);
    await expect.poll(async () => (await viewOf(page)).status).toBe('signedOut');
    await signInAs(on, other, 'ada');
    await lookAgain(page);
    await expect.poll(async () => (await viewOf(page)).account?.username).toBe('ada');
    expect(await apiIn(page, '/3/account')).toMatchObject({ username: 'ada' });
  });

  test('never rates in the name of another user who signed in meanwhile', async () => {
    const on = await stage();
    on.tmdb.addUser({ username: 'ada', password: 'sandbox' });
    const page = await on.open();
    await reaches(page, 'idle.fresh');
    await signIn(page);
    // The page learns nothing of the change: it receives no storage event and is not looked at.
    await page.addInitScript(() => {
      const { addEventListener } = window;
      window.addEventListener = (name: string, listener: EventListenerOrEventListenerObject) => {
        if (!/^(storage|visibilitychange)$/.test(name)) addEventListener.call(window, name, listener);
      };
    });
    await again(on, page);
    await reaches(page, 'sessionActive.ready');
    const other = await on.open();
    await other.evaluate(() => window.auth.logout());
    await signInAs(on, other, 'ada');
    const rated = await apiIn(page, '/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(rated).toMatchObject(way === 'in a page' ? { code: 'cancelled' } : { status: 409 });
    await expect.poll(async () => (await viewOf(page)).account?.username).toBe('ada');
    expect(on.tmdb.account('sandra').ratings).toEqual([]);
    expect(on.tmdb.account('ada').ratings).toEqual([]);
  });

  test('is known in a tab that is opened in the background', async () => {
    const on = await stage();
    const page = await on.open();
    await reaches(page, 'idle.fresh');
    await signIn(page);
    await page.addInitScript(() => {
      Object.defineProperty(Document.prototype, 'hidden', { get: () => true });
    });
    await again(on, page);
    expect(await apiIn(page, '/3/account')).toMatchObject({ username: 'sandra' });
  });

  test('can sign out offline if the page loaded its engine ahead', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    await page.evaluate(() => window.lazy.load());
    await on.context.setOffline(true);
    const ended = await page.evaluate(() =>
      window.auth.logout().then(
        ({ status }) => status,
        ({ code }) => code,
      ),
    );
    expect(ended).toBe('signedOut');
    expect(await viewOf(page)).toMatchObject({ status: 'signedOut', failure: { code: 'revoke_failed' } });
  });

  test('load() resolves once the engine knows who is signed in', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    await page.route('**/auth/session', (route) => void setTimeout(() => route.continue(), 300));
    const state = await page.evaluate(async () => (await window.lazy.load()).getView().state);
    expect(state).toBe('sessionActive.ready');
  });

  test('a guest has the engine at once: their time runs out', async () => {
    const on = await stage();
    const page = await on.open();
    await reaches(page, 'idle.fresh');
    await page.evaluate(() => window.auth.loginAsGuest());
    await again(on, page);
    await reaches(page, 'guestActive.unused');
    expect(engineIsLoaded(on)).toBe(true);
  });

  test('is shown offline, and a call reports that the device is offline', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    await on.context.setOffline(true);
    expect(await apiIn(page, '/3/movie/550')).toMatchObject({ code: 'network' });
    expect(await viewOf(page)).toMatchObject({ status: 'user', account: { username: 'sandra' } });
    await on.context.setOffline(false);
    expect(await apiIn(page, '/3/movie/550')).toMatchObject({ id: 550 });
  });
});

test('dispose() ends a load() that waits for the server', async () => {
  const on = await WAYS['through a server']();
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  await page.route('**/auth/session', () => {});
  const ended = await page.evaluate(async () => {
    const codeOf = (waiting: Promise<unknown>) => waiting.catch(({ code }) => code);
    const isLoaded = () => {
      try {
        return Boolean(window.lazy.actor);
      } catch {
        return false;
      }
    };
    const loading = codeOf(window.lazy.load());
    while (!isLoaded()) await new Promise((resolve) => setTimeout(resolve, 10));
    window.lazy.dispose();
    return [await loading, await codeOf(window.lazy.load())];
  });
  expect(ended).toEqual(['disposed', 'disposed']);
});

test('a returning v4 user has their v4 id, and asks v4 without the engine', async () => {
  const on = await begin({ options: { apiVersion: 4 } });
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  const id = (await viewOf(page)).account?.objectId;
  expect(await apiIn(page, `/4/account/${id}/lists`)).toMatchObject({ page: 1 });
  expect(engineIsLoaded(on)).toBe(false);
});

test('a session with a maximum age is ended when its time comes', async () => {
  const on = await begin({ options: { sessionMaxAge: 20_000 } });
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  await rests(page);
  expect(engineIsLoaded(on)).toBe(false);
  await endSoon(page, 3_000);
  await again(on, page);
  await reaches(page, 'idle.loggedOut');
  expect(on.tmdb.sessions()).toEqual([]);
});

test('a session past its end is not shown any longer when the engine cannot be loaded', async () => {
  const on = await begin({ options: { sessionMaxAge: 20_000 } });
  const page = await on.open();
  await signIn(page);
  await endSoon(page, 3_000);
  on.break('/engine-');
  await again(on, page);
  await expect.poll(async () => (await viewOf(page)).status).toBe('signedOut');
  expect(await viewOf(page)).toMatchObject({ failure: { code: 'network' } });
});

test('a page with verifyAfter loads the engine at once', async () => {
  const on = await begin({ options: { verifyAfter: 60_000 } });
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  await rests(page);
  expect(engineIsLoaded(on)).toBe(true);
});

test('a page through a server gets a film although another tab has signed out', async () => {
  const on = await WAYS['through a server']();
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  const other = await on.open();
  await other.evaluate(() => window.auth.logout());
  expect(await apiIn(page, '/3/movie/550')).toMatchObject({ id: 550 });
});

test('a server that never answers times out, and the engine reports it', async () => {
  const on = await begin({
    options: { server: '/auth', requestTimeout: 500 },
    respond: (path) => (path.startsWith('/auth/') ? new Promise(() => {}) : undefined),
  });
  const page = await on.open();
  await expect.poll(async () => (await viewOf(page)).failure?.code, { timeout: 20_000 }).toBe('timeout');
});

test('a click on login while the record is being read goes to TMDB', async () => {
  const on = await begin();
  const page = await on.open();
  await page.evaluate(() => {
    localStorage.setItem('tmdb-auth-other', '{}');
    void window
      .anotherLazy()
      .login()
      .catch(() => {});
  });
  await reachesTmdb(page);
});

test('the client’s fetch can replace the global one before anything is loaded', async () => {
  const on = await begin();
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  const names = await page.evaluate(async () => {
    const another = window.anotherLazy();
    globalThis.fetch = another.fetch;
    const ask = async () => (await (await fetch('https://api.themoviedb.org/3/account')).json()).username;
    const seen = await ask();
    await another.load();
    return [seen, await ask()];
  });
  expect(names).toEqual(['sandra', 'sandra']);
});
