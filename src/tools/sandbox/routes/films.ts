import { type Answer, failure, json } from '../answers.ts';
import { paged, param, type Route, type RoutedCall, sessionUser } from '../call.ts';
import { allOf, findEpisode, findMovie, findSeries, type Media } from '../catalog.ts';
import { accountStates } from './ratings.ts';

/** Enough of TMDB to have titles to rate and to list. Details have the fields of a list's row. */
export const films: readonly Route[] = [
  {
    method: 'GET',
    path: '/3/configuration',
    evidence: 'inferred',
    handle: ({ url }) => json(200, configuration(url)),
  },
  { method: 'GET', path: '/3/search/multi', evidence: 'documented', handle: search },
  {
    method: 'GET',
    path: '/3/movie/:movie_id',
    evidence: 'inferred',
    handle: (call) => details(call, findMovie(param(call, 'movie_id'))),
  },
  {
    method: 'GET',
    path: '/3/tv/:series_id',
    evidence: 'inferred',
    handle: (call) => details(call, findSeries(param(call, 'series_id'))),
  },
  {
    method: 'GET',
    path: '/3/tv/:series_id/season/:season_number/episode/:episode_number',
    evidence: 'inferred',
    handle: (call) =>
      details(
        call,
        findEpisode(param(call, 'series_id'), param(call, 'season_number'), param(call, 'episode_number')),
      ),
  },
];

/** `append_to_response=account_states` needs a session; without one the field is left out (inferred). */
function details(call: RoutedCall, media: Media | undefined): Answer {
  if (!media) return failure(34);
  const isAsked = call.query.get('append_to_response')?.split(',').includes('account_states');
  const user = isAsked ? sessionUser(call) : undefined;
  const states = user && { account_states: accountStates(call.store, media, user.shelf) };
  return json(200, { ...media.summary, ...states });
}

/**
 * Finds films and series by a part of their name; TMDB also finds people. Without a query it finds nothing
 * (inferred).
 */
function search(call: RoutedCall): Answer {
  const wanted = call.query.get('query')?.trim().toLowerCase();
  const found = [...allOf('movie'), ...allOf('tv')]
    .map(({ type, summary }) => ({ ...summary, media_type: type }) as Record<string, unknown>)
    .filter(
      ({ title, name }) =>
        wanted &&
        String(title ?? name)
          .toLowerCase()
          .includes(wanted),
    );
  return paged(call, found);
}

/** There are no pictures: every `poster_path` is null. */
function configuration(url: string) {
  const sizes = { backdrop_sizes: ['w300', 'w780', 'original'], poster_sizes: ['w92', 'w342', 'original'] };
  return { images: { base_url: `${url}/t/p/`, secure_base_url: `${url}/t/p/`, ...sizes }, change_keys: [] };
}
