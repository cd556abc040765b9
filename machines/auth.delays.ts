import type { AuthContext } from './auth.types.ts';

// Literals: bundlers drop unused constants only where nothing is computed.
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/**
 * The longest wait of a plain `setTimeout` (24.8 days): it fires anything longer, Infinity too, at once. A state with
 * this delay has a guard, or another event ends it first.
 */
export const NEVER = 2_147_483_647;

/**
 * The longest `Retry-After` that a step waits for, in ms; a longer one fails the step. TMDB counts its limit in
 * seconds.
 */
export const LONGEST_RETRY_AFTER = MINUTE;

/** The most tries of one step, the first included. */
export const MAX_TRIES = 4;

/**
 * Names and nominal lengths, in ms. Provide the expiries together with the actors, counted from the facts at the
 * current time: a restored machine then waits for the rest only.
 */
export const authDelays = {
  /** TMDB: an unused v3 request token lives 60 minutes. */
  requestTokenLifetime: HOUR,
  /** TMDB: a guest session is deleted if it is not used within 60 minutes. */
  guestUnusedLifetime: HOUR,
  /** TMDB: a guest session's `expires_at` is about 24 hours ahead. */
  guestLifetime: DAY,
  /** v3 sessions do not expire at TMDB; an app may want them to. */
  sessionMaxAge: NEVER,
  /** How often to ask whether the token was approved. Never by default: asking exchanges an approved token. */
  pollInterval: NEVER,
  /** Timeout of a single request. */
  requestTimeout: 10_000,
  /** Timeout of carrying over a guest's ratings, 15 minutes: some thousands, at 30 requests a second. */
  carryOverTimeout: 900_000,
  /** Timeout of reading the stored record. */
  storageTimeout: 5_000,
  /** 0.4, 0.8, 1.6 s (an early code 17 goes away within about 2.5 s), or longer if TMDB asks for it, 60 s at most. */
  backoff: ({ context }: { context: Pick<AuthContext, 'tries' | 'retryAfter'> }) =>
    Math.min(Math.max(400 * 2 ** (context.tries - 1), context.retryAfter ?? 0), LONGEST_RETRY_AFTER),
};
