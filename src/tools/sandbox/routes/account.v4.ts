import { failure } from '../answers.ts';
import { type Handler, paged, param, type Route, type RoutedCall, sortedPage } from '../call.ts';
import { allOf } from '../catalog.ts';
import { tmdbDate } from '../clock.ts';
import { averageRating, LIST_ORDERS, type MediaList, runtimeOf } from '../media.list.ts';
import type { Account, Shelf } from '../records.ts';
import type { Store } from '../store.ts';

const ACCOUNT = '/4/account/:account_object_id';

type Kind = 'movie' | 'tv';

/** An account's data, for its own user token. The read token stands for the key's owner. Changes go through v3. */
export const accountV4: readonly Route[] = [
  {
    method: 'GET',
    path: `${ACCOUNT}/lists`,
    evidence: 'clients',
    // Newest first.
    handle: own((call, user) => paged(call, call.store.listsOf(user).reverse().map(summaryOf))),
  },
  ...kept('movie'),
  ...kept('tv'),
];

/** The account in the path must be the token's, else 401/3 (TMDB does not document the answer). */
function own(handle: (call: RoutedCall, user: Account) => ReturnType<Handler>): Handler {
  return (call) => {
    const user = call.bearer?.account;
    const isOwn = user?.object_id === param(call, 'account_object_id');
    return user && isOwn ? handle(call, user) : failure(3);
  };
}

function kept(kind: Kind): Route[] {
  const get = (name: string, results: (store: Store, shelf: Shelf) => unknown[]): Route => ({
    method: 'GET',
    path: `${ACCOUNT}/${kind}/${name}`,
    evidence: 'clients',
    handle: own((call, { shelf }) => sortedPage(call, results(call.store, shelf))),
  });
  const marked = (name: 'favorites' | 'watchlist') =>
    get(name, (_, shelf) =>
      [...shelf[name].values()].filter(({ type }) => type === kind).map(({ summary }) => summary),
    );
  return [
    marked('favorites'),
    marked('watchlist'),
    get('rated', (store, shelf) => rated(store, shelf, kind)),
    get('recommendations', (_, shelf) => recommended(shelf, kind)),
  ];
}

function rated(store: Store, shelf: Shelf, kind: Kind): unknown[] {
  return [...store.listedRatings(shelf).values()]
    .filter(({ media }) => media.type === kind)
    .map(({ media, value, ratedAt }) => ({
      ...media.summary,
      account_rating: { created_at: new Date(ratedAt).toISOString(), value },
    }));
}

/** All other titles of a kind that the user has rated or marked. TMDB's algorithm is unknown. */
function recommended({ ratings, favorites, watchlist }: Shelf, kind: Kind): unknown[] {
  const known = new Set([...ratings.keys(), ...favorites.keys(), ...watchlist.keys()]);
  const all = allOf(kind);
  return all.some(({ key }) => known.has(key))
    ? all.filter(({ key }) => !known.has(key)).map(({ summary }) => summary)
    : [];
}

/** A list in `/4/account/{account_object_id}/lists`, where booleans are numbers and `runtime` is a string. */
function summaryOf(list: MediaList) {
  return {
    account_object_id: list.owner.object_id,
    adult: 0,
    average_rating: averageRating(list),
    backdrop_path: null,
    created_at: tmdbDate(list.createdAt),
    description: list.description,
    featured: 0,
    id: list.id,
    iso_3166_1: list.owner.iso_3166_1,
    iso_639_1: list.language,
    name: list.name,
    number_of_items: list.items.size,
    poster_path: null,
    public: list.isPublic ? 1 : 0,
    revenue: 0,
    runtime: String(runtimeOf(list)),
    sort_by: LIST_ORDERS.indexOf(list.order) + 1,
    updated_at: tmdbDate(list.updatedAt),
  };
}
