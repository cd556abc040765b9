import type { AuthStatus } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { type Entry, type Store, storeOf } from './store.ts';

/** A part of the account that changes. Methods need no `this`. */
export interface Observable<Snapshot> {
  /** The current value; the same object until something changes. Does not ask TMDB. */
  getSnapshot(): Snapshot;
  /**
   * Calls `listener` after every change, and only after `subscribe` has returned the function that stops it. The
   * first listener makes the client ask TMDB.
   */
  subscribe(listener: () => void): () => void;
  /** Asks TMDB again. Resolves when it has answered or failed; the snapshot says which. */
  reload(): Promise<void>;
}

/** The methods of an observable, without its snapshot. */
export type MethodsOf<O> = Omit<O, 'getSnapshot' | 'subscribe'>;

export function methodsOf<O extends Observable<unknown>>({
  getSnapshot,
  subscribe,
  ...methods
}: O): MethodsOf<O> {
  return methods;
}

interface ObservedEntry<Snapshot> extends Entry {
  shown(): Snapshot;
  subscribe(listener: () => void): () => void;
  load(): Promise<void>;
}

/** The one subject of that key in a client, shared by all its observers. Kept from its first use on. */
export function observe<Snapshot, T extends ObservedEntry<Snapshot>>(
  auth: TmdbAuth,
  key: string,
  make: (store: Store) => T & ObservedEntry<Snapshot>,
): Observable<Snapshot> & { kept(): T } {
  const kept = () => storeOf(auth).keep(key, make);
  const unasked = new Map<AuthStatus, Snapshot>();

  return {
    kept,
    getSnapshot() {
      const store = storeOf(auth);
      store.look();
      const found = store.find<T>(key);
      if (found) return found.shown();
      const status = store.status();
      const snapshot = unasked.get(status) ?? make(store).shown();
      unasked.set(status, snapshot);
      return snapshot;
    },
    subscribe(listener) {
      const { sweep, onWake } = storeOf(auth);
      const stops = [kept().subscribe(listener), onWake()];
      return () => {
        sweep();
        for (const stop of stops.splice(0)) stop();
      };
    },
    reload: () => kept().load(),
  };
}
