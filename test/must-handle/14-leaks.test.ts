// supabase-js#926, #1711, auth-js#725: Timers and listeners stayed, Node did not exit, and memory grew with every client.
// Here: `dispose()` ends everything. The tests count handles, listeners and heap.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { quiet, toApproval } from '../core/helpers.ts';
import { APP, callback } from '../support/approval.ts';
import { DAY, HOUR } from '../support/clock.ts';
import { programOf } from '../support/program.ts';
import { SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';
import { settingsFor } from '../support/settings.ts';
import { createWorld } from '../support/world.ts';

const NOTHING = { timers: 0, listeners: 0 };

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const handles = (kind: RegExp) => process.getActiveResourcesInfo().filter((each) => kind.test(each)).length;
const LEAKY = /Timeout|Immediate|FSReq|MessagePort|FSEvent|StatWatcher/;

test('300 clients that sign in and get disposed leave no timer, listener, handle or memory', async () => {
  const world = await createWorld();
  const cycle = async (storageKey: string) => {
    const auth = world.client({ storageKey });
    await world.signIn(auth);
    auth.dispose();
    await world.storage.remove(storageKey);
  };
  for (let round = 0; round < 50; round++) await cycle(`warm-${round}`);
  await quiet();
  collect();
  const before = { heap: process.memoryUsage().heapUsed, handles: handles(LEAKY) };
  for (let round = 0; round < 250; round++) await cycle(`key-${round}`);
  await quiet();
  collect();
  expect(world.clock.pending()).toEqual(NOTHING);
  expect(handles(LEAKY)).toBeLessThanOrEqual(before.handles + 5);
  // The test keeps the disposed clients (some 20 kB each); a retained graph of timers would be far larger.
  expect(process.memoryUsage().heapUsed - before.heap).toBeLessThan(30_000_000);
});

test('the host’s own clock has no timer left after dispose', async () => {
  const world = await createWorld();
  const before = handles(/Timeout/);
  for (let round = 0; round < 40; round++) {
    const { createTmdbAuth } = await import('../../src/index.ts');
    const auth = createTmdbAuth(settingsFor(world.tmdb));
    await auth.loginAsGuest();
    void auth.login().catch(() => {});
    await world.reaches(auth, 'awaitingApproval');
    auth.dispose();
  }
  await quiet();
  expect(handles(/Timeout/)).toBeLessThanOrEqual(before + 3);
});

test('a disposed client without references is collected', async () => {
  const world = await createWorld();
  const refs: WeakRef<TmdbAuth>[] = [];
  const { createTmdbAuth } = await import('../../src/index.ts');
  const use = async () => {
    const auth = createTmdbAuth({
      ...settingsFor(world.tmdb),
      storage: world.storage,
      clock: world.clock,
    });
    await auth.loginAsGuest();
    auth.dispose();
    refs.push(new WeakRef(auth));
  };
  for (let round = 0; round < 20; round++) await use();
  await quiet(50);
  collect();
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(2);
});

/** Brings a new client into a state and disposes it there. */
const MOMENTS: readonly [
  string,
  (auth: TmdbAuth, world: Awaited<ReturnType<typeof createWorld>>) => Promise<void>,
][] = [
  ['restoring', async () => {}],
  ['idle.fresh', (auth, world) => world.reaches(auth, 'idle.fresh')],
  [
    'tokenRequested',
    async (auth, world) => {
      world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
      void auth.login().catch(() => {});
      await world.reaches(auth, 'tokenRequested');
    },
  ],
  [
    'backoff',
    async (auth, world) => {
      world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 60, match: TOKEN_NEW });
      void auth.login().catch(() => {});
      await world.reaches(auth, 'tokenRequested.backoff');
    },
  ],
  ['awaitingApproval', async (auth, world) => void (await toApproval(world, auth))],
  ['sessionActive', (auth, world) => world.signIn(auth)],
  ['guestActive', async (auth) => void (await auth.loginAsGuest())],
];

test.each(MOMENTS)('dispose in %s leaves no timer and no listener', async (_, bring) => {
  const world = await createWorld();
  const auth = world.client({ sessionMaxAge: 10 * DAY, pollInterval: HOUR });
  await bring(auth, world);
  auth.dispose();
  world.tmdb.faults.clear();
  await quiet();
  expect(world.clock.pending()).toEqual(NOTHING);
});

test('dispose during the exchange leaves nothing once TMDB has answered, and no session', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  const release = world.tmdb.faults.add({ kind: 'hang', when: 'after', match: SESSION_NEW });
  auth.handleCallback(callback(requestToken)).catch(() => {});
  await world.until(() => world.tmdb.sessions().length === 1);
  auth.dispose();
  release();
  await world.until(() => world.tmdb.sessions().length === 0);
  await quiet();
  expect(world.clock.pending()).toEqual(NOTHING);
});

test('a settled client holds only what its state needs: one listener, and no timer without a limit', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  await quiet();
  expect(world.clock.pending()).toEqual(NOTHING);
  await auth.logout();
  await auth.loginAsGuest();
  expect(world.clock.pending()).toEqual({ timers: 1, listeners: 1 });
});

test('a long-lived abort signal keeps no listener of a finished sign-in', async () => {
  const world = await createWorld();
  const auth = world.client();
  const counted = new AbortController();
  let listening = 0;
  const { signal } = counted;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening -= 1;
    remove(...args);
  };
  await auth.loginAsGuest({ signal });
  expect(listening).toBe(0);
});

test('`using` disposes the client', async () => {
  const world = await createWorld();
  const auth = world.client();
  auth[Symbol.dispose]();
  await expect(auth.login({ redirectTo: APP })).rejects.toMatchObject({ code: 'disposed' });
});

const at = Date.now();
const RECORDS = {
  'guestActive.unused': {
    facts: { guest: { createdAt: at, used: false, unusedUntil: at + HOUR, expiresAt: at + DAY } },
    secrets: { guestId: 'f'.repeat(32) },
  },
  'awaitingApproval.waiting': {
    facts: { token: { requestedAt: at, expiresAt: at + HOUR } },
    secrets: { requestToken: 'f'.repeat(40) },
  },
  'idle.fresh': null,
};

test.each(Object.entries(RECORDS))('a process that only restores %s exits', async (state, record) => {
  const child = spawn(process.execPath, [programOf('test/must-handle/fixtures/quiet-process.ts')], {
    env: { ...process.env, RECORD: JSON.stringify({ v: 1, ...record }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  expect(said.trim()).toBe(state);
  expect(code).toBe(0);
});
