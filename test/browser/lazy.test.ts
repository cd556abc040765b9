import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, GUEST_NEW, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { engineOf, hearing, type LazyStage, lazily, lookAgain, rests, shownIn } from './lazy.stage.ts';
import { allow, endsOf, openPopup, reaches, reachesTmdb, signIn, storedIn, viewOf } from './stage.ts';

const stage = lazily();

const prepare = (page: Page) => page.focus('#login');
const engineIn = (page: Page) =>
  page.evaluate(() => {
    try {
      return window.auth.actor.getSnapshot().status;
    } catch {
      return 'not loaded';
    }
  });

/** Signs in, then counts only the requests from here on. */
async function signedIn(on: LazyStage, path = '/'): Promise<Page> {
  const page = await on.open(path);
  await signIn(page);
  on.visits.length = 0;
  on.tmdb.resetRequests();
  return page;
}

test('a signed-out visitor is shown so at once, without a request for the engine or to TMDB', async () => {
  const { open, visits, asked } = await stage();
  const page = await open('/films?page=2#top');
  await rests(page);
  expect(await shownIn(page)).toEqual(['idle.fresh']);
  expect(visits.map(({ path }) => path).filter((path) => path !== '/favicon.ico')).toEqual([
    '/films',
    '/config.js',
    '/app.js',
  ]);
  expect(asked()).toEqual([]);
  expect(await engineIn(page)).toBe('not loaded');
});

test('a click on login loads the engine and goes to TMDB; the return signs in and cleans the address', async () => {
  const { open, loaded, asked, site, tmdb } = await stage();
  const page = await open('/films?page=2#top');
  await page.click('#login');
  await reachesTmdb(page);
  expect(engineOf(loaded())).toHaveLength(1);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films?page=2#top`);
  expect(await viewOf(page)).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  expect((await shownIn(page)).filter((state) => state.startsWith('idle'))).toEqual([]);
  expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a v4 return comes to an address that names no token', async () => {
  const { open, site } = await stage({ options: { apiVersion: 4 } });
  const page = await open('/films');
  await signIn(page);
  expect(page.url()).toBe(`${site.url}/films`);
});

test.each([
  '?request_token=0a&approved=true&page=2',
  '?page=2&request%5Ftoken=0a&denied=true',
  '?page=2&tmdb_auth=returned',
])('a return that no client waits for is removed from the address all the same: %s', async (query) => {
  const { open, loaded, site } = await stage();
  const page = await open(`/films${query}`);
  await page.waitForURL(`${site.url}/films?page=2`);
  await reaches(page, 'idle.fresh');
  // Once on the page with the return, and once on the page loaded at the clean address.
  expect(engineOf(loaded())).toHaveLength(2);
});

test('a signed-in user is shown without the engine, and never as signed out', async () => {
  const on = await stage();
  const page = await signedIn(on);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  await rests(page);
  expect(engineOf(on.loaded())).toEqual([]);
  expect(await shownIn(page)).toEqual(['restoring', 'sessionActive.ready']);
  expect(on.asked()).toEqual([]);
});

test('a guest is shown at once, too', async () => {
  const { open, loaded, visits, asked } = await stage();
  const page = await open();
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  visits.length = 0;
  await page.reload();
  await reaches(page, 'guestActive.unused');
  expect(engineOf(loaded())).toHaveLength(1);
  expect(asked()).toEqual([GUEST_NEW]);
});

test('a page does not load the engine after a sign-out', async () => {
  const on = await stage();
  const page = await signedIn(on);
  await page.evaluate(() => window.auth.logout());
  await page.reload();
  await rests(page);
  expect(await shownIn(page)).toEqual(['idle.fresh']);
  expect(on.loaded()).toEqual([]);
});

test('a page shows the pending sign-in after Back from TMDB’s page', async () => {
  const { open } = await stage();
  const page = await open();
  await page.click('#login');
  await reachesTmdb(page);
  await page.goBack();
  await reaches(page, 'awaitingApproval.waiting');
});

test('prepare() loads the engine and fetches the token unseen, so the click requests neither', async () => {
  const { open, loaded, asked, tmdb } = await stage();
  const page = await open();
  const first = await page.evaluateHandle(() => window.auth.getView());
  await prepare(page);
  await expect.poll(asked).toEqual([TOKEN_NEW]);
  expect(engineOf(loaded())).toHaveLength(1);
  expect(await engineIn(page)).toBe('active');
  expect(await shownIn(page)).toEqual(['idle.fresh']);
  expect(await page.evaluate((view) => window.auth.getView() === view, first)).toBe(true);
  tmdb.resetRequests();
  await page.click('#login');
  await reachesTmdb(page);
  expect(asked()).toEqual([]);
  expect(engineOf(loaded())).toHaveLength(1);
});

