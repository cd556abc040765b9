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

/* A visitor who has signed in before: the record, or the server, says so, and the engine waits until it is needed. */

const begin = lazily();
const WAYS = { 'in a page': begin, 'through a server': throughServer(begin) };

/** Signs in, and opens the page anew; the requests of the new page alone are counted. */
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

describe.each(Object.entries(WAYS))('%s', (way, stage) => {
  test('the view is the engine’s own, and loading the engine changes nothing', async () => {
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
    // The clocks of page and server are compared anew by each.
    const timeless = (view = '') => view.replace(/"expiresAt":\d+/, '"expiresAt":0');
    expect(timeless(seen)).toBe(timeless(real));
    expect(new Set(await shownIn(page))).toEqual(new Set(['restoring', 'sessionActive.ready']));
  });

  test('api asks for films and for the user’s account without the engine', async () => {
    const on = await stage();
    const page = await returned(on);
    expect(await apiIn(page, '/3/movie/550', { query: { language: 'de' } })).toMatchObject({ id: 550 });
    expect(await apiIn(page, '/3/account')).toMatchObject({ username: 'sandra' });
    expect(on.asked()).toEqual(['GET /3/movie/550', ACCOUNT]);
    expect(engineIsLoaded(on)).toBe(false);
  });

  test('a rating, a refusal of TMDB and fetch take one part more, and not the engine', async () => {
    const on = await stage();
    const page = await returned(on);
    await apiIn(page, '/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(on.tmdb.account('sandra').ratings).toMatchObject([{ value: 8 }]);
    expect(await apiIn(page, '/3/movie/1')).toEqual({ status: 404, data: 34 });
    const status = await page.evaluate(async () => (await window.auth.fetch('/3/account')).status);
    expect(status).toBe(200);
    expect(engineIsLoaded(on)).toBe(false);
  });

  test('sign-out loads the engine, which ends the session at TMDB', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    const { state } = await page.evaluate(() => window.auth.logout());
    expect(state).toBe('idle.loggedOut');
    expect(on.asked()).toContain(SESSION_DELETE);
    expect(on.tmdb.sessions()).toEqual([]);
    expect(await apiIn(page, '/3/account')).toMatchObject({ code: 'session_invalid' });
  });

  test('a revoked session is noticed by a call, and the user is shown as signed out', async () => {
    const on = await stage();
    const page = await returned(on);
    await reaches(page, 'sessionActive.ready');
    on.tmdb.revoke();
    expect(await apiIn(page, '/3/account')).toMatchObject({ status: 401 });
    // A server forgets the session with its answer, and its next one does not say why.
    await reaches(page, way === 'in a page' ? 'idle.sessionRevoked' : 'idle.fresh');
    await expect.poll(async () => (await viewOf(page)).failure?.code).toBe('session_invalid');
    expect(engineIsLoaded(on)).toBe(true);
  });

  test('another tab signs out, and another user signs in: this page follows when it is looked at', async () => {
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

  test('a page that shows one user never rates as another who has signed in meanwhile', async () => {
    const on = await stage();
    on.tmdb.addUser({ username: 'ada', password: 'sandbox' });
    const page = await on.open();
    await reaches(page, 'idle.fresh');
    await signIn(page);
    // The page is not told: it hears no event of a storage, and is not looked at.
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

  test('a tab that is opened in the background knows the user', async () => {
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

  test('offline, a page that loaded its engine ahead signs out', async () => {
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

  test('offline the user is shown, and a call says that the device is offline', async () => {
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

test('a user of v4 has their id in v4, and asks v4 without the engine', async () => {
  const on = await begin({ options: { apiVersion: 4 } });
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  const id = (await viewOf(page)).account?.objectId;
  expect(await apiIn(page, `/4/account/${id}/lists`)).toMatchObject({ page: 1 });
  expect(engineIsLoaded(on)).toBe(false);
});

test('a session that ends by itself is ended when its time comes', async () => {
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

test('a session that is over is not shown any longer where the engine cannot be loaded', async () => {
  const on = await begin({ options: { sessionMaxAge: 20_000 } });
  const page = await on.open();
  await signIn(page);
  await endSoon(page, 3_000);
  on.break('/engine-');
  await again(on, page);
  await expect.poll(async () => (await viewOf(page)).status).toBe('signedOut');
  expect(await viewOf(page)).toMatchObject({ failure: { code: 'network' } });
});

test('a page that asks TMDB from time to time has the engine at once', async () => {
  const on = await begin({ options: { verifyAfter: 60_000 } });
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  await rests(page);
  expect(engineIsLoaded(on)).toBe(true);
});

test('a film is shown although another tab has signed the server’s user out', async () => {
  const on = await WAYS['through a server']();
  const page = await returned(on);
  await reaches(page, 'sessionActive.ready');
  const other = await on.open();
  await other.evaluate(() => window.auth.logout());
  expect(await apiIn(page, '/3/movie/550')).toMatchObject({ id: 550 });
});

test('a server that never answers is given up, and the engine says so', async () => {
  const on = await begin({
    options: { server: '/auth', requestTimeout: 500 },
    respond: (path) => (path.startsWith('/auth/') ? new Promise(() => {}) : undefined),
  });
  const page = await on.open();
  await expect.poll(async () => (await viewOf(page)).failure?.code, { timeout: 20_000 }).toBe('timeout');
});

test('a click on login while the record is read goes to TMDB', async () => {
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

test('the client’s fetch can be the global one before anything is loaded', async () => {
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
