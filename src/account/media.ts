import { TmdbAuthError } from '../errors.ts';

/** A film by TMDB's id. */
export interface Film extends Partial<Record<'tv' | 'season' | 'episode', undefined>> {
  /** TMDB's id of the film. */
  movie: number;
}

/** A series by TMDB's id. */
export interface Series extends Partial<Record<'movie' | 'season' | 'episode', undefined>> {
  /** TMDB's id of the series. */
  tv: number;
}

/** A season of a series. Season 0 holds the specials. */
export interface Season extends Partial<Record<'movie' | 'episode', undefined>> {
  /** TMDB's id of the series. */
  tv: number;
  /** Its number, not its id. */
  season: number;
}

/** An episode by its series, season and number. */
export interface Episode extends Partial<Record<'movie', undefined>> {
  /** TMDB's id of the series. */
  tv: number;
  /** The season's number, not its id. */
  season: number;
  /** Its number in the season, not its id. */
  episode: number;
}

/** A film or a series: can be a favourite, on the watchlist and on lists. */
export type Media = Film | Series;

/** A film, a series or an episode: can be rated. */
export type Rateable = Media | Episode;

/** An item's path at TMDB: `movie/550`, `tv/1396`, `tv/1396/season/1/episode/2`. Throws `invalid_value`. */
export function pathOf(media: Rateable | Season): string {
  const { movie, tv, season, episode } = media ?? {};
  if ((movie === undefined) === (tv === undefined)) throw noMedia();
  const isPart = season !== undefined || episode !== undefined;
  if (movie !== undefined && !isPart) return `movie/${idOf(movie)}`;
  if (movie !== undefined || (season === undefined && isPart)) throw noMedia();
  const parts = [`tv/${idOf(tv)}`];
  if (season !== undefined) parts.push(`season/${idOf(season, 0)}`);
  if (episode !== undefined) parts.push(`episode/${idOf(episode, 0)}`);
  return parts.join('/');
}

/** The same for items that can be rated: not for a season. */
export function ratedPathOf(media: Rateable): string {
  if (media?.season !== undefined && media.episode === undefined) throw noMedia();
  return pathOf(media);
}

/** The same for items that can be favourites or on a list: not for an episode, which would mark its series. */
export function listedPathOf(media: Media): string {
  if (media?.season !== undefined || media?.episode !== undefined) throw noMedia();
  return pathOf(media);
}

/** The item of a path from `pathOf`. Null for anything else: tabs of other versions may send more. */
export function mediaOf(path: string): Rateable | null {
  const [, movie, tv, , season, episode] =
    /^(?:movie\/(\d{1,10})|tv\/(\d{1,10})(\/season\/(\d{1,10})\/episode\/(\d{1,10}))?)$/.exec(path) ?? [];
  if (movie) return Number(movie) > 0 ? { movie: Number(movie) } : null;
  if (!tv || Number(tv) === 0) return null;
  return season && episode
    ? { tv: Number(tv), season: Number(season), episode: Number(episode) }
    : { tv: Number(tv) };
}

/** Ids go into paths, so they must be whole numbers. Throws `invalid_value`. */
export function idOf(id: unknown, least = 1): number {
  if (Number.isSafeInteger(id) && (id as number) >= least) return id as number;
  throw new TmdbAuthError('invalid_value', { message: `An id is a whole number from ${least} on.` });
}

const noMedia = () =>
  new TmdbAuthError('invalid_value', {
    message: 'Name a film as { movie: 550 }, a series as { tv: 1396 }, an episode with season and episode.',
  });
