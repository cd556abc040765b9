import { type Answer, failure, json } from '../answers.ts';
import { param, type Route } from '../call.ts';
import { findMovie, findSeries, type Media } from '../catalog.ts';

/** Enough of the rest of TMDB to have something to rate and to list. */
export const films: readonly Route[] = [
  { method: 'GET', path: '/3/configuration', handle: ({ url }) => json(200, configuration(url)) },
  {
    method: 'GET',
    path: '/3/movie/:movie_id',
    handle: (call) => details(findMovie(param(call, 'movie_id'))),
  },
  {
    method: 'GET',
    path: '/3/tv/:series_id',
    handle: (call) => details(findSeries(param(call, 'series_id'))),
  },
];

function details(media: Media | undefined): Answer {
  return media ? json(200, media.summary) : failure(34);
}

/** There are no pictures: every `poster_path` is null. */
function configuration(url: string) {
  const sizes = { backdrop_sizes: ['w300', 'w780', 'original'], poster_sizes: ['w92', 'w342', 'original'] };
  return { images: { base_url: `${url}/t/p/`, secure_base_url: `${url}/t/p/`, ...sizes }, change_keys: [] };
}
