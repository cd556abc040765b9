import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTmdbAuth, memoryStorage, type TmdbAuth, type TmdbAuthOptions } from '../../src/index.ts';
import { createNodeAuth } from '../../src/platforms/node/index.ts';
import { APP, callback, tokenIn } from '../support/approval.ts';
import { createTestClock, MINUTE } from '../support/clock.ts';
import { settingsFor } from '../support/settings.ts';
import { createCensus } from './measure.ts';
import type { Tmdb } from './tmdb.ts';

const nextTick = () => new Promise((resolve) => setImmediate(resolve));

/** Creates and ends a client in every possible way, one after another. */
export function createCycles(tmdb: Tmdb, only: string, weaken: (auth: TmdbAuth) => void = () => {}) {
  const clock = createTestClock();
  const census = createCensus();
  const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-leaks-'));
  const settings = settingsFor(tmdb);

  /** `hangs`: requests that are never answered. */
  const client = (options: Partial<TmdbAuthOptions> = {}, hangs?: RegExp): TmdbAuth => {
    const auth = createTmdbAuth({
      ...settings,
      clock,
      onWarning: () => {},
      storage: memoryStorage(),
      fetch: (input, init) => fetch(hangs?.test(String(input)) ? tmdb.silent : input, init),
      ...options,
    });
    census.add(auth);
    census.add(auth.actor.system);
    weaken(auth);
    return auth;
  };

  const reaches = async (auth: TmdbAuth, state: string) => {
    for (let tries = 0; !auth.getView().state.startsWith(state); tries++) {
      if (tries > 200_000) throw new Error(`${state} was not reached: ${auth.getView().state}`);
      await nextTick();
    }
  };

  const toApproval = async (auth: TmdbAuth) => {
    auth.login({ redirectTo: APP }).catch(() => {});
    await reaches(auth, 'awaitingApproval');
    return tokenIn(auth.approvalUrl);
  };
  const comeBack = (auth: TmdbAuth, token: string, answer: 'approved' | 'denied') =>
    auth.handleCallback(callback(token, answer));
  const signIn = async (auth: TmdbAuth) => {
    const token = await toApproval(auth);
    await tmdb.approve(token);
    await comeBack(auth, token, 'approved');
  };
  /** Approves and then disposes the client in this state; its background work ends in time. */
  const leaveIn = async (state: string, hangs: RegExp) => {
    const auth = client({}, hangs);
    const token = await toApproval(auth);
    await tmdb.approve(token);
    comeBack(auth, token, 'approved').catch(() => {});
    await reaches(auth, state);
    auth.dispose();
  };

  const CYCLES: Record<string, () => Promise<void>> = {
    async 'a user who stays signed in'() {
      const auth = client();
      await signIn(auth);
      auth.dispose();
    },
    async 'a guest who rates'() {
      const auth = client();
      await auth.loginAsGuest();
      await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
      auth.dispose();
    },
    async 'a denial'() {
      const auth = client();
      const token = await toApproval(auth);
      await tmdb.deny(token);
      await comeBack(auth, token, 'denied');
      auth.dispose();
    },
    async 'a v4 user who signs out'() {
      const auth = client({ apiVersion: 4 });
      await signIn(auth);
      await auth.logout();
      auth.dispose();
    },
    async 'left during the restore'() {
      client().dispose();
    },
    async 'left while the storage hangs'() {
      const never = () => new Promise<never>(() => {});
      const auth = client({ storage: { get: never, set: never, remove: never } });
      auth.login().catch(() => {});
      await nextTick();
      auth.dispose();
    },
    async 'left while a token is requested'() {
      const auth = client({}, /token\/new/);
      auth.login().catch(() => {});
      await reaches(auth, 'tokenRequested');
      auth.dispose();
    },
    async 'left while a session is adopted'() {
      const auth = client({}, /3\/account/);
      auth.adoptSession({ sessionId: 'a'.repeat(40) }).catch(() => {});
      await reaches(auth, 'adoptionRequested');
      auth.dispose();
    },
    async 'left between two tries'() {
      const auth = client({ fetch: async () => new Response('', { status: 503 }) });
      auth.login().catch(() => {});
      await reaches(auth, 'tokenRequested.backoff');
      auth.dispose();
    },
    async 'left while the approval is pending'() {
      const auth = client({ pollInterval: MINUTE, sessionMaxAge: MINUTE });
      await toApproval(auth);
      auth.dispose();
    },
    'left in the exchange': () => leaveIn('sessionRequested', /session\/new/),
    'left while the account is requested': () => leaveIn('sessionActive.accountRequested', /3\/account/),
    async 'left while a guest session is requested'() {
      const auth = client({}, /guest_session/);
      auth.loginAsGuest().catch(() => {});
      await reaches(auth, 'guestRequested');
      auth.dispose();
    },
    async 'left while signing out'() {
      let isOver = false;
      const auth = client({ fetch: (input, init) => fetch(isOver ? tmdb.silent : input, init) });
      await signIn(auth);
      isOver = true;
      auth.logout().catch(() => {});
      await reaches(auth, 'loggingOut');
      auth.dispose();
    },
    async 'a program with a file and a return'() {
      const auth = createNodeAuth({
        ...settings,
        folder,
        onWarning: () => {},
        onApprovalUrl: () => {},
        async browser(url) {
          await tmdb.approve(tokenIn(url));
          const back = new URL(url).searchParams.get('redirect_to') ?? '';
          // `fetch` would keep a pool for every port it has connected to.
          get(callback(tokenIn(url), 'approved', back), { agent: false }, (page) => page.resume());
        },
      });
      census.add(auth);
      await auth.login();
      await auth.logout();
      auth.dispose();
    },
  };
  const kinds = Object.keys(CYCLES).filter((name) => name.includes(only));
  if (kinds.length === 0) throw new TypeError(`--only is part of one of: ${Object.keys(CYCLES).join(', ')}`);
  const all = kinds.map((name) => CYCLES[name]);

  return {
    kinds,
    play: async (index: number) => {
      await all[index % all.length]?.();
      // Lets the background work end.
      clock.advance(2 * MINUTE);
    },
    pending: clock.pending,
    /** Lets everything that was begun end. */
    async rest() {
      for (let round = 0; round < 20; round++) {
        await nextTick();
        clock.advance(2 * MINUTE);
      }
    },
    alive: census.alive,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
