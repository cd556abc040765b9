import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/** The part of a client that an inspector needs. */
export type Inspected = Pick<TmdbAuth, 'actor'> & Partial<Pick<TmdbAuth, 'subscribe'>>;

/** Ends the connection; the client continues. */
export type Disconnect = () => void;

/** Interval between checks of a client that is not loaded, in ms. */
const LOOK_AGAIN = 1_000;

const isRunning = (auth: Inspected) => {
  try {
    return auth.actor !== undefined;
  } catch {
    return false;
  }
};

/**
 * Connects at once, or as soon as a client of `createLazyAuth` is loaded: its `actor` throws until then. Does not
 * load it. A lazy client announces most loads by a new view, but not those by `prepare`, hence the interval.
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
