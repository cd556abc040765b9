import { setTimeout as realPause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import {
  createTmdbAuth,
  type Failure,
  memoryStorage,
  type TmdbAuth,
  type TmdbAuthOptions,
} from '../../src/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/tools/sandbox/index.ts';
import { APP, callback, tokenIn } from './approval.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { settingsFor } from './settings.ts';

export interface World {
  tmdb: Sandbox;
  clock: TestClock;
  storage: NonNullable<TmdbAuthOptions['storage']>;
  warnings: Failure[];
  /** A client on this world's storage and time. It is disposed with the test. */
  client(options?: Partial<TmdbAuthOptions>): TmdbAuth;
  /** Waits until the view's state begins with this path. Simulated time runs meanwhile (20 times as fast, or 200 times). */
  reaches(auth: TmdbAuth, state: string): Promise<void>;
  /** Waits until `isSo`; simulated time runs meanwhile. */
  until(isSo: () => boolean, what?: () => string): Promise<void>;
  /** The token that waits for approval, v3 or v4. */
  token(auth: TmdbAuth): string;
  /** A whole sign-in by approval, v3 or v4. */
  signIn(auth: TmdbAuth): Promise<void>;
}

/** A local TMDB, a simulated clock that both sides go by, and a storage. */
export async function createWorld(options: SandboxOptions = {}): Promise<World> {
  const clock = createTestClock();
  const tmdb = await startSandbox({ now: clock.now, ...options });
  const storage = memoryStorage();
  const warnings: Failure[] = [];
  const clients: TmdbAuth[] = [];
  onTestFinished(async () => {
    for (const auth of clients) auth.dispose();
    await tmdb.close();
  });

  const world: World = {
    tmdb,
    clock,
    storage,
    warnings,
    client(changed = {}) {
      const auth = createTmdbAuth({
        ...settingsFor(tmdb),
        storage,
        clock,
        onWarning: (failure) => warnings.push(failure),
        ...changed,
      });
      clients.push(auth);
      return auth;
    },
    reaches: (auth, state) =>
      world.until(
        () => auth.getView().state.startsWith(state),
        () => `${state}, is ${auth.getView().state}`,
      ),
    async until(isSo, what = () => 'it to become true') {
      const { requests } = tmdb;
      let asked = requests.length;
      let idle = 0;
      for (let tries = 0; !isSo(); tries++) {
        if (tries > 1_500) throw new Error(`Waited in vain for ${what()}`);
        await realPause(2);
        const isBusy = requests.length !== asked || requests.some(({ status }) => status === 0);
        asked = requests.length;
        idle = isBusy ? 0 : idle + 1;
        // A client that waits for a time, not for an answer, need not be waited for.
        if (tries > 5) clock.advance(idle > 5 ? 400 : 40);
      }
    },
    token: (auth) => tokenIn(auth.approvalUrl),
    async signIn(auth) {
      const done = auth.login({ redirectTo: APP });
      await world.reaches(auth, 'awaitingApproval');
      const requestToken = world.token(auth);
      tmdb.approve(requestToken);
      await Promise.all([auth.handleCallback(callback(requestToken)), done]);
    },
  };
  return world;
}
