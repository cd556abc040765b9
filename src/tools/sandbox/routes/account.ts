import { type Answer, done, failure, json } from '../answers.ts';
import {
  asUser,
  boolean,
  type Handler,
  paged,
  type Route,
  type RoutedCall,
  sent,
  sessionUser,
  sortedPage,
} from '../call.ts';
import { findMedia, type Media } from '../catalog.ts';
import { accountDetails, type Shelf } from '../records.ts';
import { summaryOf } from './lists.ts';
import { ratedResults } from './ratings.ts';

/** TMDB ignores the account id in the path and uses the session's account. */
const ACCOUNT = '/3/account/:account_id';

export const account: readonly Route[] = [
  { method: 'GET', path: '/3/account', evidence: 'recorded', handle: details },
  { method: 'GET', path: ACCOUNT, evidence: 'documented', handle: details },
  ...marks('favorite', 'favorites'),
  ...marks('watchlist', 'watchlist'),
  { method: 'GET', path: `${ACCOUNT}/rated/movies`, evidence: 'clients', handle: rated('movie') },
  { method: 'GET', path: `${ACCOUNT}/rated/tv`, evidence: 'clients', handle: rated('tv') },
  { method: 'GET', path: `${ACCOUNT}/rated/tv/episodes`, evidence: 'clients', handle: rated('episode') },
  {
    method: 'GET',
    path: `${ACCOUNT}/lists`,
    evidence: 'clients',
    handle: asUser((call, user) => {
      return paged(call, call.store.listsOf(user).map(summaryOf));
    }),
  },
];

/**
 * Without `session_id` the Bearer token decides: the read token stands for the key's owner (seen in several code
 * bases), a v4 user token for its user. An api_key alone is refused.
 */
function details(call: RoutedCall): Answer {
  const user = sent(call, 'session_id') ? sessionUser(call) : call.bearer?.account;
  return user ? json(200, accountDetails(user)) : failure(3);
}

/** `favorite` and `watchlist` work alike: set with POST, read as two lists. */
function marks(name: 'favorite' | 'watchlist', shelfName: 'favorites' | 'watchlist'): Route[] {
  const read = (type: Media['type']): Handler =>
    asUser((call, user) => {
      const kept = [...user.shelf[shelfName].values()].filter((media) => media.type === type);
      return sortedPage(
        call,
        kept.map((media) => media.summary),
      );
    });
  return [
    {
      method: 'POST',
      path: `${ACCOUNT}/${name}`,
      evidence: 'documented',
      handle: asUser((call, user) => mark(user.shelf[shelfName], call.body, boolean(call, call.body[name]))),
    },
    { method: 'GET', path: `${ACCOUNT}/${name}/movies`, evidence: 'clients', handle: read('movie') },
    { method: 'GET', path: `${ACCOUNT}/${name}/tv`, evidence: 'clients', handle: read('tv') },
  ];
}

function mark(kept: Shelf['favorites'], body: RoutedCall['body'], wanted: boolean | undefined): Answer {
  const { media_type, media_id } = body;
  if (wanted === undefined || (media_type !== 'movie' && media_type !== 'tv')) return failure(5);
  const media = findMedia(media_type, media_id);
  if (!media) return failure(34);
  const had = kept.has(media.key);
  if (wanted) kept.set(media.key, media);
  else kept.delete(media.key);
  if (!wanted) return done(13);
  return had ? done(12) : done(1, 201);
}

function rated(type: Media['type']): Handler {
  return asUser((call, user) => sortedPage(call, ratedResults(call.store, user.shelf, type)));
}
