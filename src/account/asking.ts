import { authDelays, LONGEST_RETRY_AFTER, MAX_TRIES } from '../../machines/auth.delays.ts';
import { failureOf } from '../../machines/auth.failures.ts';
import type { FailureCode } from '../../machines/index.ts';
import { instanceOf } from '../client/backend.ts';
import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { TmdbAuthError } from '../errors.ts';
import { queryOf } from '../lib/address.ts';
import { createWallClock, pause, systemClock } from '../lib/clock.ts';
import { type Answer, bodyOf } from '../tmdb/parse.ts';
import { bounded, unlessAborted } from './bounded.ts';
import { type Owner, stillThere } from './owner.ts';
import { createPace } from './pace.ts';

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: Record<string, unknown>;
  signal?: AbortSignal | undefined;
  /** The user or guest to ask as, or null if that does not matter. */
  as: Owner | null;
  /**
   * A second request would do the work twice, so it is repeated only after a refusal for its rate. Default: `false`.
   */
  isOnce?: boolean;
  /** Whether a failure is final, so that the call is not repeated. Default: none is. */
  isFinal?(error: TmdbAuthError): boolean;
}

export type Body = Record<string, unknown>;
export type Ask = (call: Call) => Promise<Body>;

/** TMDB's codes that mean something else here than in a sign-in, or that a sign-in never gets. */
const CODES: Record<number, FailureCode> = {
  5: 'invalid_value',
  18: 'invalid_value',
  22: 'invalid_value',
  34: 'not_found',
  37: 'not_found',
  38: 'not_allowed',
  39: 'not_allowed',
};

/** The client's own clock and timeout if its engine is loaded, else the host's. */
export function timesOf(auth: TmdbAuth) {
  try {
    const { clock, settings } = instanceOf(auth.actor.system);
    return { clock, requestTimeout: settings.requestTimeout };
  } catch {
    return { clock: createWallClock(systemClock), requestTimeout: authDelays.requestTimeout };
  }
}

/**
 * Asks TMDB by the client's `fetch`, and again within the machine's bounds where that may help. Resolves to the body
 * of a success. Rejects with a `TmdbAuthError` for TMDB's objection.
 */
export function createAsk(auth: TmdbAuth): Ask {
  const pace = createPace(() => timesOf(auth).clock);

  const askOnce = async ({ method = 'GET', path, query, body, signal, as }: Call): Promise<Body> => {
    const { clock, requestTimeout } = timesOf(auth);
    const answer = await bounded(
      clock,
      requestTimeout,
      async (end) => {
        if (as) stillThere(auth, as);
        const response = await auth.fetch(path + queryOf(pairsIn(query)), {
          method,
          signal: end,
          headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
          ...(body && { body: JSON.stringify(body) }),
        });
        return read(response);
      },
      signal,
    );
    if (as) stillThere(auth, as);
    return accepted(answer);
  };

  const askUntilAnswered = async (call: Call): Promise<Body> => {
    const { clock } = timesOf(auth);
    const { signal = new AbortController().signal } = call;
    for (let tries = 1; ; tries += 1) {
      await pace.next(signal);
      try {
        return await askOnce(call);
      } catch (error) {
        if (!TmdbAuthError.is(error)) throw error;
        const { retryAfter = 0 } = error.failure;
        if (error.code === 'rate_limited') pace.hold(retryAfter);
        if (tries === MAX_TRIES || !mayRepeat(call, error)) throw error;
        const wait = authDelays.backoff({ context: { tries, retryAfter } });
        if (error.code === 'rate_limited') pace.hold(wait);
        else await pause(clock, wait, signal);
      }
    }
  };

  return (call) => unlessAborted(askUntilAnswered(call), call.signal);
}

function mayRepeat({ isOnce, isFinal }: Call, error: TmdbAuthError): boolean {
  if ((error.failure.retryAfter ?? 0) > LONGEST_RETRY_AFTER || isFinal?.(error)) return false;
  // TMDB has not processed a request that it refuses for its rate.
  return isOnce ? error.code === 'rate_limited' : error.retryable;
}

const read = async (response: Response): Promise<Answer> => ({
  status: response.status,
  date: response.headers.get('date'),
  retryAfter: response.headers.get('retry-after'),
  text: await response.text(),
});

/** The body of a success. Throws the objection of TMDB, or of the site's server before it. */
function accepted(answer: Answer): Body {
  try {
    return bodyOf(answer);
  } catch (error) {
    if (!TmdbAuthError.is(error)) throw error;
    const { tmdbCode, httpStatus } = error;
    const code = CODES[tmdbCode ?? 0];
    if (code)
      throw new TmdbAuthError(code, { ...(tmdbCode && { tmdbCode }), ...(httpStatus && { httpStatus }) });
    throw tmdbCode === undefined ? (refusalIn(answer) ?? error) : error;
  }
}

/** The site's server says itself why it did not ask TMDB. */
function refusalIn({ text }: Answer): TmdbAuthError | null {
  try {
    const body = JSON.parse(text) as { failure?: unknown };
    return body.failure ? new TmdbAuthError(failureOf(body)) : null;
  } catch {
    return null;
  }
}

const pairsIn = (query: Call['query'] = {}) =>
  Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
