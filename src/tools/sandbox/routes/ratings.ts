import { type Answer, done, failure, json } from '../answers.ts';
import { asRater, param, type Route, type RoutedCall } from '../call.ts';
import { findEpisode, findMovie, findSeries, type Media } from '../catalog.ts';
import type { Shelf } from '../records.ts';
import type { GuestSession } from '../store.ts';

type Find = (call: RoutedCall) => Media | undefined;

/** Rating and account_states, for users and guests alike. */
export const ratings: readonly Route[] = [
  ...rateable('/3/movie/:movie_id', (call) => findMovie(param(call, 'movie_id'))),
  ...rateable('/3/tv/:series_id', (call) => findSeries(param(call, 'series_id'))),
  ...rateable('/3/tv/:series_id/season/:season_number/episode/:episode_number', (call) =>
    findEpisode(param(call, 'series_id'), param(call, 'season_number'), param(call, 'episode_number')),
  ),
];

function rateable(path: string, find: Find): Route[] {
  const withMedia = (
    handle: (media: Media, shelf: Shelf, call: RoutedCall, guest: GuestSession | undefined) => Answer,
  ) =>
    asRater((call, shelf, guest) => {
      const media = find(call);
      return media ? handle(media, shelf, call, guest) : failure(34);
    });
  return [
    { method: 'POST', path: `${path}/rating`, handle: withMedia(rate) },
    { method: 'DELETE', path: `${path}/rating`, handle: withMedia(unrate) },
    { method: 'GET', path: `${path}/account_states`, handle: withMedia(accountStates) },
  ];
}

/** First rating 201/1, a changed one 201/12 (recorded). A guest's first one makes the guest session "used". */
function rate(
  media: Media,
  { ratings }: Shelf,
  { body, store }: RoutedCall,
  guest: GuestSession | undefined,
): Answer {
  const { value } = body;
  if (typeof value !== 'number' || value < 0.5 || value > 10 || !Number.isInteger(value * 2))
    return failure(18);
  const changed = ratings.has(media.key);
  ratings.set(media.key, { media, value, ratedAt: store.clock.now() });
  if (guest) guest.used = true;
  return changed ? done(12) : done(1, 201);
}

/** 200/13 also when there was no rating. */
function unrate(media: Media, { ratings }: Shelf): Answer {
  ratings.delete(media.key);
  return done(13);
}

function accountStates(media: Media, shelf: Shelf): Answer {
  const value = shelf.ratings.get(media.key)?.value;
  const rated = value === undefined ? false : { value };
  if (media.type === 'episode') return json(200, { id: media.id, rated });
  return json(200, {
    id: media.id,
    favorite: shelf.favorites.has(media.key),
    rated,
    watchlist: shelf.watchlist.has(media.key),
  });
}

/** The results of a `rated` list: each film with its `rating`. */
export function ratedResults(shelf: Shelf, type: Media['type']): unknown[] {
  return [...shelf.ratings.values()]
    .filter(({ media }) => media.type === type)
    .map(({ media, value }) => ({ ...media.summary, rating: value }));
}