test('prepare() that cannot load the engine is as silent as one that gets no token', async () => {
  const on = await stage();
  on.break(true);
  const page = await on.open();
  await page.evaluate(() => window.auth.prepare());
  expect(on.loaded()).toHaveLength(1);
  expect(await shownIn(page)).toEqual(['idle.fresh']);
  expect(await viewOf(page)).toMatchObject({ failure: null });
});

test('a click while prepare() is still loading shows progress at once, and signs in', async () => {
  const on = await stage();
  const page = await on.open();
  await page.evaluate(() => {
    void window.auth.prepare();
    document.querySelector<HTMLButtonElement>('#login')?.click();
  });
  expect((await shownIn(page)).slice(0, 2)).toEqual(['idle.fresh', 'restoring']);
  await reachesTmdb(page);
  expect(engineOf(on.loaded())).toHaveLength(1);
});

describe('a lazy sign-in in a popup', () => {
  const POPUP = { options: { mode: 'popup' } };

  test.each([false, true])('opens the popup with the click (prepared: %s)', async (isPrepared) => {
    const { open, loaded, asked, tmdb } = await stage(POPUP);
    const page = await open('/films');
    if (isPrepared) {
      await prepare(page);
      await expect.poll(asked).toEqual([TOKEN_NEW]);
    }
    const popup = await openPopup(page);
    expect(engineOf(loaded())).toHaveLength(1);
    await allow(popup);
    await reaches(page, 'sessionActive.ready');
    await expect.poll(() => popup.isClosed()).toBe(true);
    expect(await endsOf(page)).toEqual(['login: user']);
    expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
    expect(tmdb.sessions()).toHaveLength(1);
  });
});

test('a tab follows another tab’s sign-in and its sign-out', async () => {
  const { open, loaded, asked } = await stage();
  const idle = await open();
  const page = await open();
  await signIn(page);
  await reaches(idle, 'sessionActive.ready');
  expect(await viewOf(idle)).toMatchObject({ account: { username: 'sandra' } });
  expect(loaded().length).toBeGreaterThan(1);
  // A tab that follows before the account is stored asks for the account itself.
  expect(asked().filter((request) => request !== ACCOUNT)).toEqual([TOKEN_NEW, SESSION_NEW]);
  await page.evaluate(() => window.auth.logout());
  await expect.poll(async () => (await viewOf(idle)).status).toBe('signedOut');
});

test('other scripts’ writes to localStorage do not load the engine', async () => {
  const { open, loaded } = await stage();
  const idle = await open();
  const page = await open();
  const heard = await hearing(idle);
  await page.evaluate(() => localStorage.setItem('theme', 'dark'));
  expect(await heard()).toBe('heard');
  await lookAgain(idle);
  await rests(idle);
  expect(loaded()).toEqual([]);
  expect(await shownIn(idle)).toEqual(['idle.fresh']);
});

