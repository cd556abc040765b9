import { useEffect, useMemo } from 'react';
import type { AuthStatus } from 'tmdb-auth';
import { type AccountState, observeList, observeState } from 'tmdb-auth/account/observe';
import { useLists } from 'tmdb-auth/account/react';
import { auth } from '../auth.ts';
import { FILMS } from '../films/films.ts';
import { useAll } from './use-all.ts';

export interface FilmList {
  id: number;
  name: string;
  isPrivate: boolean;
  films: readonly number[];
}

/** What TMDB keeps for the user or the guest, as far as it is known. */
export interface Library {
  /** A guest who is signing in stays a guest. */
  status: AuthStatus;
  films: ReadonlyMap<number, AccountState>;
  lists: readonly FilmList[];
}

const ALL = FILMS.map(({ id }) => observeState(auth, { movie: id }));
const NONE: [] = [];

/** All films with their marks, and the user's lists: loaded once, whichever components use it. */
export function useLibrary(): Library {
  const states = useAll(ALL);
  const { status, lists = NONE } = useLists();
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
      lists: lists.map(({ id, name, public: isPublic }, at) => ({
        id,
        name,
        isPrivate: !isPublic,
        films: (details[at]?.items ?? []).map((item) => item.id),
      })),
    }),
    [status, states, lists, details],
  );
}
