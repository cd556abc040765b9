import { useEffect, useMemo } from 'react';
import type { AuthStatus } from 'tmdb-auth';
import { type AccountState, observeList, observeState } from 'tmdb-auth/account/observe';
import { useLists } from 'tmdb-auth/account/react';
import { useTmdbAuthSelector } from 'tmdb-auth/react';
import { auth } from '../auth.ts';
import { FILMS } from '../films/films.ts';
import { CARRYING_OVER } from '../texts/carry-over.ts';
import { type Counts, countsOf } from './counts.ts';
import { useAll } from './use-all.ts';

export interface FilmList {
  id: number;
  name: string;
  isPrivate: boolean;
  films: readonly number[];
}

/** The ratings, marks and lists of the user or the guest, as far as TMDB has answered. */
export interface Library {
  /** `guest` also while a guest is signing in. */
  status: AuthStatus;
  films: ReadonlyMap<number, AccountState>;
  lists: readonly FilmList[];
  counts: Counts;
}

const ALL = FILMS.map(({ id }) => observeState(auth, { movie: id }));
const NONE: [] = [];

/** All films with their marks, and the user's lists. Loaded once, however many components use it. */
export function useLibrary(): Library {
  const states = useAll(ALL);
  const { status, lists = NONE } = useLists();
  const isCarryingOver = useTmdbAuthSelector(({ state }) => state === CARRYING_OVER);
  const carried = useTmdbAuthSelector(({ carryOver }) =>
    carryOver ? carryOver.carried + carryOver.kept : 0,
  );
  const observed = useMemo(() => lists.map(({ id }) => observeList(auth, id)), [lists]);
  const details = useAll(observed);

  useEffect(() => {
    for (const [at, { hasMore, isLoading }] of details.entries())
      if (hasMore && !isLoading) void observed[at]?.loadMore();
  }, [observed, details]);

  return useMemo(
    () => ({
      status,
      films: new Map(states.map((state, at) => [FILMS[at]?.id ?? 0, state])),
      counts: countsOf(states, isCarryingOver || states.some(({ isLoading }) => isLoading) ? carried : 0),
      lists: lists.map(({ id, name, public: isPublic }, at) => ({
        id,
        name,
        isPrivate: !isPublic,
        films: (details[at]?.items ?? []).map((item) => item.id),
      })),
    }),
    [status, states, lists, details, isCarryingOver, carried],
  );
}