describe('an engine that cannot be loaded', () => {
  const failureOf = async (page: Page) => (await viewOf(page)).failure;

  const shown = {
    status: 'signedOut',
    failure: { code: 'network', retryable: true },
    can: { login: true, loginAsGuest: true, retry: false },
  };

  test('makes login() reject offline and shows in the view, and the next click works', async () => {
    const { open, context, loaded } = await stage();
    const page = await open();
    await context.setOffline(true);
    await page.evaluate(() => window.auth.prepare());
    await page.click('#login');
    await expect.poll(() => endsOf(page)).toEqual(['login: network']);
    expect(await shownIn(page)).toEqual(['idle.fresh', 'restoring', 'idle.fresh']);
    expect(await viewOf(page)).toMatchObject(shown);
    // Browsers remember a failed import, so offline there must be none.
    expect(loaded()).toEqual([]);
    await context.setOffline(false);
    await page.click('#login');
    await reachesTmdb(page);
  });

  test('makes login() reject when the site answers 500, and a reload helps', async () => {
    const on = await stage();
    const page = await on.open();
    on.break(true);
    await page.click('#login');
    await expect.poll(() => endsOf(page)).toEqual(['login: network']);
    expect(await viewOf(page)).toMatchObject(shown);
    await page.click('#login');
    await expect.poll(() => endsOf(page)).toEqual(['login: network', 'login: network']);
    expect(await shownIn(page)).toEqual(['idle.fresh', 'restoring', 'idle.fresh', 'restoring', 'idle.fresh']);
    on.break(false);
    await page.reload();
    await page.click('#login');
    await reachesTmdb(page);
  });

  test('leaves a return from TMDB in the address, and a reload takes it', async () => {
    const on = await stage();
    const page = await on.open('/films');
    await page.click('#login');
    await reachesTmdb(page);
    on.break(true);
    await allow(page);
    await expect.poll(() => failureOf(page)).toMatchObject({ code: 'network' });
    on.break(false);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    expect(page.url()).toBe(`${on.site.url}/films`);
    expect(on.tmdb.sessions()).toHaveLength(1);
  });

  test('leaves the user signed in after a reload', async () => {
    const on = await stage();
    const page = await signedIn(on);
    on.break(true);
    await page.reload();
    await expect.poll(() => failureOf(page)).toMatchObject({ code: 'network' });
    expect(await shownIn(page)).toEqual(['restoring', 'idle.fresh']);
    on.break(false);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
  });

  test('is found in a service worker’s cache, so the user is known offline', async () => {
    const on = await stage();
    const page = await on.open();
    await signIn(page);
    const scripts = await Promise.all(
      on.loaded().map(async (path) => ({ path, body: await (await fetch(on.site.url + path)).text() })),
    );
    const record = await storedIn(page);
    await page.evaluate(() => localStorage.clear());
    const idle = await on.open();
    for (const { path, body } of scripts)
      await idle.route(`**${path}`, (route) => route.fulfill({ contentType: 'text/javascript', body }));
    await on.context.setOffline(true);
    await idle.evaluate((kept) => {
      const { host } = new URL(CONFIG.baseURL ?? '');
      localStorage.setItem(`tmdb-auth-${host.replace(':', '-')}`, kept ?? '');
    }, record);
    await lookAgain(idle);
    await reaches(idle, 'sessionActive.ready');
  });

  test('makes fetch, api and cancel reject, and shows no failure in the view', async () => {
    const on = await stage();
    on.break(true);
    const page = await on.open();
    const codes = await page.evaluate(() =>
      Promise.all(
        [window.auth.fetch('/3/movie/550'), window.auth.api('/3/movie/550'), window.auth.cancel()].map(
          (call) =>
            call.then(
              () => 'done',
              (error) => error.code,
            ),
        ),
      ),
    );
    expect(codes).toEqual(['network', 'network', 'network']);
    expect(await shownIn(page)).toEqual(['idle.fresh']);
  });
});

test('invalid options make the first call reject, and show in the view', async () => {
  const { open, loaded } = await stage({ options: { credentials: { accessToken: 'no token' } } });
  const page = await open();
  await rests(page);
  expect(loaded()).toEqual([]);
  await page.click('#login');
  await expect.poll(() => endsOf(page)).toEqual(['login: invalid_credentials']);
  expect(await viewOf(page)).toMatchObject({ state: 'idle.fresh', failure: { code: 'invalid_credentials' } });
});

describe('dispose() of a lazy client', () => {
  /** Counts the listeners at the window and the document. */
  const counted = ({ context }: LazyStage) =>
    context.addInitScript(() => {
      const listened = new Map<string, Set<unknown>>();
      Object.assign(window, { listened });
      for (const target of [window, document]) {
        const { addEventListener, removeEventListener } = target;
        target.addEventListener = (name: string, listener: EventListener) => {
          listened.set(name, (listened.get(name) ?? new Set()).add(listener));
          addEventListener.call(target, name, listener);
        };
        target.removeEventListener = (name: string, listener: EventListener) => {
          listened.get(name)?.delete(listener);
          removeEventListener.call(target, name, listener);
        };
      }
    });
  const listenedIn = (page: Page) =>
    page.evaluate(() => {
      const { listened } = window as unknown as { listened: Map<string, Set<unknown>> };
      return [...listened].filter(([, listeners]) => listeners.size > 0).map(([name]) => name);
    });

  test('makes calls reject before anything was loaded, and nothing is loaded or listened to', async () => {
    const on = await stage();
    const { open, loaded } = on;
    await counted(on);
    const page = await open();
    const other = await open();
    expect(await listenedIn(page)).toEqual(['storage', 'visibilitychange']);
    const codes = await page.evaluate(() => {
      const { login, loginAsGuest, logout, api, dispose, prepare } = window.auth;
      dispose();
      const calls = [login(), loginAsGuest(), logout(), api('/3/movie/550'), window.lazy.load(), prepare()];
      return Promise.all(calls.map((call) => call.catch((error) => error.code)));
    });
    expect(codes).toEqual([...Array(5).fill('disposed'), undefined]);
    await page.evaluate(() => window.auth.dispose());
    expect(await listenedIn(page)).toEqual([]);
    await other.evaluate(() => localStorage.setItem('tmdb-auth', '{}'));
    await lookAgain(page);
    await rests(page);
    expect(loaded()).toEqual([]);
    expect(await shownIn(page)).toEqual(['idle.fresh']);
  });

  test('makes the waiting call reject during loading, and no client is created', async () => {
    const { open, asked } = await stage();
    const page = await open();
    const code = await page.evaluate(() => {
      const ended = window.auth.login().catch((error) => error.code);
      window.auth.dispose();
      return ended;
    });
    expect(code).toBe('disposed');
    await rests(page);
    expect(await engineIn(page)).toBe('not loaded');
    expect(asked()).toEqual([]);
    expect(await shownIn(page)).toEqual(['idle.fresh', 'restoring']);
  });

  test('disposes of the loaded client after loading', async () => {
    const on = await stage();
    await counted(on);
    const page = await on.open();
    const codes = await page.evaluate(async () => {
      await window.lazy.load();
      const login = () => window.auth.login().catch((error) => error.code);
      const waiting = login();
      window.auth.dispose();
      return [await waiting, await login()];
    });
    expect(codes).toEqual(['disposed', 'disposed']);
    expect(await engineIn(page)).toBe('stopped');
    expect(await listenedIn(page)).toEqual([]);
  });
});

