import { failure } from '../answers.ts';
import { type Handler, paged, param, type Route, type RoutedCall } from '../call.ts';
import type { Media } from '../catalog.ts';
import type { Account } from '../records.ts';
import { summaryOf } from './lists.v4.ts';

const ACCOUNT = '/4/account/:account_object_id';

/** What an account holds, for its own user token. The read token speaks for the key's owner. */
export const accountV4: readonly Route[] = [
  {
    method: 'GET',
    path: `${ACCOUNT}/lists`,
    handle: own(({ store }, user) => store.listsOf(user).map(summaryOf)),
  },
  { method: 'GET', path: `${ACCOUNT}/movie/rated`, handle: rated('movie') },
  { method: 'GET', path: `${ACCOUNT}/tv/rated`, handle: rated('tv') },
  { method: 'GET', path: `${ACCOUNT}/movie/favorites`, handle: kept('favorites') },
  { method: 'GET', path: `${ACCOUNT}/movie/watchlist`, handle: kept('watchlist') },
];

/** The account in the path must be the token's: TMDB does not document what else happens, here 401/3. */
function own(results: (call: RoutedCall, user: Account) => unknown[]): Handler {
  return (call) => {
    const user = call.bearer?.account;
    const isOwn = user?.object_id === param(call, 'account_object_id');
    return user && isOwn ? paged(call, results(call, user)) : failure(3);
  };
}

function rated(type: Media['type']): Handler {
  return own((_, { shelf }) =>
    [...shelf.ratings.values()]
      .filter(({ media }) => media.type === type)
      .map(({ media, value, ratedAt }) => ({
        ...media.summary,
        account_rating: { created_at: new Date(ratedAt).toISOString(), value },
      })),
  );
}

function kept(shelfName: 'favorites' | 'watchlist'): Handler {
  return own((_, { shelf }) =>
    [...shelf[shelfName].values()].filter(({ type }) => type === 'movie').map(({ summary }) => summary),
  );
}
