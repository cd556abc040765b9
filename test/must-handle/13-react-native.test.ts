// oidc-client-ts#1473, supabase-js#1203: React Native has no localStorage and no DOM events, and apps sleep in the background.
// Here: The app passes in storage, clock and navigation. Storage may be asynchronous.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TmdbAuthOptions } from '../../src/index.ts';
import { createWorld, type World } from '../support/world.ts';

/** Globals that Node and browsers share and its engine lacks. */
const MISSING = ['crypto', 'BroadcastChannel', 'window', 'document', 'localStorage', 'location', 'navigator'];
const { throwIfAborted } = AbortSignal.prototype;

beforeEach(() => {
  for (const name of MISSING) vi.stubGlobal(name, undefined);
  Object.assign(AbortSignal.prototype, { throwIfAborted: undefined });
});
afterEach(() => {
  vi.unstubAllGlobals();
  Object.assign(AbortSignal.prototype, { throwIfAborted });
});

/** Like AsyncStorage: every answer is a promise. */
function asyncStorage() {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key: string) => values.get(key) ?? null,
    set: async (key: string, value: string) => void values.set(key, value),
    remove: async (key: string) => void values.delete(key),
  };
}

/** Like AppState: tells when the app returns to the foreground. */
function appState() {
  const listeners = new Set<() => void>();
  return {
    listeners,
    toFront: () => {
      for (const listener of [...listeners]) listener();
    },
    onWake(check: () => void) {
      listeners.add(check);
      return () => void listeners.delete(check);
    },
  };
}

/** Like Linking: opens the system's browser; the return arrives as a deep link. */
const linking = (opened: string[]) => ({
  visit: () => ({ redirectTo: 'myapp://signed-in', open: (url: string) => void opened.push(url) }),
});

/** Uses the phone's own `fetch`. */
const clientOf = (world: World, options: Partial<TmdbAuthOptions>) =>
  world.client({ fetch: globalThis.fetch, ...options });

async function startSignIn(world: World, options: Partial<TmdbAuthOptions>) {
  const opened: string[] = [];
  const auth = clientOf(world, { navigator: linking(opened), ...options });
  const done = auth.login();
  done.catch(() => {});
  await world.until(() => opened.length === 1);
  return { auth, done, opened, requestToken: world.token(auth) };
}

test('a user signs in by a deep link with the app’s own ports', async () => {
  const world = await createWorld();
  const storage = asyncStorage();
  const { auth, done, opened, requestToken } = await startSignIn(world, { storage });
  expect(new URL(opened[0] ?? '').searchParams.get('redirect_to')).toBe('myapp://signed-in');
  world.tmdb.approve(requestToken);
  await auth.handleCallback(`myapp://signed-in?request_token=${requestToken}&approved=true`);
  expect(await done).toMatchObject({ status: 'user', account: { username: 'sandra' } });
  expect(storage.values.size).toBe(1);
  const later = clientOf(world, { storage });
  await world.reaches(later, 'sessionActive.ready');
});

test('an app killed while the browser is open finds the pending sign-in when the deep link starts it', async () => {
  const world = await createWorld();
  const storage = asyncStorage();
  const { auth, requestToken } = await startSignIn(world, { storage });
  auth.dispose();
  world.tmdb.approve(requestToken);
  const next = clientOf(world, { storage });
  const view = await next.handleCallback(`myapp://signed-in?request_token=${requestToken}&approved=true`);
  expect(view.status).toBe('user');
});

test('an expiry in the background is shown when the app returns to the foreground', async () => {
  const world = await createWorld();
  const app = appState();
  const { auth } = await startSignIn(world, {
    storage: asyncStorage(),
    clock: { ...world.clock, onWake: app.onWake },
  });
  // Timers do not fire in the background.
  world.clock.sleep(61 * 60_000);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
  app.toFront();
  expect(auth.getView()).toMatchObject({ state: 'idle.tokenExpired', failure: { code: 'token_expired' } });
  auth.dispose();
  expect(app.listeners.size).toBe(0);
});

test('the client accepts any timer handle from a clock, and also none', async () => {
  const world = await createWorld();
  const clock = { now: world.clock.now, setTimeout: () => undefined, clearTimeout: () => {} };
  await startSignIn(world, { storage: asyncStorage(), clock });
});

test('a guest signs in and out', async () => {
  const world = await createWorld();
  const storage = asyncStorage();
  const auth = clientOf(world, { storage });
  await auth.loginAsGuest();
  expect(auth.getView().status).toBe('guest');
  await auth.logout();
  expect(storage.values.size).toBe(0);
});
