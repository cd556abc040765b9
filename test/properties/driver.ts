import { setTimeout as realPause } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { ApiVersion } from '../../machines/index.ts';
import {
  type AuthView,
  type CarryOver,
  createTmdbAuth,
  memoryStorage,
  type TmdbAuth,
  TmdbAuthError,
} from '../../src/index.ts';
import type { Fault, Sandbox } from '../../src/sandbox/index.ts';
import { parseRecord } from '../../src/session-record.ts';
import { createTestClock } from '../support/clock.ts';
import { mayFollow } from './reference.ts';

const APP = 'http://app.test/callback';
const KEY = 'record';
/** A connection that has been silent this long is waiting for simulated time, in real ms. */
const SILENT = 25;

/** One thing that somebody does. */
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
  | { do: 'approve' | 'deny' | 'comeBack' | 'comeBackDenied' | 'comeBackForeign' | 'comeBackGarbled' }
  | { do: 'rate' | 'rateOther' | 'readAccount' | 'readLists' | 'revoke' }
  | { do: 'carryOver' | 'overwrite' | 'verify' | 'validate' }
  | { do: 'pass' | 'sleep'; ms: number }
  | { do: 'fault'; fault: Fault }
  | { do: 'rest' };

/** A client on a local TMDB, a storage and a simulated clock, that looks at everything while it is driven. */
export class Driver {
  private readonly clock = createTestClock();
  private readonly storage = memoryStorage();
  private readonly secrets = new Set<string>();
  private readonly seen: string[] = [];
  private readonly violations: string[] = [];
  private readonly open = new Set<Promise<unknown>>();
  private requests = 0;
  private changedAt = 0;
  /** Sessions and access tokens that arrived here, and deletions that TMDB did not confirm. */
  private readonly received = { session_id: 0, access_token: 0 };
  private readonly deletionsLost = { session_id: 0, access_token: 0 };
  /** Sessions of v4 that TMDB may have made, but for the answer. */
  private conversionsLost = 0;
  /** Sessions of v4 that arrived: a v4 client makes one of a v3 token, too, by password. */
  private converted = 0;
  private carried: CarryOver | null = null;
  private auth: TmdbAuth;
  private state = '-';
  private token = '';
  private readonly tmdb: Sandbox;

  private readonly apiVersion: ApiVersion;

  constructor(tmdb: Sandbox, apiVersion: ApiVersion) {
    this.tmdb = tmdb;
    this.apiVersion = apiVersion;
    tmdb.clock.set(this.clock.now());
    this.secrets.add(tmdb.accessToken).add(tmdb.apiKey).add('sandbox-password');
    this.auth = this.start();
  }

  private start(): TmdbAuth {
    this.state = '-';
    this.carried = null;
    const auth = createTmdbAuth({
      apiVersion: this.apiVersion,
      credentials: { accessToken: this.tmdb.accessToken },
      baseURL: this.tmdb.baseURL,
      webURL: this.tmdb.webURL,
      storage: this.storage,
      storageKey: KEY,
      clock: this.clock,
      fetch: this.fetch,
      onWarning: (failure) => this.see(failure),
    });
    auth.actor.system.inspect((event) => {
      if ('event' in event) this.see(event.event);
      // As JSON: a live snapshot leads to the whole machine. Errors come in the events above.
      if ('snapshot' in event) this.see(JSON.stringify(event.snapshot));
    });
    auth.actor.subscribe(({ context: { facts }, value }) => {
      const isActive = typeof value === 'object' && 'sessionActive' in value;
      if ((facts.session !== null) !== isActive)
        throw new Error(`A session is known in ${JSON.stringify(value)}`);
    });
    this.look(auth.getView());
    auth.subscribe((view) => this.look(view));
    return auth;
  }

