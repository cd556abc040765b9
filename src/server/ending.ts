import { sameSecret } from '../callback.ts';
import { createClient } from '../tmdb/client.ts';
import { newAccessToken, newSession } from '../tmdb/endpoints.ts';
import { within } from '../within.ts';
import type { Notes } from './notes.ts';
import type { ServerSettings } from './options.ts';
import { endMade, type Made } from './turn.ts';

/** As long as TMDB's longest token lives, in ms. */
const AN_HOUR = 60 * 60_000;
/** So many sign-ins may be ended within a minute, by one address if it is known: each may cost TMDB two requests. */
const MOST = { perAddress: 10, inAll: 60, within: 60_000 };

/** Ends sign-ins that were begun in another browser than the one in which they were approved. */
export function createEnding(settings: ServerSettings, notes: Notes) {
  const { client } = settings;
  const { clock } = client;
  let asked: { at: number; address: string | null }[] = [];

  const mayAsk = (address: string | null): boolean => {
    const now = clock.now();
    asked = asked.filter(({ at }) => at > now - MOST.within && at <= now);
    const before = asked.filter((each) => each.address === address).length;
    if (asked.length >= MOST.inAll || (address !== null && before >= MOST.perAddress)) return false;
    asked.push({ at: now, address });
    return true;
  };

  /** Spends the token, so that no browser can be signed in by it. Null where TMDB makes nothing of it. */
  const spend = async (requestToken: string): Promise<Made | null> => {
    const tmdb = createClient(client);
    const make = async (signal: AbortSignal): Promise<Made> =>
      client.apiVersion === 4
        ? { sessionId: null, accessToken: (await newAccessToken(tmdb, signal, requestToken)).secret }
        : { sessionId: (await newSession(tmdb, signal, requestToken)).secret, accessToken: null };
    return within(clock, client.requestTimeout, make).catch(() => null);
  };

  const madeOf = (noted: string | null) => (noted === null ? null : (JSON.parse(noted) as Made));

  return {
    /** Which session was made of a token: it may have to be ended by the token alone. */
    async noteMade(requestToken: string | null, made: Made): Promise<void> {
      if (requestToken !== null) await notes.keep('made', requestToken, JSON.stringify(made), AN_HOUR);
    },
    async noteBegun(state: string, requestToken: string | null): Promise<void> {
      if (requestToken !== null) await notes.keep('begun', state, requestToken, AN_HOUR);
    },
    async isOwn(requestToken: string | null, sessionId: string | null): Promise<boolean> {
      if (requestToken === null) return false;
      const made = madeOf(await notes.read('made', requestToken));
      return Boolean(made?.sessionId && sessionId && sameSecret(made.sessionId, sessionId));
    },
    async end(
      { requestToken, state }: { requestToken?: string; state?: string },
      request: Request,
    ): Promise<'ended' | 'nothing' | 'later'> {
      if (!mayAsk(settings.addressOf(request))) return 'later';
      const token = requestToken ?? (state ? await notes.read('begun', state) : null);
      if (!token || !TOKEN.test(token)) return 'nothing';
      const made = madeOf(await notes.take('made', token)) ?? (await spend(token));
      if (!made) return 'nothing';
      await endMade(settings, made);
      return 'ended';
    },
  };
}

/** The letters of TMDB's tokens. */
const TOKEN = /^[\w.~-]{8,4096}$/;
