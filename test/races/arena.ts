import { setImmediate as nextTick, setTimeout as realPause } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';
import type { ApiVersion, AuthView } from '../../machines/index.ts';
import {
  type ChannelPort,
  createTmdbAuth,
  memoryStorage,
  type StoragePort,
  type TmdbAuth,
} from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { createWitness } from '../properties/witness.ts';
import { callback, tokenIn } from '../support/approval.ts';
import { createTestClock } from '../support/clock.ts';
import { settingsFor } from '../support/settings.ts';

const KEY = 'record';

/** The most steps of 250 ms until all tabs are at rest. */
const PATIENCE = 2_000;

/**
 * Immediate like memory; asynchronous with a lock around reads and writes, like files; or asynchronous without a
 * lock, like the storage of a browser with tabs as processes.
 */
export type StorageKind = 'immediate' | 'locked' | 'unlocked';

/** An action at a moment that the scheduler chooses. */
export type Act = readonly [label: string, run: (arena: Arena) => unknown];

export interface Arena {
  tmdb: Sandbox;
  tab(at: number): TmdbAuth;
  /** Loads the page again. */
  reload(at: number): void;
  /** The user approves the page last shown in this tab and returns; `denied` likewise. */
  comeBack(at: number, said?: 'approved' | 'denied'): void;
  /** Lets time pass once no storage operation runs: storage always answers in time here. */
  pass(ms: number): void;
  /** Starts this and records how it ends. */
  begin(work: Promise<unknown>): void;
  /** Lets all waiting work happen, in some order, until every tab is at rest. */
  rest(): Promise<void>;
}

/**
 * Runs two tabs on one storage over real HTTP. The scheduler decides when each request is sent, its answer arrives,
 * storage reads and writes, and a tab hears of the other. Resolves to the final views of both.
 */
export async function playRace(
  scheduler: Scheduler,
  apiVersion: ApiVersion,
  kind: StorageKind,
  prepare: readonly Act[],
  race: readonly Act[],
): Promise<AuthView[]> {
  await using tmdb = await startSandbox();
  const clock = createTestClock();
  tmdb.clock.set(clock.now());
  const witness = createWitness(tmdb);
  const kept = memoryStorage();
  const tabs: TmdbAuth[] = [];
  const shown = ['', ''];
  const open = new Set<Promise<unknown>>();
  const listeners = new Map<object, () => void>();
  let onTheWire = 0;
  let storing = 0;
  /** The number of clients between a read and a write: a moment too short for an answer to arrive. */
  let atIt = 0;
  let waitingToPass: number[] = [];

  const chance = (label: string) => scheduler.schedule(Promise.resolve(), label);

  const fetch = witness.fetch(async (input, init) => {
    const path = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;
    await chance(`sent: ${path}`);
    init?.signal?.throwIfAborted();
    onTheWire += 1;
    const answer = await tmdb.fetch(input, init).finally(() => {
      onTheWire -= 1;
    });
    do await chance(`heard: ${path}`);
    while (atIt > 0);
    init?.signal?.throwIfAborted();
    return answer;
  });

  const stored = async <T>(label: string, operation: () => T): Promise<T> => {
    storing += 1;
    await chance(label);
    storing -= 1;
    return operation();
  };
  let lock: Promise<unknown> = Promise.resolve();
  const slow: StoragePort = {
    get: (key) => stored('read', () => kept.get(key) as string | null),
    set: (key, value) => stored('write', () => void kept.set(key, value)),
    remove: (key) => stored('remove', () => void kept.remove(key)),
  };
  const unlocked: StoragePort = {
    ...slow,
    async exclusively(_, job) {
      atIt += 1;
      return job().finally(() => {
        atIt -= 1;
      });
    },
  };
  const locked: StoragePort = {
    ...slow,
    exclusively(_, job) {
      const run = lock.then(job);
      lock = run.catch(() => {});
      return run;
    },
  };
  const storage = { immediate: kept, locked, unlocked }[kind];

  const channelOf = (own: object): ChannelPort => ({
    post() {
      for (const [other, changed] of listeners) {
        if (other !== own) void chance('told').then(() => listeners.has(other) && changed());
      }
    },
    subscribe(changed) {
      listeners.set(own, changed);
      return () => void listeners.delete(own);
    },
  });

  const newTab = (at: number): TmdbAuth => {
    const auth = createTmdbAuth({
      apiVersion,
      ...settingsFor(tmdb),
      storage,
      storageKey: KEY,
      clock,
      fetch,
      channel: channelOf({}),
      onWarning: witness.see,
    });
    witness.watch(auth, { sharesStorage: true });
    auth.subscribe(() => {
      shown[at] = auth.approvalUrl ?? shown[at] ?? '';
    });
    return auth;
  };

  const arena: Arena = {
    tmdb,
    tab: (at) => tabs[at] as TmdbAuth,
    reload(at) {
      arena.tab(at).dispose();
      tabs[at] = newTab(at);
    },
    comeBack(at, said = 'approved') {
      const address = shown[at];
      if (!address) return;
      const token = tokenIn(address);
      try {
        if (said === 'approved') tmdb.approve(token);
        else tmdb.deny(token);
      } catch {
        // The token is spent, expired or already answered: the user returns all the same.
      }
      arena.begin(arena.tab(at).handleCallback(callback(token, said)));
    },
    pass: (ms) => void waitingToPass.push(ms),
    begin(work) {
      const ended = witness.end(work).finally(() => open.delete(ended));
      open.add(ended);
    },
    async rest() {
      for (let steps = 0; ; ) {
        while (onTheWire > 0) await realPause(0);
        // Lets every effect of the last event send its request.
        for (let round = 0; round < 3; round++) await nextTick();
        if (onTheWire > 0) continue;
        if (waitingToPass.length > 0 && storing === 0) {
          const [ms = 0, ...rest] = waitingToPass;
          waitingToPass = rest;
          letPass(ms);
        } else if (scheduler.count() > 0) await scheduler.waitOne();
        else if (tabs.every(isAtRest) && (await isQuiet())) return;
        else if (++steps > PATIENCE)
          throw new Error(`The tabs never come to rest in ${tabs.map((tab) => tab.getView().state)}`);
        else letPass(250);
      }
    },
  };
  /** Resolves to whether no more work follows, including the client's work a moment later. */
  const isQuiet = async () => {
    await realPause(3);
    return onTheWire === 0 && scheduler.count() === 0;
  };
  const letPass = (ms: number) => {
    clock.advance(ms);
    tmdb.clock.advance(ms);
  };

  tabs.push(newTab(0), newTab(1));
  for (const [, act] of prepare) {
    act(arena);
    await arena.rest();
  }
  for (const [label, act] of race) void chance(label).then(() => act(arena));
  await arena.rest();
  // Both read the record once more, as pages do when they get the focus.
  for (const changed of listeners.values()) changed();
  await arena.rest();
  const views = tabs.map((tab) => tab.getView());
  for (const tab of tabs) tab.dispose();
  await Promise.all(open);
  // A session that arrived late and was kept for a retry is deleted now.
  await arena.rest();
  witness.judge({ views, text: await kept.get(KEY) });
  return views;
}

/** At most a wait for the user is left. */
const isAtRest = ({ actor, getView }: TmdbAuth) =>
  actor.getSnapshot().hasTag('settled') || getView().state === 'awaitingApproval.waiting';
