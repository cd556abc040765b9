import { useMemo, useSyncExternalStore } from 'react';
import { useClient } from '../../ui/react/hooks.ts';
import { accountOf, type MyAccount, type Rateable } from '../index.ts';
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
import { UNKNOWN_LIST, UNKNOWN_LISTS, UNKNOWN_STATE } from '../observe/unknown.ts';

/** The snapshot and the methods in one object, which stays the same until something changes. */
function useObserved<Snapshot extends object, Observed extends Observable<Snapshot>>(
  observed: Observed,
  unknown: Snapshot,
): Snapshot & MethodsOf<Observed> {
  const snapshot = useSyncExternalStore(observed.subscribe, observed.getSnapshot, () => unknown);
  return useMemo(() => ({ ...methodsOf(observed), ...snapshot }), [observed, snapshot]);
}

/**
 * The account of the provider's client: `rate`, `lists`, `favorites` and the rest. The same object in every render.
 *
 * @example
 * ```tsx
 * import { useAccount } from 'tmdb-auth/account/react';
 *
 * export function AddToList({ id, movie }: { id: number; movie: number }) {
 *   const my = useAccount();
 *   return <button onClick={() => my.lists.add(id, { movie }).catch(() => {})}>Add</button>;
 * }
 * ```
 */
export function useAccount(): MyAccount {
  return accountOf(useClient());
}

/**
 * The user's rating, favourite and watchlist marks of a film, a series or an episode, and the methods that change
 * them. Components that show the same item ask TMDB once. A change shows at once, and is taken back with a `failure`
 * if TMDB refuses it. A server, and the first render in the page, see "not known yet", so that they agree.
 *
 * @example
 * ```tsx
 * import { useAccountState } from 'tmdb-auth/account/react';
 *
 * export function Heart({ movie }: { movie: number }) {
 *   const { status, favorite, failure, setFavorite } = useAccountState({ movie });
 *   if (status !== 'user') return null;
 *   return (
 *     <button
 *       aria-pressed={favorite ?? false}
 *       disabled={favorite === undefined}
 *       title={failure?.message}
 *       onClick={() => setFavorite(!favorite)}
 *     >
 *       ♥
 *     </button>
 *   );
 * }
 * ```
 */
export function useAccountState(media: Rateable): AccountState & MethodsOf<ObservedState> {
  const auth = useClient();
  const { movie, tv, season, episode } = media ?? {};
  const observed = useMemo(
    () => observeState(auth, { movie, tv, season, episode } as Rateable),
    [auth, movie, tv, season, episode],
  );
  return useObserved<AccountState, ObservedState>(observed, UNKNOWN_STATE);
}

/**
 * The user's lists, in sync with those created, changed and deleted here and in other tabs.
 *
 * @example
 * ```tsx
 * import { useLists } from 'tmdb-auth/account/react';
 *
 * export const Lists = () => <ul>{useLists().lists?.map(({ id, name }) => <li key={id}>{name}</li>)}</ul>;
 * ```
 */
export function useLists(): ListsState & MethodsOf<Observable<ListsState>> {
  const auth = useClient();
  const observed = useMemo(() => observeLists(auth), [auth]);
  return useObserved<ListsState, Observable<ListsState>>(observed, UNKNOWN_LISTS);
}

/**
 * One list by TMDB's id, with its first 20 items; `loadMore()` loads the next.
 *
 * @example
 * ```tsx
 * import { useList } from 'tmdb-auth/account/react';
 *
 * export function List({ id }: { id: number }) {
 *   const { list, items, hasMore, loadMore } = useList(id);
 *   return (
 *     <section>
 *       <h2>{list?.name}</h2>
 *       <ul>{items?.map((item) => <li key={item.id}>{'title' in item ? item.title : item.name}</li>)}</ul>
 *       {hasMore && <button onClick={loadMore}>More</button>}
 *     </section>
 *   );
 * }
 * ```
 */
export function useList(id: number): ListState & MethodsOf<ObservedList> {
  const auth = useClient();
  const observed = useMemo(() => observeList(auth, id), [auth, id]);
  return useObserved<ListState, ObservedList>(observed, UNKNOWN_LIST);
}
