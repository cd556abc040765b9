import type { AuthStatus } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { type Entry, type Store, storeOf } from './store.ts';

/** Something of the account that changes. Methods need no `this`. */
export interface Observable<Snapshot> {
  /** What is true now; the same object until something changes. Asks TMDB nothing. */
  getSnapshot(): Snapshot;
  /**
   * Calls `listener` after every change, and never before it has returned the way to stop. The first listener has TMDB
   * asked.
   */
  subscribe(listener: () => void): () => void;
  /** Asks TMDB anew. Resolves when it has answered or failed; the snapshot says which. */
  reload(): Promise<void>;
}

/** What can be done with it. */
export type MethodsOf<O> = Omit<O, 'getSnapshot' | 'subscribe'>;

export function methodsOf<O extends Observable<unknown>>({
  getSnapshot,
  subscribe,
  ...methods
}: O): MethodsOf<O> {
  return methods;
}

interface Thing<Snapshot> extends Entry {
  shown(): Snapshot;
  subscribe(listener: () => void): () => void;
  load(): Promise<void>;
}

/** The one thing of that key in a client, which all who observe it share. It is kept from its first use on. */
export function observe<Snapshot, T extends Thing<Snapshot>>(
  auth: TmdbAuth,
  key: string,
  make: (store: Store) => T & Thing<Snapshot>,
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
