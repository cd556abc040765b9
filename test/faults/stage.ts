import { setTimeout as realPause, setImmediate as realTurn } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { ApiVersion } from '../../machines/index.ts';
import { type AdoptOptions, createTmdbAuth, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { parseRecord } from '../../src/record/session-record.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { tokenIn } from '../support/approval.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { settingsFor } from '../support/settings.ts';
import { CALLS, type CallName, codeOf, keepFor, PATIENCE } from './calls.ts';
import { SLOW, type Trouble } from './faults.ts';
import { keptFor, type Step } from './steps.ts';
import { type Holding, holdBack, troubledStorage } from './trouble.ts';
import { watchedFetch } from './wire.ts';

const KEY = 'record';
const NEVER = Number.POSITIVE_INFINITY;
/** After this many turns without a change, nothing will happen any more. */
const LIMIT = 4_000;

export interface Outcome {
  isOver: boolean;
  /** The code with which it rejected, or null. */
  code: string | null;
}

/** A local TMDB, a storage, a clock, and a client whose every output is recorded. */
export class Stage {
  readonly tmdb: Sandbox;
  readonly clock: TestClock;
  readonly store = troubledStorage();
  private readonly apiVersion: ApiVersion;
  readonly polls: boolean;
  readonly seen: string[] = [];
  readonly calls: Outcome[] = [];
  private client: TmdbAuth | null = null;
  private holding: Holding | null = null;
  readonly wire = watchedFetch();
  private moves = 0;

  readonly kept: AdoptOptions | null;

  private constructor(tmdb: Sandbox, clock: TestClock, step: Step) {
    const { apiVersion, polls } = step;
    this.tmdb = tmdb;
    this.clock = clock;
    this.apiVersion = apiVersion;
    this.polls = polls ?? false;
    this.kept = keptFor(step, tmdb);
    const kept = this.kept?.sessionId ?? this.kept?.accessToken;
    for (const secret of [tmdb.accessToken, tmdb.apiKey, ...(kept ? [kept] : [])])
      this.wire.secrets.add(secret);
  }

  static async open(step: Step): Promise<Stage> {
    const clock = createTestClock();
    return new Stage(await startSandbox({ now: clock.now }), clock, step);
  }

  get auth(): TmdbAuth {
    this.client ??= this.start();
    return this.client;
  }

  private start(): TmdbAuth {
    const auth = createTmdbAuth({
      apiVersion: this.apiVersion,
      ...settingsFor(this.tmdb),
      storage: this.store.storage,
      storageKey: KEY,
      clock: this.clock,
      fetch: this.wire.fetch,
      ...(this.polls && { pollInterval: 60_000 }),
      onWarning: (failure) => this.see(failure),
    });
    if (this.kept) keepFor(auth, this.kept);
    auth.actor.system.inspect((event) => {
      this.moves += 1;
      if ('event' in event) this.see(event.event);
      if ('snapshot' in event) this.seen.push(JSON.stringify(event.snapshot));
    });
    this.see(auth.getView());
    auth.subscribe((view) => this.see(view));
    return auth;
  }

  private see(thing: unknown) {
    this.moves += 1;
    this.seen.push(inspect(thing, { depth: 12 }));
  }

  private get isMoving() {
    this.holding?.update();
    return [...this.wire.open].some(
      ({ label, number }) => !(label === this.held && this.holding?.holds(number)),
    );
  }
  private held: string | null = null;
  private stopsHere = () => false;

  /** Waits in real time while anything moves; otherwise advances simulated time to the next timer. */
  private async turn(): Promise<void> {
    const before = this.moves + this.wire.moves();
    await realPause(1);
    await realTurn();
    if (this.isMoving || this.moves + this.wire.moves() !== before || this.stopsHere()) return;
    this.clock.advance(this.clock.untilNext() ?? 0);
  }

  async until(isSo: () => boolean, what: () => string): Promise<void> {
    for (let turns = 0; !isSo(); turns++) {
      if (turns > LIMIT) throw new Error(`Waited in vain for ${what()}; is ${this.auth.getView().state}`);
      await this.turn();
    }
  }

  /** Begins a call without waiting for it. */
  begin(name: CallName): Outcome {
    const outcome: Outcome = { isOver: false, code: null };
    this.calls.push(outcome);
    const patience = new AbortController();
    const end = () => patience.abort(new TmdbAuthError('cancelled'));
    const timer = name === 'rate' ? this.clock.setTimeout(end, PATIENCE) : null;
    CALLS[name](this.auth, patience.signal)
      .then(
        (result) => this.see(result),
        (error: unknown) => {
          this.see(error);
          this.see(JSON.stringify(error));
          outcome.code = codeOf(error);
        },
      )
      .finally(() => {
        if (timer) this.clock.clearTimeout(timer);
        outcome.isOver = true;
      });
    return outcome;
  }

  /** Makes a call and waits for its end. */
  async call(name: CallName): Promise<Outcome> {
    const outcome = this.begin(name);
    await this.until(
      () => outcome.isOver,
      () => `the end of ${name}`,
    );
    return outcome;
  }

  async reaches(state: string): Promise<void> {
    await this.until(
      () => this.auth.getView().state.startsWith(state),
      () => state,
    );
  }

  async act(name: CallName | 'approve' | 'restart'): Promise<void> {
    if (name === 'approve') return this.tmdb.approve(tokenIn(this.auth.approvalUrl));
    if (name === 'restart') {
      this.client?.dispose();
      this.client = null;
    } else if (name === 'login') {
      this.begin(name);
      await this.reaches('awaitingApproval.waiting');
    } else await this.call(name);
  }

  /** Adds a fault for one request, or until it is healed. */
  lay(trouble: Trouble, { request }: Step, lasts: boolean): void {
    this.wire.counts.clear();
    this.held = request;
    const match = request ?? /./;
    const times = lasts ? NEVER : 1;
    if (trouble.at === 'storage') this.store.fail(trouble.how);
    else if (trouble.at === 'clock' && request === null) this.store.fail('waits');
    else if (request !== null && trouble.at !== 'tmdb') {
      const when = trouble.at === 'slow' ? 'after' : 'before';
      const ms = trouble.at === 'slow' ? SLOW : NEVER;
      this.holding = holdBack(this.tmdb, this.clock, { match: request, ms, lasts, when });
    } else if (trouble.at === 'tmdb' && trouble.fault.kind === 'hang' && request !== null) {
      const { when = 'before' } = trouble.fault;
      this.holding = holdBack(this.tmdb, this.clock, { match: request, ms: NEVER, lasts, when });
    } else if (trouble.at === 'tmdb') this.tmdb.faults.add({ ...trouble.fault, match, times });
  }

  /** How often the faulty part was used since. */
  hits = ({ request }: Step, trouble: Trouble): number =>
    trouble.at === 'storage' || request === null ? this.store.asked() : (this.wire.counts.get(request) ?? 0);

  /** The user (or the network) sets this machine’s clock; TMDB’s is unchanged. */
  jump(by: number): void {
    this.clock.set(this.clock.now() + by);
    this.tmdb.clock.advance(-by);
  }

  /** TMDB and the storage work again; requests that hang for ever stay unanswered. */
  heal(): void {
    if (this.holding) this.holding.pass();
    else this.tmdb.faults.clear();
    this.store.heal();
  }

  /** Releases what was held back. */
  letGo(): void {
    this.holding?.end();
    this.store.heal();
  }

  record() {
    const text = this.store.text(KEY);
    return text === null ? null : parseRecord(text);
  }

  /** Waits until every call has ended and nothing is under way. */
  async rest(): Promise<void> {
    const isQuiet = () => this.wire.open.size === 0 && this.calls.every(({ isOver }) => isOver);
    // A late answer is undone by another request a moment later.
    for (let turns = 0; turns < 5; turns++) {
      if (!isQuiet()) turns = 0;
      await this.until(isQuiet, () => 'every call to settle');
      await realPause(1);
    }
  }

  get view() {
    return this.auth.getView();
  }

  get isSettled() {
    return this.auth.actor.getSnapshot().hasTag('settled');
  }

  /** Waits until `isSo`, and lets no time pass after it. */
  async untilExactly(isSo: () => boolean, what: () => string): Promise<void> {
    this.stopsHere = isSo;
    await this.until(isSo, what);
    this.stopsHere = () => false;
  }

  /** Waits until the step is held back. */
  untilHeld = () =>
    this.untilExactly(
      () => this.holding?.holds(1) ?? this.store.asked() > 0,
      () => 'the step to be under way',
    );

  close = () => this.tmdb.close();
}
