import { instanceOf } from '../../client/backend.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/** Calls `check` when a network may be back or a tab is shown again, while something is observed. */
export function createWakes(auth: TmdbAuth, check: () => void) {
  let count = 0;
  let stop: (() => void) | undefined;

  /** A lazy client loads its engine later. */
  const connect = () => {
    if (count === 0 || stop) return;
    try {
      stop = instanceOf(auth.actor.system).settings.clock.onWake?.(check);
    } catch {}
  };

  return {
    connect,
    /** Returns a function that stops it, to be called once. */
    onWake() {
      count += 1;
      connect();
      return () => {
        count -= 1;
        if (count > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
