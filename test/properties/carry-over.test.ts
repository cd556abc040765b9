import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTmdbAuth, memoryStorage, type StoragePort, type TmdbAuth } from '../../src/index.ts';
import { fileStorage } from '../../src/platforms/node/index.ts';
import { type AuthHandlerOptions, createAuthHandler } from '../../src/platforms/server/index.ts';
import { createBrowser, ORIGIN, SECRET } from '../server/site.ts';
import { createTestClock, MINUTE, SECOND, type TestClock } from '../support/clock.ts';
import { isComputing } from '../support/computing.ts';
import { bareStore } from '../support/store.ts';
import { mediaOf, type OddTmdb, oddTmdb, valueFor } from './odd-tmdb.ts';
import { anySeed } from './run.ts';

const KEY = '0'.repeat(32);
const COUNT = 500;

/** One process: it can be killed, and another can start with its record. */
interface Life {
  rate(media: string, value: number): Promise<unknown>;
  signIn(): Promise<void>;
  /** Resolves to whether all ratings were carried over. */
  carryOver(): Promise<boolean>;
  kill(): void;
}

const TMDB = { baseURL: 'https://api.tmdb.example', webURL: 'https://www.tmdb.example' };
const CALLBACK = `https://app.example/?request_token=${'a'.repeat(40)}&approved=true`;

const directOn = (storage: () => StoragePort) => (tmdb: OddTmdb, clock: TestClock) => (): Life => {
  let isDead = false;
  const auth: TmdbAuth = createTmdbAuth({
    ...TMDB,
    credentials: { apiKey: KEY },
    clock,
    storage: storage(),
    fetch: (input, init) => (isDead ? new Promise(() => {}) : tmdb.fetch(input, init)),
    onWarning: () => {},
  });
  return {
    async rate(media, value) {
      if (!auth.getView().guest) await auth.loginAsGuest();
      return auth.api(`/3/${media}/rating`, { method: 'POST', body: { value } });
    },
    async signIn() {
      const done = auth.login();
      while (!auth.approvalUrl) await new Promise((resolve) => setTimeout(resolve));
      await Promise.all([auth.handleCallback(CALLBACK), done]);
    },
    carryOver: () =>
      auth.carryOverGuestRatings().then(
        ({ failed }) => failed.length === 0,
        () => false,
      ),
    kill() {
      isDead = true;
      auth.dispose();
    },
  };
};

const onServer = (options: Partial<AuthHandlerOptions>) => (tmdb: OddTmdb, clock: TestClock) => {
  const cookies = new Map<string, string>();
  return (): Life => {
    let isDead = false;
    const handler = createAuthHandler({
      ...TMDB,
      credentials: { apiKey: KEY },
      origin: ORIGIN,
      secrets: [SECRET],
      clock,
      requestsPerSecond: Number.POSITIVE_INFINITY,
      onWarning: () => {},
      fetch: (input, init) => (isDead ? new Promise(() => {}) : tmdb.fetch(input, init)),
      ...options,
    });
    const browser = createBrowser(handler, cookies);
    return {
      async rate(media, value) {
        if (cookies.size === 0) await browser.tell('POST', '/auth/guest');
        return browser.ask('POST', `/auth/tmdb/3/${media}/rating`, { value });
      },
      async signIn() {
        await browser.tell('POST', '/auth/login');
        await browser.tell('POST', '/auth/check');
      },
      async carryOver() {
        const { guest, failure } = await browser.tell('POST', '/auth/carry-over');
        return guest === null && failure === null;
      },
      kill() {
        isDead = true;
      },
    };
  };
};

/** Running operations on real files: they take no simulated time. */
let busy = 0;
function counted(storage: StoragePort): StoragePort {
  const count =
    <Given extends unknown[], T>(work: (...given: Given) => T | Promise<T>) =>
    async (...given: Given): Promise<T> => {
      busy += 1;
      try {
        return await work(...given);
      } finally {
        busy -= 1;
      }
    };
  return { get: count(storage.get), set: count(storage.set), remove: count(storage.remove) };
}

function inFile() {
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-oddities-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return directOn(() => counted(fileStorage(folder, { onWarning: () => {} })));
}
function inMemory(isSmall: boolean) {
  const storage = { ...memoryStorage(), isSmall };
  return directOn(() => storage);
}

/** Lets time pass while `work` runs. */
async function whileTimeRuns<T>(clock: TestClock, work: Promise<T>, isOver = () => false): Promise<T | null> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone && !isOver()) {
    await new Promise((resolve) => setImmediate(resolve));
    if (busy === 0 && !isComputing()) clock.advance(11);
  }
  return isDone ? done : null;
}

/** The most requests within any second. */
function most(times: number[]): number {
  let from = 0;
  return Math.max(
    0,
    ...times.map((at, index) => {
      while ((times[from] ?? 0) <= at - SECOND) from += 1;
      return index - from + 1;
    }),
  );
}

/** `npm run proof properties` sets it. */
const SEED = Number(process.env.PROOF_SEED ?? anySeed());
const said = `seed ${SEED}`;

function randomFrom(seed: number) {
  let state = seed % 2_147_483_647 || 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test.each<[string, () => (tmdb: OddTmdb, clock: TestClock) => () => Life]>([
  ['a file', inFile],
  ['local storage', () => inMemory(false)],
  ['a small storage', () => inMemory(true)],
  ['the store of a server', () => onServer({ store: bareStore() })],
  ['the cookies of a server', () => onServer({})],
])(
  '500 ratings kept in %s survive every oddity and two kills, each carried over once',
  {
    timeout: 120_000,
  },
  async (_, place) => {
    const clock = createTestClock();
    const tmdb = oddTmdb(clock, randomFrom(SEED));
    const begin = place()(tmdb, clock);
    let life = begin();
    for (let id = 1; id <= COUNT; id++) await whileTimeRuns(clock, life.rate(mediaOf(id), valueFor(id)));
    await whileTimeRuns(clock, life.signIn());
    expect(tmdb.byGuest.size).toBe(COUNT);
    tmdb.becomeOdd();

    for (const third of [1, 2]) {
      const isEnough = () => tmdb.byUser.size >= (COUNT * third) / 3;
      for (let tries = 0; !isEnough() && tries < 30; tries++)
        await whileTimeRuns(clock, life.carryOver(), isEnough);
      life.kill();
      tmdb.forgetsItSaid();
      clock.advance(SECOND);
      life = begin();
    }
    let isWhole = false;
    for (let tries = 0; !isWhole && tries < 30; tries++) {
      isWhole = (await whileTimeRuns(clock, life.carryOver())) === true;
      clock.advance(MINUTE);
    }
    life.kill();
    expect(isWhole, said).toBe(true);
    const carried = [...tmdb.byUser].map(([media, values]) => [media, ...values]);
    expect(carried.sort(), said).toEqual([...tmdb.byGuest].sort());
    expect(most(tmdb.times), said).toBeLessThanOrEqual(40);
    expect(tmdb.impatient(), said).toBe(0);
  },
);
