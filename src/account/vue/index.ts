/**
 * The account as refs of Vue.
 * @module tmdb-auth/account/vue
 */
import {
  getCurrentInstance,
  getCurrentScope,
  type MaybeRefOrGetter,
  onBeforeUnmount,
  onMounted,
  type ShallowRef,
  shallowRef,
  toValue,
  watch,
} from 'vue';
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

type StateRef<Snapshot> = Readonly<ShallowRef<Snapshot>>;

/**
 * Follows the subject that `observe` makes, and the next one when `key` changes: in a component from its mount to its
 * end, so that a server and the first render agree; in a store as long as its scope.
 */
function useObserved<Snapshot>(key: () => unknown, observe: () => Observable<Snapshot>, unknown: Snapshot) {
  const state = shallowRef(unknown) as ShallowRef<Snapshot>;
  const scope = getCurrentScope();
  let isFollowing = false;
  const follow = () => {
    const followKey = (_: unknown, __: unknown, onCleanup: (stop: () => void) => void) => {
      const observed = observe();
      const update = () => {
        state.value = observed.getSnapshot();
      };
      onCleanup(observed.subscribe(update));
      update();
    };
    if (!isFollowing) watch(key, followKey, { immediate: true, flush: 'sync' });
    isFollowing = true;
  };
  const start = () => (scope ? scope.run(follow) : follow());
  if (getCurrentInstance()) {
    onMounted(start);
    // A store outlives the component that used it first, even one that was never mounted.
    onBeforeUnmount(start);
  } else if (typeof document !== 'undefined') start();
  return state;
}

/**
 * The user's rating, favourite and watchlist marks of an item, and the methods that change them: `const { state, rate
 * } = useAccountState(auth, { movie: 550 })`. `media` may be a ref or a getter.
 *
 * @example
 * ```ts
 * import { useAccountState } from 'tmdb-auth/account/vue';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 *
 * // In setup, with its props:
 * export function useHeart(props: { movie: number }) {
 *   const { state, setFavorite } = useAccountState(auth, () => ({ movie: props.movie }));
 *   return { state, toggle: () => setFavorite(!state.value.favorite) };
 * }
 * ```
 */
export function useAccountState(
  auth: TmdbAuth,
  media: MaybeRefOrGetter<Rateable>,
): { state: StateRef<AccountState> } & MethodsOf<ObservedState> {
  const observed = () => observeState(auth, toValue(media));
  return {
    state: useObserved(() => textOf(toValue(media)), observed, UNKNOWN_STATE),
    rate: (value) => observed().rate(value),
    unrate: () => observed().unrate(),
    setFavorite: (isFavorite) => observed().setFavorite(isFavorite),
    setWatchlist: (isOn) => observed().setWatchlist(isOn),
    reload: () => observed().reload(),
  };
}

/** The user's lists: `const { state } = useLists(auth)`, then `state.lists`. */
export function useLists(
  auth: TmdbAuth,
): { state: StateRef<ListsState> } & MethodsOf<Observable<ListsState>> {
  const { reload } = observeLists(auth);
  return {
    state: useObserved(
      () => 0,
      () => observeLists(auth),
      UNKNOWN_LISTS,
    ),
    reload,
  };
}

/** One list by TMDB's id, which may be a ref or a getter, with its first 20 items. */
export function useList(
  auth: TmdbAuth,
  id: MaybeRefOrGetter<number>,
): { state: StateRef<ListState> } & MethodsOf<ObservedList> {
  const observed = () => observeList(auth, toValue(id));
  return {
    state: useObserved(() => toValue(id), observed, UNKNOWN_LIST),
    loadMore: () => observed().loadMore(),
    reload: () => observed().reload(),
  };
}
