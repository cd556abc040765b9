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

  /** A return names its token in v3 and its `state` in v4. */
  const tokenOf = async ({ requestToken, state }: Named): Promise<string | null> =>
    requestToken ?? (state ? await notes.read('begun', state) : null);
  const madeOf = (noted: string | null) => (noted === null ? null : (JSON.parse(noted) as Made));

  return {
    /** Which session was made of a token: it may have to be ended by the token alone. */
    async noteMade(
      { requestToken, accessToken }: { requestToken: string | null; accessToken: string | null },
      made: Made,
    ): Promise<void> {
      // v4: where the session is made by a later request, that one knows the access token only.
      const token = requestToken ?? (accessToken && (await notes.read('exchanged', accessToken)));
      if (!token) return;
      const all: Made = { ...made, accessToken: made.accessToken ?? accessToken };
      await notes.keep('made', token, JSON.stringify(all), AN_HOUR);
      if (made.accessToken && !made.sessionId)
        await notes.keep('exchanged', made.accessToken, token, AN_HOUR);
    },
    async noteBegun(state: string, requestToken: string | null): Promise<void> {
      if (requestToken !== null) await notes.keep('begun', state, requestToken, AN_HOUR);
    },
    async isOwn(named: Named, sessionId: string | null): Promise<boolean> {
      const token = await tokenOf(named);
      const made = token === null ? null : madeOf(await notes.read('made', token));
      return Boolean(made?.sessionId && sessionId && sameSecret(made.sessionId, sessionId));
    },
    async end(named: Named, request: Request): Promise<'ended' | 'nothing' | 'later'> {
      if (!mayAsk(settings.addressOf(request))) return 'later';
      const token = await tokenOf(named);
      if (!token || !TOKEN.test(token)) return 'nothing';
      const made = madeOf(await notes.take('made', token)) ?? (await spend(token));
      if (!made) return 'nothing';
      await endMade(settings, made);
      return 'ended';
    },
    undo: (made: Made) => endMade(settings, made),
  };
}

/** A sign-in, as a return names it. */
export interface Named {
  requestToken?: string;
  state?: string;
}

/** The letters of TMDB's tokens. */
const TOKEN = /^[\w.~-]{8,4096}$/;
