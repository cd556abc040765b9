import { TmdbAuthError } from '../errors.ts';
import { type Answer, bodyOf } from './parse.ts';
import type { Body } from './status-code.ts';

/** TMDB says that it has stored something. Its code is asked for: what is believed here is forgotten elsewhere. */
export function parseStored(answer: Answer): void {
  if (!('status_code' in bodyOf(answer)))
    throw new TmdbAuthError('bad_answer', { httpStatus: answer.status });
}

export interface RatedPage {
  /** Films, series or episodes by their paths (`movie/550`), and their ratings: 0.5 to 10, null where a row has none. */
  ratings: { media: string; value: number | null }[];
  /** How many there are. */
  pages: number;
  /** TMDB said 404 or 500, as it does of an empty list, and sometimes of another. Default: `false`. */
  isDoubtful?: boolean;
}

/** TMDB gives no more of any list. Each is asked for, so that an answer must not say how long we ask. */
const MOST_PAGES = 500;

/** A page of a `rated` list. A row without its rating spoils only itself. Ids are numbers: nothing else may get into a path. */
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
