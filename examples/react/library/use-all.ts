import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { Observable } from 'tmdb-auth/account/observe';

/** The snapshots of several observables as one array, which stays the same until a snapshot changes. */
export function useAll<Snapshot>(all: readonly Observable<Snapshot>[]): readonly Snapshot[] {
  const last = useRef<readonly Snapshot[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = all.map((one) => one.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [all],
  );
  const getSnapshot = () => {
    const now = all.map((one) => one.getSnapshot());
    const isSame = now.length === last.current.length && now.every((one, at) => one === last.current[at]);
    if (!isSame) last.current = now;
    return last.current;
  };
  return useSyncExternalStore(subscribe, getSnapshot);
}
