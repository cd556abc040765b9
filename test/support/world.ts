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
import { nearby } from './settings.ts';
import { runTime } from './time.ts';

export interface World {
  tmdb: Sandbox;
  clock: TestClock;
  storage: NonNullable<TmdbAuthOptions['storage']>;
  warnings: Failure[];
  /** A client on this world’s storage and time. It is disposed with the test. */
  client(options?: Partial<TmdbAuthOptions>): TmdbAuth;
  /** Waits until the view's state begins with this path. Simulated time runs meanwhile. */
  reaches(auth: TmdbAuth, state: string): Promise<void>;
  /** Waits until `isSo`; simulated time runs meanwhile. */
  until(isSo: () => boolean, what?: () => string): Promise<void>;
  /** The token that waits for approval, v3 or v4. */
  token(auth: TmdbAuth): string;
  /** Completes a sign-in by approval, v3 or v4. */
  signIn(auth: TmdbAuth): Promise<void>;
}

/** A local TMDB, a simulated clock for both TMDB and clients, and a storage. */
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
        ...nearby(tmdb),
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
      const tick = runTime(tmdb, clock);
      // Pending microtasks and messages take no simulated time.
      for (let tries = 0; !isSo() && tries < 6; tries++) await realPause(1);
      for (let tries = 0; !isSo(); tries++) {
        if (tries > 3_000) throw new Error(`Waited in vain for ${what()}`);
        await tick();
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