  /** The real fetch; it notes the secrets TMDB gives, and when something last happened. */
  private readonly fetch: typeof globalThis.fetch = async (input, init) => {
    this.requests++;
    this.changedAt = Date.now();
    const path = new URL(String(input)).pathname;
    let isConfirmed = false;
    let isClear = false;
    try {
      const response = await globalThis.fetch(input, init);
      const text = await response.clone().text();
      isConfirmed = text.includes('"success":true') || /"status_code":(3|6|17|33|35|37)\b/.test(text);
      isClear = /"session_id":"[^"]+"|"status_code":\d/.test(text);
      for (const [, name, secret] of text.matchAll(
        /"(request_token|session_id|guest_session_id|access_token)":"([^"]+)"/g,
      )) {
        if (secret) this.secrets.add(secret);
        if (name === 'session_id' || name === 'access_token') this.received[name] += 1;
        if (name === 'session_id' && path.endsWith('/convert/4')) this.converted += 1;
      }
      return response;
    } finally {
      if (path.endsWith('/convert/4') && !isClear) this.conversionsLost++;
      if (init?.method === 'DELETE' && !isConfirmed) {
        this.deletionsLost[path.startsWith('/4/') ? 'access_token' : 'session_id'] += 1;
      }
      this.requests--;
      this.changedAt = Date.now();
    }
  };

  private look(view: AuthView) {
    if (!mayFollow(this.state, view.state))
      this.violations.push(`${this.state} was followed by ${view.state}`);
    this.state = view.state;
    this.see(view);
    this.lookAtCarryOver(view);
    const url = this.auth?.approvalUrl && new URL(this.auth.approvalUrl);
    if (url) this.token = url.searchParams.get('request_token') ?? url.pathname.split('/').at(-1) ?? '';
  }

  /** While one goes on its numbers only grow, and nothing is counted that is not there. */
  private lookAtCarryOver({ state, carryOver }: AuthView) {
    const before = state === 'sessionActive.carryingOver' ? this.carried : null;
    this.carried = state === 'sessionActive.carryingOver' ? carryOver : null;
    if (!carryOver) return;
    const count = ({ carried, kept, failed }: CarryOver) => carried + kept + failed.length;
    if (count(carryOver) > (carryOver.total ?? 0))
      this.violations.push('More was carried over than there is');
    const isNew = !before || carryOver.total === null || before.total === null;
    if (!isNew && count(carryOver) < count(before)) this.violations.push('A carry-over went backwards');
  }

  private see(thing: unknown) {
    this.seen.push(inspect(thing, { depth: 12 }));
  }

  /** Begins something and goes on at once; what it rejects with is looked at, and must be one of ours. */
  private begin(work: Promise<unknown>) {
    const ended = work.then(
      (result) => this.see(result),
      (error: unknown) => {
        this.see(error);
        this.see(JSON.stringify(error));
        if (!TmdbAuthError.is(error)) throw error;
      },
    );
    this.open.add(ended);
    ended.finally(() => this.open.delete(ended)).catch(() => {});
  }

  /** An app's own requests end when the app says so: here after 20 s. */
  private patience(): AbortSignal {
    const end = new AbortController();
    this.clock.setTimeout(() => end.abort(new TmdbAuthError('cancelled')), 20_000);
    return end.signal;
  }

  private comeBack = (query: string) => this.begin(this.auth.handleCallback(`${APP}?${query}`));

  private attempt(act: () => void) {
    try {
      act();
    } catch {
      // The token cannot be approved or denied any more: so be it.
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
        // A new page takes longer to load than this storage to write what was under way.
        await realPause(1);
        this.auth = this.start();
        return;
      case 'approve':
        return this.attempt(() => tmdb.approve(this.token));
      case 'deny':
        return this.attempt(() => tmdb.deny(this.token));
      case 'comeBack':
        return this.comeBack(`request_token=${this.token || 'none'}&approved=true`);
      case 'comeBackDenied':
        return this.comeBack(`request_token=${this.token || 'none'}&denied=true`);
      case 'comeBackForeign':
        return this.comeBack(`request_token=${'f'.repeat(40)}&approved=true`);
      case 'comeBackGarbled':
        return this.comeBack('approved=false');
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
      // Storage answers at once: it must not look as if it had needed all that time.
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

  /** Until nothing is under way but a wait for the user. Time passes only while no request can answer. */
  async rest(): Promise<void> {
    for (let turns = 0; ; turns++) {
      if (turns > 5_000) throw new Error(`Nothing comes of ${this.state}`);
      await realPause(1);
      if (this.requests > 0 && Date.now() - this.changedAt < SILENT) continue;
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
    const { state } = this.auth.getView();
    this.tmdb.faults.clear();
    for (let turns = 0; turns < 5; turns++) await realPause(1);
    await this.rest();
    if (this.auth.getView().state !== state)
      throw new Error(`${state} became ${this.auth.getView().state} after a cancel`);
    this.auth.dispose();
    await Promise.all(this.open);
    // A session that came late and was still wanted is deleted now.
    do await realPause(2);
    while (this.requests > 0);
    if (this.violations.length > 0) throw new Error(this.violations.join('; '));
    this.judgeRecord();
    this.judgeSecrets();
  }

  private judgeRecord() {
    const text = this.storage.get(KEY) as string | null;
    const record = text === null ? null : parseRecord(text);
    if (text !== null && record === null) throw new Error('What is stored is not a record');
    const isUser = this.auth.getView().status === 'user';
    if (isUser !== Boolean(record?.facts.session))
      throw new Error('The record and the view disagree on the session');
    this.judgeOrphans(isUser, Boolean(record?.facts.access));
  }

  private judgeSecrets() {
    for (const secret of this.secrets) {
      const leak = this.seen.find((text) => text.includes(secret));
      if (leak) throw new Error(`A secret was seen: ${leak.slice(0, 500)}`);
    }
  }

  /** TMDB may know one more than is stored for each whose answer, or whose deletion, got lost on the way. */
  private judgeOrphans(isUser: boolean, hasAccess: boolean) {
    const { tmdb, received, converted, deletionsLost } = this;
    const used = (version: ApiVersion) =>
      tmdb.tokens().filter((token) => token.version === version && token.state === 'used').length;
    const lost = {
      session_id: used(3) - (received.session_id - converted) + this.conversionsLost,
      access_token: used(4) - received.access_token,
    };
    const check = (what: keyof typeof lost, alive: number, stored: number) => {
      if (alive <= stored + lost[what] + deletionsLost[what]) return;
      throw new Error(`TMDB knows ${alive} of ${what}, ${stored} is stored: one was orphaned`);
    };
    check('session_id', tmdb.sessions().length, Number(isUser));
    check('access_token', tmdb.accessTokens().length, Number(hasAccess));
  }
}
