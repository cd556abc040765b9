import { TmdbAuthError } from '../errors.ts';
import { macrotask } from '../lib/clock.ts';
import type { ClientCore } from './backend.ts';

/** How long an exchange or a clean-up may take after the machine has left it, in request timeouts. */
const PATIENCE = 3;

/** Something secret of TMDB's: a session id, or an access token. */
interface Made {
  secret: string;
}

/** The core of a client, as its exchanges need it. */
export type Exchanging = Pick<ClientCore, 'settings' | 'clock' | 'send'>;

/** What is made, and of what. `on` is the client. */
export interface Work<Result extends Made, On> {
  make(on: On, signal: AbortSignal, token: string): Promise<Result>;
  unmake(on: On, signal: AbortSignal, secret: string): Promise<void>;
  /** The user is signed in by it. */
  isTaken(on: On, secret: string): boolean;
  /** The machine still holds this token, or what was made of it, and may ask again. */
  isWanted(on: On, token: string, secret: string): boolean;
}

/**
 * A step that cannot be taken back: TMDB makes something of a token. It is therefore not stopped when the machine
 * leaves. What arrives late is kept while it is wanted, and deleted when it is not: so nothing is orphaned.
 */
export class Exchange<Result extends Made, On extends Exchanging = Exchanging> {
  private readonly on: On;
  private readonly work: Work<Result, On>;
  private flights: Flight<Result>[] = [];
  /** What came and nobody took yet, with the token it was made of. */
  private late: { secret: string; token: string }[] = [];
  private made: string[] = [];
  private uncertainToken: string | null = null;

  constructor(on: On, work: Work<Result, On>) {
    this.on = on;
    this.work = work;
  }

  /**
   * One exchange per token at a time: who asks while it is under way, or after it was late, gets its answer. Where a
   * request may never be answered TMDB is asked again beside it, and whichever is answered with the secret counts.
   */
  run(token: string): Promise<Result> {
    const { clock, settings } = this.on;
    const present = this.flights.find((flight) => flight.token === token);
    if (present && !(present.isUnderWay && clock.now() - present.askedAt >= settings.requestTimeout))
      return present.result;
    return this.begin(token, present);
  }

  /** An answer got lost on the way: TMDB may hold something made from this token that nobody here knows. */
  isUncertain(token: string): boolean {
    return token === this.uncertainToken;
  }

  /** Deletes every orphan that was made here. Call it after every change of the facts. */
  sweep(): void {
    for (const late of this.late) {
      const { secret, token } = late;
      const isTaken = this.work.isTaken(this.on, secret);
      if (!isTaken && this.work.isWanted(this.on, token, secret)) continue;
      this.late = this.late.filter((one) => one !== late);
      this.flights = this.flights.filter((flight) => flight.token !== token);
      if (!isTaken) this.undo(secret);
    }
  }

  /** From here on `sweep` answers for this one as well, though it was made before (read from the record). */
  own(secret: string): void {
    this.keep(secret);
    this.await(secret, secret);
  }

  /** From here on the caller deletes it. */
  disown(secret: string): boolean {
    const isOwn = this.made.includes(secret);
    if (isOwn) this.made = this.made.filter((one) => one !== secret);
    return isOwn;
  }

  /** Deletes what nobody will use, if it was made here: others may use what they made. Gives up silently. */
  undo(secret: string): void {
    if (this.disown(secret))
      this.bounded((signal) => this.work.unmake(this.on, signal, secret)).catch(() => {});
  }

  private keep(secret: string): void {
    this.made = [...this.made.filter((one) => one !== secret), secret];
  }

  private await(secret: string, token: string): void {
    this.late = [...this.late.filter((late) => late.secret !== secret), { secret, token }];
  }

  private async bounded<T>(job: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, settings } = this.on;
    const end = new AbortController();
    const timer = clock.setTimeout(() => end.abort(), settings.requestTimeout * PATIENCE);
    try {
      return await job(end.signal);
    } finally {
      clock.clearTimeout(timer);
    }
  }

  private begin(token: string, before?: Flight<Result>): Promise<Result> {
    const result = before ? eitherOf(before.result, this.fly(token)) : this.fly(token);
    const flight: Flight<Result> = { token, result, askedAt: this.on.clock.now(), isUnderWay: true };
    const end = () => {
      flight.isUnderWay = false;
    };
    result.then(end, () => {
      end();
      this.flights = this.flights.filter((one) => one !== flight);
    });
    this.flights = [...this.flights.filter((one) => one !== before), flight];
    return result;
  }

  private async fly(token: string): Promise<Result> {
    try {
      const result = await this.bounded((signal) => this.work.make(this.on, signal, token));
      this.keep(result.secret);
      void this.land(token, result.secret);
      return result;
    } catch (error) {
      if (!TmdbAuthError.is(error) || error.tmdbCode === undefined) this.uncertainToken = token;
      throw error;
    }
  }

  private async land(token: string, secret: string): Promise<void> {
    // The machine hears of it first, if it still waits.
    await macrotask();
    this.await(secret, token);
    this.sweep();
    // It came after the machine had stopped waiting for it.
    if (this.late.some((late) => late.secret === secret)) this.on.send({ type: 'approval.check' });
  }
}

/** What is asked of TMDB for one token. */
interface Flight<Result> {
  token: string;
  result: Promise<Result>;
  askedAt: number;
  isUnderWay: boolean;
}

/** The first of the two that brings something; if none does, why the second did not. Hermes has no `Promise.any`. */
const eitherOf = <T>(first: Promise<T>, second: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    first.then(resolve, () => second.then(resolve, reject));
    second.then(resolve, () => {});
  });
