import { setTimeout as realPause } from 'node:timers/promises';
import type { ApiVersion, AuthSnapshot, Restored } from '../../machines/index.ts';
import { authDelays, pathOf, toView } from '../../machines/index.ts';
import { createTmdbAuth, type StoragePort, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { type Fault, type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { createTestClock, MINUTE, SECOND } from '../support/clock.ts';
import { type Held, hold } from '../support/held.ts';
import { settingsFor } from '../support/settings.ts';
import { recordText } from './records.ts';

const LONGEST = 25 * 60 * MINUTE;
/** The expected length of each wait. A guest session's depends on whether this client made it. */
const LENGTHS: Record<string, number> = {
  storageTimeout: 5 * SECOND,
  requestTimeout: 10 * SECOND,
  pollInterval: 30 * SECOND,
  requestTokenLifetime: 60 * MINUTE,
  guestLifetime: 24 * 60 * MINUTE,
  sessionMaxAge: 24 * 60 * MINUTE,
};

/** The parts that the real client and the machine's prediction have in common. */
export function seen(snapshot: AuthSnapshot) {
  const { facts, failure } = snapshot.context;
  const { status, can } = toView(snapshot);
  return {
    state: pathOf(snapshot.value),
    status,
    can,
    failed: failure !== null,
    token: facts.token !== null,
    exchanging: facts.exchanging,
    access: facts.access !== null,
    session: facts.session !== null,
    account: facts.account !== null,
    guest: facts.guest && (facts.guest.used ? 'used' : 'unused'),
  };
}

export interface Needs {
  version: ApiVersion;
  /** Another client began to exchange the token and never finished. */
  isDoubtful: boolean;
  /** The claim on the token waits until it is released. */
  holdsClaims: boolean;
  /** A write fails when it is released. */
  holdsWrites: boolean;
  hasPage: boolean;
  polls: boolean;
}

/** A real client on the sandbox, in which every request waits until it is released. */
export async function createDrive(needs: Needs) {
  const clock = createTestClock();
  const tmdb: Sandbox = await startSandbox({ now: clock.now });
  const held: Held[] = [];
  let text: string | null = null;
  let busy = 0;
  let changed = () => {};
  let page: ((error?: Error) => void) | null = null;

  let isReadable = true;
  let isWritable = true;
  const storage: StoragePort = {
    async get() {
      if (!isStarted) await hold(held, 'read');
      isStarted = true;
      if (!isReadable) throw new Error('broken');
      return text;
    },
    async set(_, value) {
      if (needs.holdsWrites && value.includes('requestToken":"')) {
        await hold(held, 'write');
        isWritable = false;
      }
      if (!isWritable) throw new Error('full');
      text = value;
    },
    remove() {
      text = null;
    },
    async exclusively(_, job) {
      if (needs.holdsClaims && auth.getView().state.startsWith('sessionRequested')) await hold(held, 'claim');
      return job();
    },
  };
  let isStarted = false;
  const auth: TmdbAuth = createTmdbAuth({
    apiVersion: needs.version,
    ...settingsFor(tmdb),
    storage,
    clock,
    onWarning: () => {},
    ...(needs.polls && { pollInterval: 30_000 }),
    channel: {
      post() {},
      subscribe(hear) {
        changed = () => hear();
        return () => {};
      },
    },
    ...(needs.hasPage && {
      navigator: {
        visit: () => ({
          open: () =>
            new Promise<void>((resolve, reject) => {
              page = (error) => (error ? reject(error) : resolve());
            }),
          again() {},
        }),
      },
    }),
    async fetch(input, init) {
      const label = `${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`;
      await hold(held, label, init?.signal);
      busy += 1;
      return tmdb.fetch(input, init).finally(() => {
        busy -= 1;
      });
    },
  });

  const quiet = async () => {
    for (let still = 0; still < 3; still = busy > 0 ? 0 : still + 1) await realPause(1);
  };
  const indexOf = (what: RegExp) => held.findIndex(({ label }) => what.test(label));
  const nextRequest = async (what = /./) => {
    for (let tries = 0; indexOf(what) < 0 && tries < 60; tries += 1) {
      clock.advance(10);
      await realPause(1);
    }
  };

  /** Releases the first waiting request of that kind, optionally with a fault. */
  const release = async (fault?: Fault, what = /./) => {
    await nextRequest(what);
    const next = held[indexOf(what)];
    if (!next) throw new Error(`Nothing waits in ${auth.getView().state}`);
    const heal = fault && tmdb.faults.add({ ...fault, times: 1 });
    held.splice(held.indexOf(next), 1);
    next.go();
    await quiet();
    heal?.();
    return next.label;
  };

  return {
    nextRequest,
    /** Lets time pass in small steps, so that the effects of each moment happen before the next. */
    async lets(ms: number) {
      for (let passed = 0; passed < ms; passed += 250) {
        clock.advance(250);
        await quiet();
      }
    },
    auth,
    tmdb,
    clock,
    held,
    quiet,
    release,
    /** Stores the record as another client would leave it. */
    async store(wanted: Restored) {
      text = await recordText(tmdb, clock.now(), wanted, needs);
    },
    restarting() {
      isStarted = false;
    },
    setReadable(is: boolean) {
      isReadable = is;
    },
    hear: () => changed(),
    page: (error?: Error) => page?.(error),
    blocked: () => new TmdbAuthError('popup_blocked'),
    /** The pending token in the record. */
    requestToken: () => (JSON.parse(text ?? '{}').secrets?.requestToken as string | null) ?? '',
    begin(work: Promise<unknown>) {
      work.catch(() => {});
      return quiet();
    },
    /** Lets time pass until the state changes, and not a second longer. */
    async passes(delay: string) {
      const before = auth.getView().state;
      const since = clock.now();
      if (delay === 'carryOverTimeout') {
        clock.sleep(16 * MINUTE);
        clock.wake();
      } else if (delay === 'backoff') clock.advance(authDelays.backoff(auth.actor.getSnapshot()));
      else {
        for (let passed = 0; passed < LONGEST && auth.getView().state === before; passed += SECOND) {
          clock.advance(SECOND);
          // Gives storage and other asynchronous work time to run.
          if (passed < 12 * SECOND) await realPause(0);
        }
        const waited = clock.now() - since;
        const length = LENGTHS[delay];
        if (length && (waited > length + SECOND || waited < length - 2 * SECOND)) {
          throw new Error(`${delay} ended after ${waited} ms`);
        }
      }
      await quiet();
    },
    async close() {
      auth.dispose();
      await tmdb.close();
    },
  };
}

export type Drive = Awaited<ReturnType<typeof createDrive>>;
