import { TmdbAuthError } from '../../errors.ts';
import { within } from '../../lib/within.ts';
import { sameSecret } from '../../tmdb/approval.ts';
import { createClient } from '../../tmdb/client.ts';
import { newSession } from '../../tmdb/endpoints.ts';
import { newAccessToken } from '../../tmdb/endpoints.v4.ts';
import { createLimit } from './limit.ts';
import type { Notes } from './notes.ts';
import type { ServerSettings } from './options.ts';
import { endMade, type Made } from './request-client.ts';
import { removeRecord } from './store-jar.ts';

/** Lifetime of TMDB's longest-lived request token, in ms. */
const AN_HOUR = 60 * 60_000;
/** Limits for spending tokens that no session was made of: each costs TMDB two requests. */
const MOST = { perAddress: 10, inAll: 60, within: 60_000 };

/** Identifies a sign-in by its return: TMDB's request token, or in v4 our own `state`. */
export interface Named {
  requestToken?: string | null;
  state?: string | null;
}

/** The result of a sign-in. `record`: the name of its record in the store, or null. */
interface Outcome extends Made {
  record: string | null;
}

/** Finds sign-ins by their return, and ends one that was approved in another browser than the one that started it. */
export function createEnding(settings: ServerSettings, notes: Notes) {
  const { client, store } = settings;
  const { clock } = client;
  const limit = createLimit(clock, MOST);

  /**
   * Exchanges the token, so that no browser can. Null if TMDB refuses the token; rejects if TMDB's answer is unknown.
   */
  const spend = async (requestToken: string): Promise<Made | null> => {
    const tmdb = createClient(client);
    const make = async (signal: AbortSignal): Promise<Made> =>
      client.apiVersion === 4
        ? { sessionId: null, accessToken: (await newAccessToken(tmdb, signal, requestToken)).secret }
        : { sessionId: (await newSession(tmdb, signal, requestToken)).secret, accessToken: null };
    try {
      return await within(clock, client.requestTimeout, make);
    } catch (error) {
      if (TmdbAuthError.is(error) && MADE_NOTHING.test(error.code)) return null;
      throw error;
    }
  };

  const tokenOf = async ({ requestToken, state }: Named): Promise<string | null> => {
    const token = requestToken ?? (state ? await notes.read('begun', state) : null);
    return token && TOKEN.test(token) ? token : null;
  };
  const outcomeOf = async (requestToken: string): Promise<Outcome | null> => {
    const noted = await notes.read('made', requestToken);
    return noted === null ? null : (JSON.parse(noted) as Outcome);
  };

  return {
    /**
     * Remembers the result of a token, so that the token alone is enough to end it. In v4 the session follows later,
     * from the access token.
     */
    async noteMade(
      from: { requestToken: string | null; accessToken: string | null },
      made: Outcome,
    ): Promise<void> {
      const { accessToken } = from;
      const requestToken = from.requestToken ?? (accessToken && (await notes.read('source', accessToken)));
      if (!requestToken) return;
      const outcome = { ...made, accessToken: made.accessToken ?? accessToken };
      await notes.keep('made', requestToken, JSON.stringify(outcome), AN_HOUR);
      if (made.accessToken) await notes.keep('source', made.accessToken, requestToken, AN_HOUR);
    },
    async noteBegun(state: string, requestToken: string | null): Promise<void> {
      if (requestToken !== null) await notes.keep('begun', state, requestToken, AN_HOUR);
    },
    /** Whether that session came from the sign-in that a return names. */
    async isOwn(named: Named, sessionId: string | null): Promise<boolean> {
      const token = sessionId && (await tokenOf(named));
      const made = token ? await outcomeOf(token) : null;
      return Boolean(made?.sessionId && sessionId && sameSecret(made.sessionId, sessionId));
    },
    /** `later`: TMDB could not be reached, or the limit is used up. */
    async end(named: Named, request: Request): Promise<'ended' | 'nothing' | 'later'> {
      const token = await tokenOf(named);
      if (token === null) return 'nothing';
      try {
        let made = await outcomeOf(token);
        if (made === null) {
          if (!limit.take(settings.addressOf(request))) return 'later';
          const unused = await spend(token);
          // If TMDB refuses the token, another request may have exchanged it and noted the result meanwhile.
          made = unused ? { ...unused, record: null } : await outcomeOf(token);
        }
        if (made === null) return 'nothing';
        if (!(await endMade(settings, made))) return 'later';
        if (store && made.record !== null) await removeRecord(settings, store, made.record);
        await notes.take('made', token);
        return 'ended';
      } catch {
        return 'later';
      }
    },
  };
}

/** The characters of TMDB's tokens. */
const TOKEN = /^[\w.~-]{8,4096}$/;
const MADE_NOTHING = /^(session_denied|invalid_request_token|not_approved|token_expired)$/;
