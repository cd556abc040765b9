import { type Answer, done, failure, json } from '../answers.ts';
import { asRater, param, type Route, type RoutedCall } from '../call.ts';
import { findEpisode, findMovie, findSeason, findSeries, type Media } from '../catalog.ts';
import { type Shelf, setRating } from '../records.ts';
import type { GuestSession, Store } from '../store.ts';

type Find = (call: RoutedCall) => Media | undefined;

const SEASON = '/3/tv/:series_id/season/:season_number';

/** Rating and account_states, for users and guests alike. */
export const ratings: readonly Route[] = [
  ...rateable('/3/movie/:movie_id', (call) => findMovie(param(call, 'movie_id'))),
  ...rateable('/3/tv/:series_id', (call) => findSeries(param(call, 'series_id'))),
  ...rateable(`${SEASON}/episode/:episode_number`, (call) =>
    findEpisode(param(call, 'series_id'), param(call, 'season_number'), param(call, 'episode_number')),
  ),
  {
    method: 'GET',
    path: `${SEASON}/account_states`,
    evidence: 'clients',
    handle: asRater(({ store, params }, shelf, guest) => {
      if (refusesStates(store, guest)) return failure(3);
      const episodes = findSeason(params.series_id ?? '', params.season_number ?? '');
      return episodes.length > 0 ? json(200, seasonStates(store, episodes, shelf)) : failure(34);
    }),
  },
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
    { method: 'POST', path: `${path}/rating`, evidence: 'recorded', handle: withMedia(rate) },
    { method: 'DELETE', path: `${path}/rating`, evidence: 'recorded', handle: withMedia(unrate) },
    {
      method: 'GET',
      path: `${path}/account_states`,
      evidence: path.startsWith('/3/movie') ? 'documented' : 'clients',
      handle: withMedia((media, shelf, { store }, guest) =>
        refusesStates(store, guest)
          ? failure(3)
          : json(200, { id: media.id, ...accountStates(store, media, shelf) }),
      ),
    },
  ];
}

function refusesStates({ quirks }: Store, guest: GuestSession | undefined): boolean {
  return guest !== undefined && !quirks.guestAccountStates;
}

/**
 * 201/1 for a first rating, 201/12 for a changed one (recorded). A guest's first rating marks the guest session as
 * used.
 */
function rate(
  media: Media,
  shelf: Shelf,
  { body, store }: RoutedCall,
  guest: GuestSession | undefined,
): Answer {
  const { value } = body;
  if (typeof value !== 'number' || value < 0.5 || value > 10 || !Number.isInteger(value * 2))
    return failure(18);
  const changed = shelf.ratings.has(media.key);
  const ratedAt = store.clock.now();
  setRating(shelf, media.key, { media, value, ratedAt }, ratedAt);
  if (guest) guest.used = true;
  return changed ? done(12) : done(1, 201);
}

/** 200/13 even without a rating. */
function unrate(media: Media, shelf: Shelf, { store }: RoutedCall): Answer {
  setRating(shelf, media.key, undefined, store.clock.now());
  return done(13);
}

/** Without the id, like in `append_to_response`. */
export function accountStates(store: Store, { key, type }: Media, shelf: Shelf) {
  const value = store.statedRatings(shelf).get(key)?.value;
  const rated = value === undefined ? false : { value };
  if (type === 'episode') return { rated };
  return { favorite: shelf.favorites.has(key), rated, watchlist: shelf.watchlist.has(key) };
}

/** The id is the season's, not its number. */
function seasonStates(store: Store, episodes: readonly Media[], shelf: Shelf) {
  const results = episodes.map((episode) => ({
    id: episode.id,
    episode_number: episode.summary.episode_number,
    ...accountStates(store, episode, shelf),
  }));
  return { id: (episodes[0]?.id ?? 0) - 1, results };
}

/** The rows of a `rated` list: each title with its `rating`. */
export function ratedResults(store: Store, shelf: Shelf, type: Media['type']): unknown[] {
  return [...store.listedRatings(shelf).values()]
    .filter(({ media }) => media.type === type)
    .map(({ media, value }) =>
      store.quirks.rowsWithoutRating.includes(media.id) ? media.summary : { ...media.summary, rating: value },
    );
}
