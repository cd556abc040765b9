/**
 * The account as stores of Svelte.
 * @module tmdb-auth/account/svelte
 */
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import type { Rateable } from '../media.ts';
import {
  type AccountState,
  type ListState,
  type ListsState,
  type MethodsOf,
  type Observable,
  type ObservedList,
  type ObservedState,
  observeList,
  observeLists,
  observeState,
} from '../observe/index.ts';
import { methodsOf } from '../observe/observe.ts';

/** A readable store of Svelte, with methods beside it. */
export type ObservedStore<Snapshot, Observed> = MethodsOf<Observed> & {
  /** Calls `run` with the snapshot at once and after every change. Returns a function that stops it. */
  subscribe(run: (snapshot: Snapshot) => void): () => void;
};

const storeOf = <Snapshot, Observed extends Observable<Snapshot>>(
  observed: Observed,
): ObservedStore<Snapshot, Observed> => ({
  ...methodsOf(observed),
  subscribe(run: (snapshot: Snapshot) => void) {
    const stop = observed.subscribe(() => run(observed.getSnapshot()));
    run(observed.getSnapshot());
    return stop;
  },
});

/**
 * The user's rating, favourite and watchlist marks of an item: `const film = accountStateStore(auth, { movie: 550
 * })`, then `$film.rating` and `film.rate(8)`.
 *
 * @example
 * ```ts
 * import { accountStateStore } from 'tmdb-auth/account/svelte';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 * export const film = accountStateStore(auth, { movie: 550 }); // {$film.rating}
 * export const like = () => film.setFavorite(true);
 * ```
 */
export const accountStateStore = (
  auth: TmdbAuth,
  media: Rateable,
): ObservedStore<AccountState, ObservedState> =>
  storeOf<AccountState, ObservedState>(observeState(auth, media));

/** The user's lists: `$lists.lists`. */
export const listsStore = (auth: TmdbAuth): ObservedStore<ListsState, Observable<ListsState>> =>
  storeOf<ListsState, Observable<ListsState>>(observeLists(auth));

/** One list by TMDB's id, with its first 20 items: `$list.items`, `list.loadMore()`. */
export const listStore = (auth: TmdbAuth, id: number): ObservedStore<ListState, ObservedList> =>
  storeOf<ListState, ObservedList>(observeList(auth, id));
