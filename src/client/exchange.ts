import { TmdbAuthError } from '../errors.ts';
import { macrotask, type WallClock } from '../lib/clock.ts';
import type { Settings } from '../options.ts';

/** How long an exchange or a clean-up may take after the machine has left it, in request timeouts. */
const PATIENCE = 3;

/** Something secret of TMDB's: a session id, or an access token. */
interface Made {
  secret: string;
}

export interface Exchange<Result extends Made> {
  /**
   * One exchange per token at a time: who asks while it is under way, or after it was late, gets its answer. Where a
   * request may never be answered TMDB is asked again beside it, and whichever is answered with the secret counts.
   */
  run(token: string): Promise<Result>;
  /** An answer got lost on the way: TMDB may hold something made from this token that nobody here knows. */
  isUncertain(token: string): boolean;
  /** Deletes every orphan that was made here. Call it after every change of the facts. */
  sweep(): void;
  /** From here on `sweep` answers for this one as well, though it was made before (read from the record). */
  own(secret: string): void;
  /** From here on the caller deletes it. */
  disown(secret: string): void;
  /** Deletes what nobody will use, if it was made here: others may use what they made. Gives up silently. */
  undo(secret: string): void;
}

interface ExchangeDependencies<Result extends Made> {
  clock: WallClock;
  settings: Settings;
  make(signal: AbortSignal, token: string): Promise<Result>;
  unmake(signal: AbortSignal, secret: string): Promise<void>;
  /** The user is signed in by it. */
  isTaken(secret: string): boolean;
  /** The machine still holds this token, or what was made of it, and may ask again. */
  isWanted(token: string, secret: string): boolean;
  /** It came after the machine had stopped waiting for it. */
  onLate(): void;
}

/**
 * A step that cannot be taken back: TMDB makes something of a token. It is therefore not stopped when the machine
 * leaves. What arrives late is kept while it is wanted, and deleted when it is not: so nothing is orphaned.
 */
export function createExchange<Result extends Made>({
  clock,
  settings,
  make,
  unmake,
  isTaken,
  isWanted,
  onLate,
}: ExchangeDependencies<Result>): Exchange<Result> {
  const flights = new Map<string, Flight<Result>>();
  /** What came and nobody took yet, with the token it was made of. */
  const late = new Map<string, string>();
  const made = new Set<string>();
  let uncertainToken: string | null = null;

  const bounded = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const end = new AbortController();
    const timer = clock.setTimeout(() => end.abort(), settings.requestTimeout * PATIENCE);
    try {
      return await work(end.signal);
    } finally {
      clock.clearTimeout(timer);
    }
  };

  const undo = (secret: string) => {
    if (made.delete(secret)) bounded((signal) => unmake(signal, secret)).catch(() => {});
  };

  const sweep = () => {
    for (const [secret, token] of late) {
      if (!isTaken(secret) && isWanted(token, secret)) continue;
      late.delete(secret);
      flights.delete(token);
      if (!isTaken(secret)) undo(secret);
    }
  };

  const fly = async (token: string): Promise<Result> => {
    try {
      const result = await bounded((signal) => make(signal, token));
      made.add(result.secret);
      void land(token, result.secret);
      return result;
    } catch (error) {
      if (!TmdbAuthError.is(error) || error.tmdbCode === undefined) uncertainToken = token;
      throw error;
    }
  };

  const land = async (token: string, secret: string) => {
    // The machine hears of it first, if it still waits.
    await macrotask();
    late.set(secret, token);
    sweep();
    if (late.has(secret)) onLate();
  };

  const begin = (token: string, before?: Flight<Result>): Flight<Result> => {
    const result = before ? eitherOf(before.result, fly(token)) : fly(token);
    const flight: Flight<Result> = { result, askedAt: clock.now(), isUnderWay: true };
    const end = () => {
      flight.isUnderWay = false;
    };
    result.then(end, () => {
      end();
      if (flights.get(token) === flight) flights.delete(token);
    });
    flights.set(token, flight);
    return flight;
  };

  const isOverdue = ({ askedAt, isUnderWay }: Flight<Result>) =>
    isUnderWay && clock.now() - askedAt >= settings.requestTimeout;

  return {
    run(token) {
      const present = flights.get(token);
      return (present && !isOverdue(present) ? present : begin(token, present)).result;
    },
    isUncertain: (token) => token === uncertainToken,
    sweep,
    own(secret) {
      made.add(secret);
      late.set(secret, secret);
    },
    disown: (secret) => void made.delete(secret),
    undo,
  };
}

/** What is asked of TMDB for one token. */
interface Flight<Result> {
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
