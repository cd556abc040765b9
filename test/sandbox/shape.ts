/** The types of a JSON value, for a comparison field by field: `{ id: 'number', items: [{ title: 'string' }] }`. */
export type Shape = 'string' | 'number' | 'boolean' | 'null' | Shape[] | Fields;

export interface Fields {
  [field: string]: Shape;
}

/** The first element of an array stands for all. */
export function shapeOf(value: unknown): Shape {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object') return typeof value as Shape;
  return Object.fromEntries(Object.entries(value as object).map(([field, each]) => [field, shapeOf(each)]));
}

const COMMON: Fields = {
  adult: 'boolean',
  backdrop_path: 'null',
  genre_ids: ['number'],
  id: 'number',
  original_language: 'string',
  overview: 'string',
  popularity: 'number',
  poster_path: 'null',
  vote_average: 'number',
  vote_count: 'number',
};

export const MOVIE: Fields = {
  ...COMMON,
  original_title: 'string',
  release_date: 'string',
  title: 'string',
  video: 'boolean',
};

export const SERIES: Fields = {
  ...COMMON,
  first_air_date: 'string',
  name: 'string',
  origin_country: ['string'],
  original_name: 'string',
};

export const EPISODE: Fields = {
  air_date: 'string',
  episode_number: 'number',
  id: 'number',
  name: 'string',
  overview: 'string',
  production_code: 'string',
  runtime: 'number',
  season_number: 'number',
  show_id: 'number',
  still_path: 'null',
  vote_average: 'number',
  vote_count: 'number',
};

/** One page of rows. */
export const pageOf = (row: Fields): Fields => ({
  page: 'number',
  results: [row],
  total_pages: 'number',
  total_results: 'number',
});

/** The answer to a write. */
export const CODE: Fields = { success: 'boolean', status_code: 'number', status_message: 'string' };
