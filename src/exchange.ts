import type { WallClock } from './clock.ts';
import type { Settings } from './options.ts';
import type { Client } from './tmdb/client.ts';
import { deleteSession, newSession } from './tmdb/endpoints.ts';

/** How long an exchange or a clean-up goes on behind the scenes, in request timeouts. */
const PATIENCE = 3;

export interface Exchange {
  /** One exchange per token at a time: who asks while it is under way gets the same answer. */
  run(requestToken: string): Promise<string>;
  /** Deletes a session that nobody will use. Gives up silently. */
  undo(sessionId: string): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

/**
 * The one step that cannot be taken back: TMDB makes a session and destroys the token. It is therefore not stopped
 * when the machine leaves; a session that nobody took when it arrives is deleted, so that none is orphaned.
 */
export function createExchange(options: {
  client: Client;
  clock: WallClock;
  settings: Settings;
  /** The machine has this session now. */
  isTaken(sessionId: string): boolean;
}): Exchange {
  const { client, clock, settings, isTaken } = options;
  const flights = new Map<string, Promise<string>>();
  const underWay = new Set<Promise<unknown>>();

  const bounded = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const end = new AbortController();
    const timer = clock.setTimeout(() => end.abort(), settings.requestTimeout * PATIENCE);
    try {
      return await work(end.signal);
    } finally {
      clock.clearTimeout(timer);
    }
  };

  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    const done = () => underWay.delete(work);
    work.then(done, done);
    return work;
  };

  const undo = (sessionId: string) =>
    track(bounded((signal) => deleteSession(client, signal, sessionId)).catch(() => {}));

  const start = (requestToken: string) => {
    const flight = bounded((signal) => newSession(client, signal, requestToken)).then(
      ({ sessionId }) => sessionId,
    );
    track(
      flight.then(
        async (sessionId) => {
          await settled();
          if (!isTaken(sessionId)) await undo(sessionId);
        },
        () => {},
      ),
    );
    const done = () => flights.delete(requestToken);
    flight.then(done, done);
    flights.set(requestToken, flight);
    return flight;
  };

  return {
    run: (requestToken) => flights.get(requestToken) ?? start(requestToken),
    undo,
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

/** Past every promise that is settled by now, so that the machine has heard of the session if it still wants it. */
const settled = () => new Promise((resolve) => setTimeout(resolve));
