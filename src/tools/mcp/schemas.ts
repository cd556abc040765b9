import type { Media, Rateable } from '../../account/index.ts';
import { TmdbAuthError } from '../../index.ts';

/** Arguments that several tools share, as JSON Schema and as types. */

export interface Item {
  type: 'movie' | 'tv';
  id: number;
}
export interface RateableItem extends Item {
  season?: number;
  episode?: number;
}
export interface Paged {
  page?: number;
  language?: string;
}

const TYPE = { type: 'string', enum: ['movie', 'tv'], description: 'movie: a film; tv: a series' };
const ID = { type: 'integer', minimum: 1, description: "TMDB's id, from search_titles" };
export const LIST_ID = { type: 'integer', minimum: 1, description: 'From my_lists' };

export const ITEM = { type: TYPE, id: ID };

export const RATEABLE = {
  ...ITEM,
  season: { type: 'integer', minimum: 0, description: 'For one episode of a series' },
  episode: { type: 'integer', minimum: 0 },
};

export const ITEMS = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: { type: 'object', properties: ITEM, required: ['type', 'id'], additionalProperties: false },
};

export const PAGE = { type: 'integer', minimum: 1, maximum: 500, description: '20 rows each; default 1' };
export const LANGUAGE = {
  type: 'string',
  description: 'Language of titles and texts, e.g. de-DE; default English',
};
export const PAGED = { page: PAGE, language: LANGUAGE };

export const mediaOf = ({ type, id }: Item): Media => (type === 'movie' ? { movie: id } : { tv: id });

/** Throws `invalid_value` for a film with a season or episode, and for a season or an episode alone. */
export function rateableOf({ season, episode, ...item }: RateableItem): Rateable {
  const isPart = season !== undefined || episode !== undefined;
  if (isPart && item.type === 'movie') throw new TmdbAuthError('invalid_value', { message: NO_PART });
  if ((season === undefined) !== (episode === undefined))
    throw new TmdbAuthError('invalid_value', { message: HALF_AN_EPISODE });
  return {
    ...mediaOf(item),
    ...(season !== undefined && { season }),
    ...(episode !== undefined && { episode }),
  } as Rateable;
}

const HALF_AN_EPISODE = 'Give both season and episode, or neither: a season cannot be rated.';
const NO_PART = 'A film has no season or episode: leave them out, or use type tv for a series.';
