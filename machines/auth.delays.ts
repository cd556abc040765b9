import type { AuthContext } from './auth.types.ts';

// Written out: bundlers drop what is not used only where nothing is computed.
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/**
 * The longest a plain `setTimeout` can wait (24.8 days); it would fire anything longer, Infinity too, at once. What
 * is "never" here ends by something else before that, or has a guard.
 */
export const NEVER = 2_147_483_647;

/** The longest `Retry-After` a step waits for, in ms; TMDB's limit is counted in seconds. Asked for longer, it fails. */
export const LONGEST_RETRY_AFTER = MINUTE;

/** At most this many tries in one step, the first included. */
export const MAX_TRIES = 4;

/**
 * Names and nominal lengths, in ms. Whoever provides the actors provides the expiries too, counted from the facts
 * at the present time, so that a restored machine waits for what is left and not for the whole again.
 */
export const authDelays = {
  /** TMDB: a v3 request token lives 60 minutes if unused. */
  requestTokenLifetime: HOUR,
  /** TMDB: a guest session is deleted if it is not used within 60 minutes. */
  guestUnusedLifetime: HOUR,
  /** TMDB: a guest session's `expires_at` is about 24 hours ahead. */
  guestLifetime: DAY,
  /** v3 sessions do not expire at TMDB; an app may want them to. */
  sessionMaxAge: NEVER,
  /** How often to ask whether the token was approved: never, as asking is exchanging. */
  pollInterval: NEVER,
  /** The end of every single request. */
  requestTimeout: 10_000,
  /** The end of carrying over a guest's ratings: some thousands, at 30 requests a second. 15 minutes. */
  carryOverTimeout: 900_000,
  /** The end of reading the stored record. */
  storageTimeout: 5_000,
  /** 0.4, 0.8, 1.6 s (an early code 17 goes away within about 2.5 s), or longer if TMDB asks for it, 60 s at most. */
  backoff: ({ context }: { context: Pick<AuthContext, 'tries' | 'retryAfter'> }) =>
    Math.min(Math.max(400 * 2 ** (context.tries - 1), context.retryAfter ?? 0), LONGEST_RETRY_AFTER),
};
