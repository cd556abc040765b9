import { TmdbAuthError } from '../errors.ts';
import { macrotask } from '../lib/clock.ts';
import type { ClientCore } from './backend.ts';

/** How long an exchange or a deletion may take after the machine has left it, in request timeouts. */
const BACKGROUND_TIMEOUTS = 3;

/** A secret that TMDB issued: a session id, or an access token. */
interface Made {
  secret: string;
}

/** The part of a client that its exchanges need. */
export type Exchanging = Pick<ClientCore, 'settings' | 'clock' | 'send'>;

/** How TMDB makes a secret from a token, and deletes it again. `on` is the client. */
export interface Work<Result extends Made, On> {
  make(on: On, signal: AbortSignal, token: string): Promise<Result>;
  unmake(on: On, signal: AbortSignal, secret: string): Promise<void>;
  /** The user is signed in with it. */
  isTaken(on: On, secret: string): boolean;
  /** The machine still holds this token, or the secret that was made from it, and may ask again. */
  isWanted(on: On, token: string, secret: string): boolean;
}

/**
 * An irreversible step: TMDB makes a secret from a token. It is therefore not stopped when the machine leaves. A late
 * secret is kept while it is wanted, and deleted otherwise, so that it never becomes an orphan.
 */
export class Exchange<Result extends Made, On extends Exchanging = Exchanging> {
  private readonly on: On;
  private readonly work: Work<Result, On>;
  private flights: Flight<Result>[] = [];
  /** Secrets that have come and are not used yet, with the tokens they were made from. */
  private late: { secret: string; token: string }[] = [];
  private made: string[] = [];
  private uncertainToken: string | null = null;

  constructor(on: On, work: Work<Result, On>) {
    this.on = on;
    this.work = work;
  }

  /**
   * One exchange per token at a time: a call during it, or after it was late, gets its result. A request that may
   * never be answered is repeated beside the first one; the first answer with a secret counts.
   */
  run(token: string): Promise<Result> {
    const { clock, settings } = this.on;
    const present = this.flights.find((flight) => flight.token === token);
    if (present && !(present.isUnderWay && clock.now() - present.askedAt >= settings.requestTimeout))
      return present.result;
    return this.begin(token, present);
  }

  /** An answer got lost: TMDB may hold a secret made from this token that no client knows. */
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

  /** From now on `sweep` covers this secret, too, though it was made before (and read from the record). */
  own(secret: string): void {
    this.keep(secret);
    this.await(secret, secret);
  }

  /** From now on the caller deletes it. */
  disown(secret: string): boolean {
    const isOwn = this.made.includes(secret);
    if (isOwn) this.made = this.made.filter((one) => one !== secret);
    return isOwn;
  }

  /** Deletes an unused secret if it was made here: other clients may use their own. Gives up silently. */
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
    const timer = clock.setTimeout(() => end.abort(), settings.requestTimeout * BACKGROUND_TIMEOUTS);
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
    // It came after the machine had stopped waiting.
    if (this.late.some((late) => late.secret === secret)) this.on.send({ type: 'approval.check' });
  }
}

/** A request to TMDB for one token. */
interface Flight<Result> {
  token: string;
  result: Promise<Result>;
  askedAt: number;
  isUnderWay: boolean;
}

/** The first success of the two; if both fail, the error of the second. Hermes has no `Promise.any`. */
const eitherOf = <T>(first: Promise<T>, second: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    first.then(resolve, () => second.then(resolve, reject));
    second.then(resolve, () => {});
  });
