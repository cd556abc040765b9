import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/** What an inspector needs of a client. */
export type Inspected = Pick<TmdbAuth, 'actor'> & Partial<Pick<TmdbAuth, 'subscribe'>>;

/** Ends the connection; the client goes on. */
export type Disconnect = () => void;

/** How often a client that is not loaded is looked at, in ms. */
const LOOK_AGAIN = 1_000;

const isRunning = (auth: Inspected) => {
  try {
    return auth.actor !== undefined;
  } catch {
    return false;
  }
};

/**
 * Connects at once, or as soon as a client of `createLazyAuth` is loaded: until then its `actor` throws. Nothing is
 * loaded for it. Such a client tells of most loads by a new view, and of those ahead of a click (`prepare`) by nothing.
 */
export function whenRunning(auth: Inspected, connect: () => Disconnect): Disconnect {
  if (isRunning(auth)) return connect();
  let end: Disconnect = () => {
    clearInterval(timer);
    stop?.();
  };
  const look = () => {
    if (!isRunning(auth)) return;
    end();
    end = connect();
  };
  const timer = setInterval(look, LOOK_AGAIN);
  const stop = auth.subscribe?.(look);
  return () => end();
}
