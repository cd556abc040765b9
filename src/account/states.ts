import { TmdbAuthError } from '../errors.ts';
import type { Ask, Body } from './asking.ts';
import type { AskOptions } from './lists.types.ts';
import { pathOf, type Rateable, type Season } from './media.ts';
import type { Memory } from './memory.ts';
import type { Owner } from './owner.ts';
import { isRow, pathOfRow, type Shelf, withRating } from './shelves.ts';

/** The user's marks of a film or a series. A guest has a rating only. */
export interface States {
  /** 0.5 to 10, or null. */
  rating: number | null;
  /** It is one of the user's favourites. */
  favorite: boolean;
  /** It is on the user's watchlist. */
  watchlist: boolean;
}

/** The user's rating of one episode of a season. */
export interface EpisodeState {
  /** Its number in the season. */
  episode: number;
  /** 0.5 to 10, or null. */
  rating: number | null;
}

interface StatesDependencies {
  ask: Ask;
  who(signal?: AbortSignal): Promise<Owner>;
  shelf: Shelf;
  memory: Memory;
}

const UNTOUCHED: States = { rating: null, favorite: false, watchlist: false };

/** `GET /3/{media}/account_states`, with recent changes. */
export function createStates({ ask, who, shelf, memory }: StatesDependencies) {
  const ofSeason = async (
    { tv, season }: Season,
    as: Owner,
    options: AskOptions,
  ): Promise<EpisodeState[]> => {
    const rows = await rowsOfSeason({ tv, season }, as, options);
    return rows.filter(hasNumber).map((row) => {
      const episode = row.episode_number;
      return { episode, rating: memory.over(pathOf({ tv, season, episode }), statesIn(row)).rating };
    });
  };

  const rowsOfSeason = async (media: Season, as: Owner, options: AskOptions): Promise<Body[]> => {
    try {
      const path = `/3/${pathOf(media)}/account_states`;
      const { results } = await ask({ path, as, signal: options.signal });
      if (!Array.isArray(results)) throw new TmdbAuthError('bad_answer');
      return results.filter(isRow);
    } catch (error) {
      if (!isRefused(as, error)) throw error;
      const asStates = (row: Body): Body => ({ ...row, rated: { value: withRating(row).rating } });
      const rated = await shelf('rated', 'episode', asStates, options, as).toArray();
      return rated.filter((row) => row.show_id === media.tv && row.season_number === media.season);
    }
  };

  /** Reads the guest's own list instead. */
  const ofGuest = async (path: string, as: Owner, options: AskOptions): Promise<States> => {
    const kind = path.includes('/episode/') ? 'episode' : path.startsWith('movie/') ? 'movie' : 'tv';
    const itemOf = (row: Body) => ({
      id: row.id,
      path: pathOfRow(kind, row),
      rating: withRating(row).rating,
    });
    for await (const row of shelf('rated', kind, itemOf, options, as))
      if (row.path === path) return { ...UNTOUCHED, rating: row.rating };
    return UNTOUCHED;
  };

  const ofItem = async (path: string, as: Owner, options: AskOptions): Promise<States> => {
    try {
      return statesIn(await ask({ path: `/3/${path}/account_states`, as, signal: options.signal }));
    } catch (error) {
      if (!isRefused(as, error)) throw error;
      return ofGuest(path, as, options);
    }
  };

  return async (media: Rateable | Season, options: AskOptions = {}) => {
    const path = pathOf(media);
    const as = await who(options.signal);
    if (media.season === undefined) return memory.over(path, await ofItem(path, as, options));
    if (media.episode === undefined) return ofSeason(media, as, options);
    return { rating: memory.over(path, await ofItem(path, as, options)).rating };
  };
}

const hasNumber = (row: Body): row is Body & { episode_number: number } =>
  Number.isSafeInteger(row.episode_number);

/** TMDB may refuse `account_states` to valid guests (cavestri/themoviedb-javascript-library#43). */
const isRefused = (as: Owner, error: unknown) =>
  as.isGuest && TmdbAuthError.is(error) && error.code === 'session_invalid';

/** TMDB omits favourites and the watchlist for episodes and for guests. */
function statesIn({ rated, favorite, watchlist }: Body): States {
  const rating = rated === false ? null : (rated as { value?: unknown } | undefined)?.value;
  if (rating !== null && !Number.isFinite(rating)) throw new TmdbAuthError('bad_answer');
  return { rating: rating as number | null, favorite: favorite === true, watchlist: watchlist === true };
}
