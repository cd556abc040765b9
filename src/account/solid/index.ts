/**
 * The account as signals of Solid.
 * @module tmdb-auth/account/solid
 */
import {
  type Accessor,
  createEffect,
  createMemo,
  createRoot,
  createSignal,
  getOwner,
  onCleanup,
  untrack,
} from 'solid-js';
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
import { textOf } from '../observe/named.ts';
import { UNKNOWN_LIST, UNKNOWN_LISTS, UNKNOWN_STATE } from '../observe/unknown.ts';

/**
 * Follows the subject that `observe` makes, and the next one when `key` changes, as long as its owner lives. Effects
 * run after the first render and not on a server, so that both agree.
 */
function createObserved<Snapshot>(
  key: () => unknown,
  observe: () => Observable<Snapshot>,
  unknown: Snapshot,
): Accessor<Snapshot> {
  const [state, setState] = createSignal(unknown);
  const follow = () => {
    const followed = createMemo(key);
    createEffect(() => {
      followed();
      const observed = untrack(observe);
      const update = () => void setState(() => observed.getSnapshot());
      onCleanup(untrack(() => observed.subscribe(update)));
      update();
    });
  };
  if (getOwner()) follow();
  else if (typeof document !== 'undefined') createRoot(follow);
  return state;
}

/**
 * The user's rating, favourite and watchlist marks of an item, and the methods that change them.
 *
 * @example
 * ```ts
 * import { createAccountState } from 'tmdb-auth/account/solid';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 *
 * // In a component:
 * export function createHeart(props: { movie: number }) {
 *   const { state, setFavorite } = createAccountState(auth, () => ({ movie: props.movie }));
 *   return { isOn: () => state().favorite ?? false, toggle: () => setFavorite(!state().favorite) };
 * }
 * ```
 */
export function createAccountState(
  auth: TmdbAuth,
  media: Accessor<Rateable>,
): { state: Accessor<AccountState> } & MethodsOf<ObservedState> {
  const observed = () => observeState(auth, untrack(media));
  return {
    state: createObserved(() => textOf(media()), observed, UNKNOWN_STATE),
    rate: (value) => observed().rate(value),
    unrate: () => observed().unrate(),
    setFavorite: (isFavorite) => observed().setFavorite(isFavorite),
    setWatchlist: (isOn) => observed().setWatchlist(isOn),
    reload: () => observed().reload(),
  };
}

/** The user's lists: `createLists(auth).state().lists`. */
export function createLists(
  auth: TmdbAuth,
): { state: Accessor<ListsState> } & MethodsOf<Observable<ListsState>> {
  const { reload } = observeLists(auth);
  return {
    state: createObserved(
      () => 0,
      () => observeLists(auth),
      UNKNOWN_LISTS,
    ),
    reload,
  };
}

/** One list by TMDB's id, with its first 20 items. */
export function createList(
  auth: TmdbAuth,
  id: Accessor<number>,
): { state: Accessor<ListState> } & MethodsOf<ObservedList> {
  const observed = () => observeList(auth, untrack(id));
  return {
    state: createObserved(id, observed, UNKNOWN_LIST),
    loadMore: () => observed().loadMore(),
    reload: () => observed().reload(),
  };
}
