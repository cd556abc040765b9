import { setTimeout as realPause, setImmediate as turn } from 'node:timers/promises';
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

/** How far time may run by itself until everybody rests, in steps of a quarter of a second. */
const PATIENCE = 2_000;

/**
 * At once, as memory; in its own time, with a lock around what reads and writes, as files; or in its own time and with
 * no lock, as a browser's, whose tabs are processes.
 */
export type StorageKind = 'immediate' | 'locked' | 'unlocked';

/** Something that somebody does, at a moment that the scheduler chooses. */
export type Act = readonly [label: string, run: (arena: Arena) => unknown];

export interface Arena {
  tmdb: Sandbox;
  tab(at: number): TmdbAuth;
  /** The page is loaded anew. */
  reload(at: number): void;
  /** The user approves what was shown last in this tab, and comes back to it; `denied` likewise. */
  comeBack(at: number, said?: 'approved' | 'denied'): void;
  /** Lets time pass, as soon as no storage is under way: that always answers in time here. */
  pass(ms: number): void;
  /** Starts this, and looks at how it ends. */
  begin(work: Promise<unknown>): void;
  /** Everything that waits happens, in some order, until everybody rests. */
  rest(): Promise<void>;
}

/**
 * Two tabs on one storage, over real HTTP: the scheduler decides when each request goes out, when its answer is heard,
 * when storage reads and writes, and when a tab hears of the other. Resolves to what both show in the end.
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
  /** How many are between reading and writing: so short that no answer comes meanwhile. */
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
    witness.watch(auth, { hasNeighbours: true });
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
        // It is spent, over, or answered already: the user comes back all the same.
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
        // Everything that follows from what just happened has been asked for.
        for (let turns = 0; turns < 3; turns++) await turn();
        if (onTheWire > 0) continue;
        if (waitingToPass.length > 0 && storing === 0) {
          const [ms = 0, ...rest] = waitingToPass;
          waitingToPass = rest;
          letPass(ms);
        } else if (scheduler.count() > 0) await scheduler.waitOne();
        else if (tabs.every(isAtRest) && (await isQuiet())) return;
        else if (++steps > PATIENCE)
          throw new Error(`Nothing comes of ${tabs.map((tab) => tab.getView().state)}`);
        else letPass(250);
      }
    },
  };
  /** Nothing follows any more, not even what the client does a moment later. */
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
  // Both look once more, as pages that come to the front do.
  for (const changed of listeners.values()) changed();
  await arena.rest();
  const views = tabs.map((tab) => tab.getView());
  for (const tab of tabs) tab.dispose();
  await Promise.all(open);
  // What came late and was kept for a retry is deleted now.
  await arena.rest();
  witness.judge({ views, text: await kept.get(KEY) });
  return views;
}

/** Nobody waits but for the user. */
const isAtRest = ({ actor, getView }: TmdbAuth) =>
  actor.getSnapshot().hasTag('settled') || getView().state === 'awaitingApproval.waiting';
