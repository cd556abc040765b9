import type { WallClock } from './clock.ts';
import { TmdbAuthError } from './errors.ts';
import type { Settings } from './options.ts';
import type { Client } from './tmdb/client.ts';
import { deleteSession, newSession } from './tmdb/endpoints.ts';

/** How long an exchange or a clean-up goes on behind the scenes, in request timeouts. */
const PATIENCE = 3;

export interface Exchange {
  /** One exchange per token at a time: who asks while it is under way, or after it was late, gets its answer. */
  run(requestToken: string): Promise<string>;
  /** An answer got lost on the way: TMDB may hold a session made from this token that nobody here knows. */
  isUncertain(requestToken: string): boolean;
  /** Deletes late sessions that nobody wants any more. To be called whenever the facts changed. */
  sweep(): void;
  /** Deletes a session that nobody will use, if it was made here: others may use what they made. Gives up silently. */
  undo(sessionId: string): void;
}

interface Surroundings {
  client: Client;
  clock: WallClock;
  settings: Settings;
  /** The machine has this session now. */
  isTaken(sessionId: string): boolean;
  /** The machine still holds this token, and may ask again. */
  isWanted(requestToken: string): boolean;
  /** A session came after the machine had stopped waiting for it. */
  onLate(): void;
}

/**
 * The one step that cannot be taken back: TMDB makes a session and destroys the token. It is therefore not stopped
 * when the machine leaves. A session that arrives late is kept while its token is wanted, and deleted when it is
 * not: so none is orphaned.
 */
export function createExchange({
  client,
  clock,
  settings,
  isTaken,
  isWanted,
  onLate,
}: Surroundings): Exchange {
  const flights = new Map<string, Promise<string>>();
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

  const undo = (sessionId: string) => {
    if (!made.delete(sessionId)) return;
    bounded((signal) => deleteSession(client, signal, sessionId)).catch(() => {});
  };

  const forget = (requestToken: string) => {
    late.delete(requestToken);
    flights.delete(requestToken);
  };

  const sweep = () => {
    for (const [requestToken, sessionId] of late) {
      if (!isTaken(sessionId) && isWanted(requestToken)) continue;
      forget(requestToken);
      if (!isTaken(sessionId)) undo(sessionId);
    }
  };

  const fly = async (requestToken: string): Promise<string> => {
    try {
      const { sessionId } = await bounded((signal) => newSession(client, signal, requestToken));
      made.add(sessionId);
      void land(requestToken, sessionId);
      return sessionId;
    } catch (error) {
      flights.delete(requestToken);
      if (!TmdbAuthError.is(error) || error.tmdbCode === undefined) uncertainToken = requestToken;
      throw error;
    }
  };

  const land = async (requestToken: string, sessionId: string) => {
    await macrotask();
    late.set(requestToken, sessionId);
    sweep();
    if (late.has(requestToken)) onLate();
  };

  return {
    run(requestToken) {
      const flight = flights.get(requestToken) ?? fly(requestToken);
      flights.set(requestToken, flight);
      return flight;
    },
    isUncertain: (requestToken) => requestToken === uncertainToken,
    sweep,
    undo,
  };
}

/** Past every promise that is settled by now, so that the machine has heard of the session if it still waits. */
const macrotask = () => new Promise((resolve) => setTimeout(resolve));
