import { TmdbAuthError } from '../errors.ts';
import { type Answer, bodyOf } from './parse.ts';
import type { Body } from './status-code.ts';

/**
 * Throws unless TMDB says that it has stored the rating. Its code is required, as the guest's own rating is forgotten
 * after that.
 */
export function parseStored(answer: Answer): void {
  if (!('status_code' in bodyOf(answer)))
    throw new TmdbAuthError('bad_answer', { httpStatus: answer.status });
}

export interface RatedPage {
  /** The paths of films, series or episodes (`movie/550`), and their ratings: 0.5 to 10, null where a row has none. */
  ratings: { media: string; value: number | null }[];
  /** How many pages there are. */
  pages: number;
  /** TMDB said 404 or 500, as it does for an empty list, and sometimes for another. Default: `false`. */
  isDoubtful?: boolean;
}

/** TMDB's limit for every list. All pages are asked for, so a false answer must not make that endless. */
const MOST_PAGES = 500;

/**
 * Parses a page of a `rated` list. A row without its rating spoils only itself. Ids must be numbers: nothing else may
 * get into a path.
 */
export function parseRatedPage(answer: Answer, kind: 'movies' | 'tv' | 'tv/episodes'): RatedPage {
  const { results, total_pages: pages } = bodyOf(answer);
  const wrong = () => new TmdbAuthError('bad_answer', { httpStatus: answer.status });
  if (!Array.isArray(results) || !isCount(pages) || pages > MOST_PAGES) throw wrong();
  const ratings = results.map((result: unknown) => {
    const { id, show_id, season_number, episode_number, rating } = (result ?? {}) as Body;
    const ids = kind === 'tv/episodes' ? [show_id, season_number, episode_number] : [id];
    if (!ids.every(isCount)) throw wrong();
    const media =
      kind === 'movies'
        ? `movie/${id}`
        : kind === 'tv'
          ? `tv/${id}`
          : `tv/${show_id}/season/${season_number}/episode/${episode_number}`;
    return { media, value: isRating(rating) ? rating : null };
  });
  return { ratings, pages };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isRating = (value: unknown): value is number => Number.isFinite(value);

/** The rating in `account_states`: `{ "rated": { "value": 8 } }`, or `false`. */
export function parseRatingOf(answer: Answer): number | null {
  const { rated } = bodyOf(answer);
  if (rated === false) return null;
  const value = (rated as { value?: unknown } | null | undefined)?.value;
  if (isRating(value)) return value;
  throw new TmdbAuthError('bad_answer', { httpStatus: answer.status });
}
