import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { replaced } from '../../lib/replaced.ts';
import { accountOf } from '../account-of.ts';
import type { AskOptions, ListDetails, ListSummary } from '../lists.types.ts';
import { type Media, pathOf, type Rateable } from '../media.ts';
import { presenceIn } from '../owner.ts';
import type { ListItem, Rated, Rows } from '../rows.ts';
import type { Kind } from '../shelves.ts';
import type { States } from '../states.ts';

/** The first part of every key from here. */
export const PREFIX = 'tmdb-auth';

/** The third part of a key: the kind of data. */
export const NAMES = ['states', 'ratings', 'favorites', 'watchlisted', 'lists', 'list'] as const;
type Name = (typeof NAMES)[number];

type Key = readonly [typeof PREFIX, string | null, Name, ...(string | number)[]];

/** Whether `accountQueries` made that key; an app may use the same prefix. */
export function isKey(key: readonly unknown[]): key is Key {
  const [prefix, owner, name] = key;
  const isOwner = owner === null || (typeof owner === 'string' && /^(user|guest) /.test(owner));
  return prefix === PREFIX && isOwner && NAMES.some((known) => known === name);
}

/** Options of `useQuery` and its like. */
export interface AccountQuery<Data> {
  /** `['tmdb-auth', owner, …]`: the owner is a user or a guest, and not a secret. */
  queryKey: readonly ['tmdb-auth', string | null, ...(string | number)[]];
  /** Rejects with `cancelled` if the user has changed since the options were made. */
  queryFn(context: AskOptions): Promise<Data>;
  /** False while nobody is signed in. */
  enabled: boolean;
  /** False: the account itself repeats requests where that may help. */
  retry: false;
}

/** One list with all of its items. */
export type ListData = Omit<ListDetails, 'items'> & { items: ListItem[] };

/** The account's queries, for the current user or guest. */
export interface AccountQueries {
  /** The user's rating, favourite and watchlist marks of a film or a series; an episode has a rating only. */
  states(media: Rateable): AccountQuery<Partial<States> & Pick<States, 'rating'>>;
  /** Everything the user or guest has rated. */
  ratings<K extends Kind>(kind: K): AccountQuery<(Rows[K] & Rated)[]>;
  /** All of the user's favourites. */
  favorites<K extends 'movie' | 'tv'>(kind: K): AccountQuery<Rows[K][]>;
  /** All of the user's watchlist. */
  watchlisted<K extends 'movie' | 'tv'>(kind: K): AccountQuery<Rows[K][]>;
  /** The user's lists. */
  lists(): AccountQuery<ListSummary[]>;
  /** One list with all of its items. */
  list(id: number): AccountQuery<ListData>;
}

/**
 * Options for TanStack Query. Call it where you render, so that the keys are those of the current user:
 * `useQuery(accountQueries(auth).states({ movie: 550 }))`.
 *
 * @example
 * ```ts
 * import { QueryClient } from '@tanstack/query-core';
 * import { accountQueries, keepInStep } from 'tmdb-auth/account/query';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 * const queryClient = new QueryClient();
 * keepInStep(auth, queryClient);
 *
 * export const favoriteFilms = () => queryClient.fetchQuery(accountQueries(auth).favorites('movie'));
 * ```
 */
export function accountQueries(auth: TmdbAuth): AccountQueries {
  const my = accountOf(auth);
  const ownerNow = () => presenceIn(auth.getView()).key;
  const owner = ownerNow();

  const query = <Data>(
    parts: [Name, ...(string | number)[]],
    ask: (options: AskOptions) => Promise<Data>,
  ): AccountQuery<Data> => ({
    queryKey: [PREFIX, owner, ...parts],
    async queryFn({ signal }) {
      if (owner === null || ownerNow() !== owner) throw replaced();
      return ask(signal ? { signal } : {});
    },
    enabled: owner !== null,
    retry: false,
  });

  return {
    states: (media) => query(['states', pathOf(media)], (options) => my.states(media as Media, options)),
    ratings: (kind) => query(['ratings', kind], (options) => my.ratings(kind, options).toArray()),
    favorites: (kind) => query(['favorites', kind], (options) => my.favorites(kind, options).toArray()),
    watchlisted: (kind) => query(['watchlisted', kind], (options) => my.watchlisted(kind, options).toArray()),
    lists: () => query(['lists'], (options) => my.lists.all(options).toArray()),
    list: (id) =>
      query(['list', id], async (options) => {
        const { items, ...list } = await my.lists.get(id, options);
        return { ...list, items: await items.toArray() };
      }),
  };
}