describe('a lazy client’s storage', () => {
  /** Opens a page with a record under the default name in its `localStorage`. */
  const strange = async (on: LazyStage) => {
    const page = await on.open();
    await page.evaluate(() => localStorage.setItem('tmdb-auth', '{}'));
    await page.reload();
    await rests(page);
    return page;
  };

  test('makes the page load the engine when it is blocked, and a sign-in works', async () => {
    const { open, context, loaded } = await stage();
    await context.addInitScript(() => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    });
    const page = await open();
    await reaches(page, 'idle.fresh');
    expect(await page.evaluate(() => window.warnings)).toEqual(['storage_unavailable']);
    expect(engineOf(loaded())).toHaveLength(1);
    await allow(await openPopup(page));
    await reaches(page, 'sessionActive.ready');
  });

  test('keeps the user over a reload, but for this tab only, when it is sessionStorage', async () => {
    const on = await stage({ options: { storage: 'session' } });
    const page = await signedIn(on);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    on.visits.length = 0;
    const other = await on.open();
    await rests(other);
    expect(on.loaded()).toEqual([]);
    expect(await shownIn(other)).toEqual(['idle.fresh']);
  });

  test('is empty at first when it is memory, whatever localStorage has', async () => {
    const on = await stage({ options: { storage: 'memory', mode: 'popup' } });
    const page = await strange(on);
    expect(on.loaded()).toEqual([]);
    await allow(await openPopup(page));
    await reaches(page, 'sessionActive.ready');
  });

  test('is read by the engine when it is the app’s own', async () => {
    const { open, loaded } = await stage({
      script: '{ storage: { get: () => null, set: () => {}, remove: () => {} } }',
    });
    const page = await open();
    await reaches(page, 'idle.fresh');
    expect(engineOf(loaded())).toHaveLength(1);
  });

  test('is read under the app’s own storageKey only', async () => {
    const on = await stage({ options: { storageKey: 'films' } });
    const page = await strange(on);
    expect(on.loaded()).toEqual([]);
    await signIn(page);
    await page.reload();
    await reaches(page, 'sessionActive.ready');
  });
});

test('a signed-out visitor asks TMDB by api and fetch, without the engine', async () => {
  const { open, loaded, asked } = await stage();
  const page = await open();
  const title = await page.evaluate(async () => (await window.auth.api<{ id: number }>('/3/movie/550')).id);
  expect(title).toBe(550);
  expect(await page.evaluate(async () => (await window.auth.fetch('/3/movie/603')).status)).toBe(200);
  expect(engineOf(loaded())).toEqual([]);
  expect(asked()).toEqual(['GET /3/movie/550', 'GET /3/movie/603']);
  expect(await shownIn(page)).toEqual(['idle.fresh']);
});

test('a listener that throws stops no other, and one function subscribed twice is two subscriptions', async () => {
  const { open } = await stage();
  const page = await open();
  const { heard, faults } = await page.evaluate(async () => {
    const faults: string[] = [];
    addEventListener('error', (event) => {
      event.preventDefault();
      faults.push(event.message);
    });
    const heard: string[] = [];
    const hear = () => void heard.push('heard');
    window.auth.subscribe(() => {
      throw new Error('mine');
    });
    window.auth.subscribe(hear);
    const stop = window.auth.subscribe(hear);
    await window.auth.loginAsGuest();
    const twice = heard.length;
    stop();
    await window.auth.logout();
    return { heard: [twice % 2, heard.length > twice], faults };
  });
  expect(heard).toEqual([0, true]);
  expect(new Set(faults)).toEqual(new Set(['Uncaught Error: mine']));
});
