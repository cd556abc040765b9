import { setTimeout as realPause } from 'node:timers/promises';
import type { ApiVersion } from '../../machines/index.ts';
import { createTmdbAuth, memoryStorage, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import type { Fault, Sandbox } from '../../src/tools/sandbox/index.ts';
import { APP, callback, tokenIn } from '../support/approval.ts';
import { createTestClock } from '../support/clock.ts';
import { keptAccessToken, keptSession } from '../support/kept.ts';
import { settingsFor } from '../support/settings.ts';
import { createWitness, type Witness } from './witness.ts';

const KEY = 'record';

/** One action of the user, the app, TMDB or the clock. */
export type Step =
  | {
      do:
        | 'login'
        | 'password'
        | 'wrongPassword'
        | 'guest'
        | 'prepare'
        | 'cancel'
        | 'retry'
        | 'logout'
        | 'restart';
    }
  | { do: 'approve' | 'deny' | 'comeBack' | 'comeBackDenied' | 'comeBackOtherToken' | 'comeBackGarbled' }
  | { do: 'rate' | 'rateOther' | 'readAccount' | 'readLists' | 'revoke' }
  /** The app hands over a session that it had stored; the second one is unknown to TMDB. */
  | { do: 'adopt' | 'adoptUnknown' | 'adoptAccess' }
  | { do: 'carryOver' | 'overwrite' | 'verify' | 'validate' }
  | { do: 'pass' | 'sleep'; ms: number }
  | { do: 'fault'; fault: Fault }
  | { do: 'rest' };

/** Drives a client with a local TMDB, a storage and a simulated clock, and records all it shows. */
export class Driver {
  private readonly clock = createTestClock();
  private readonly storage = memoryStorage();
  private readonly witness: Witness;
  private readonly open = new Set<Promise<unknown>>();
  private requests = 0;
  private auth: TmdbAuth;
  private state = '';
  private readonly fetch: typeof globalThis.fetch;
  private token = '';
  private readonly keptSecrets = new Map<string, string>();
  private readonly tmdb: Sandbox;

  private readonly apiVersion: ApiVersion;

  constructor(tmdb: Sandbox, apiVersion: ApiVersion) {
    this.tmdb = tmdb;
    this.apiVersion = apiVersion;
    tmdb.clock.set(this.clock.now());
    this.witness = createWitness(tmdb);
    const fetch = this.witness.fetch(tmdb.fetch);
    this.fetch = (...request) => {
      this.requests++;
      return fetch(...request).finally(() => {
        this.requests--;
      });
    };
    this.auth = this.start();
  }

  private start(): TmdbAuth {
    const auth = createTmdbAuth({
      apiVersion: this.apiVersion,
      ...settingsFor(this.tmdb),
      storage: this.storage,
      storageKey: KEY,
      clock: this.clock,
      fetch: this.fetch,
      onWarning: this.witness.see,
    });
    this.witness.watch(auth);
    const follow = () => {
      this.state = auth.getView().state;
      if (auth.approvalUrl) this.token = tokenIn(auth.approvalUrl);
    };
    follow();
    auth.subscribe(follow);
    return auth;
  }

  /** Starts this and goes on at once; a rejection must be one of our errors. */
  private begin(work: Promise<unknown>) {
    const ended = this.witness.end(work);
    this.open.add(ended);
    void ended.finally(() => this.open.delete(ended));
  }

  /** An app's own requests end when the app says so: here after 20 s. */
  private patience(): AbortSignal {
    const end = new AbortController();
    this.clock.setTimeout(() => end.abort(new TmdbAuthError('cancelled')), 20_000);
    return end.signal;
  }

  /** One secret of each kind per run: after a logout its session has ended. */
  private kept(name: 'session_id' | 'access_token', make: (tmdb: Sandbox) => string): string {
    const kept = this.keptSecrets.get(name) ?? make(this.tmdb);
    if (!this.keptSecrets.has(name)) this.witness.handOver(name, kept);
    this.keptSecrets.set(name, kept);
    return kept;
  }

  private comeBack = (address: string) => this.begin(this.auth.handleCallback(address));

  private attempt(act: () => void) {
    try {
      act();
    } catch {
      // The token can no longer be approved or denied: ignore the error.
    }
  }

  async step(step: Step): Promise<void> {
    const { auth, tmdb } = this;
    switch (step.do) {
      case 'login':
        return this.begin(auth.login({ redirectTo: APP }));
      case 'password':
        return this.begin(auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }));
      case 'wrongPassword':
        return this.begin(auth.loginWithPassword({ username: 'sandra', password: 'sandbox-password' }));
      case 'guest':
        return this.begin(auth.loginAsGuest());
      case 'adopt':
        return this.begin(auth.adoptSession({ sessionId: this.kept('session_id', keptSession) }));
      case 'adoptUnknown':
        return this.begin(auth.adoptSession({ sessionId: '0'.repeat(40) }));
      case 'adoptAccess':
        return this.begin(auth.adoptSession({ accessToken: this.kept('access_token', keptAccessToken) }));
      case 'prepare':
        return this.begin(auth.prepare());
      case 'cancel':
        return this.begin(auth.cancel());
      case 'retry':
        return this.begin(auth.retry());
      case 'logout':
        return this.begin(auth.logout());
      case 'restart':
        auth.dispose();
        // A new page takes longer to load than this storage needs for a pending write.
        await realPause(1);
        this.auth = this.start();
        return;
      case 'approve':
        return this.attempt(() => tmdb.approve(this.token));
      case 'deny':
        return this.attempt(() => tmdb.deny(this.token));
      case 'comeBack':
        return this.comeBack(callback(this.token || 'none'));
      case 'comeBackDenied':
        return this.comeBack(callback(this.token || 'none', 'denied'));
      case 'comeBackOtherToken':
        return this.comeBack(callback('f'.repeat(40)));
      case 'comeBackGarbled':
        return this.comeBack(`${APP}?approved=false`);
      case 'rate':
        return this.rate('movie/1001', 8);
      case 'rateOther':
        return this.rate('tv/1396/season/1/episode/1', 3);
      case 'carryOver':
        return this.begin(auth.carryOverGuestRatings());
      case 'overwrite':
        return this.begin(auth.carryOverGuestRatings({ overwrite: true }));
      case 'verify':
        return this.begin(auth.verify());
      case 'validate':
        return this.begin(auth.validateCredentials());
      case 'readLists':
        return this.begin(auth.fetch(`/4/account/${'0'.repeat(24)}/lists`, { signal: this.patience() }));
      case 'readAccount':
        return this.begin(auth.fetch('/3/account', { signal: this.patience() }));
      case 'revoke':
        tmdb.revoke();
        return;
      // Storage answers at once: it must not look as if it had taken all that time.
      case 'pass':
        await realPause(1);
        return this.pass(step.ms);
      case 'sleep':
        await realPause(1);
        this.clock.sleep(step.ms);
        tmdb.clock.advance(step.ms);
        this.clock.wake();
        return;
      case 'fault':
        tmdb.faults.add(step.fault);
        return;
      case 'rest':
        return this.rest();
    }
  }

  private rate(media: string, value: number) {
    return this.begin(
      this.auth.fetch(`/3/${media}/rating`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value }),
        signal: this.patience(),
      }),
    );
  }

  private pass(ms: number) {
    this.clock.advance(ms);
    this.tmdb.clock.advance(ms);
  }

  /** Runs until the client only waits for the user. Time passes only while no request can answer. */
  async rest(): Promise<void> {
    for (let rounds = 0; ; rounds++) {
      if (rounds > 5_000) throw new Error(`The client never comes to rest in ${this.state}`);
      await realPause(1);
      if (this.requests > this.tmdb.requests.filter(({ held }) => held).length) continue;
      const waitsForUser = this.state.startsWith('awaitingApproval.waiting');
      const isDone = this.requests === 0 && (waitsForUser || this.auth.actor.getSnapshot().hasTag('settled'));
      if (isDone) return;
      this.pass(250);
    }
  }

  /** Ends the run and judges it. */
  async judge(): Promise<void> {
    await this.rest();
    await this.auth.cancel();
    await this.rest();
    const before = this.auth.getView().state;
    this.tmdb.faults.clear();
    for (let round = 0; round < 5; round++) await realPause(1);
    await this.rest();
    const view = this.auth.getView();
    this.auth.dispose();
    await Promise.all(this.open);
    // A session that arrived late and was kept for a retry is deleted now.
    do await realPause(2);
    while (this.requests > 0);
    const text = await this.storage.get(KEY);
    this.witness.judge({ views: [view], text, cancelled: { before, after: view.state } });
  }
}
