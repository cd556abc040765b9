/* Rows with TMDB's own field names. Checked against recordings: a field that may be missing is optional. */

interface Row {
  /** TMDB's id. */
  id: number;
  /** Whether it is for adults only. */
  adult?: boolean;
  /** The path of a picture below TMDB's image host, or null. */
  backdrop_path?: string | null;
  /** TMDB's ids of its genres. */
  genre_ids?: number[];
  /** ISO 639-1. */
  original_language?: string;
  /** In the language asked for; may be empty. */
  overview?: string;
  /** TMDB's own measure. */
  popularity?: number;
  /** The path of the poster below TMDB's image host, or null. */
  poster_path?: string | null;
  /** 0 to 10, 0 without votes. */
  vote_average?: number;
  /** The number of votes. */
  vote_count?: number;
}

/** A film in one of TMDB's lists. */
export interface FilmRow extends Row {
  /** In the language asked for. */
  title: string;
  /** In its own language. */
  original_title?: string;
  /** `YYYY-MM-DD`, or empty. */
  release_date?: string;
  /** TMDB's flag for videos that are not feature films. */
  video?: boolean;
}

/** A series in one of TMDB's lists. */
export interface SeriesRow extends Row {
  /** In the language asked for. */
  name: string;
  /** In its own language. */
  original_name?: string;
  /** `YYYY-MM-DD`, or empty. */
  first_air_date?: string;
  /** ISO 3166-1. */
  origin_country?: string[];
}

/** An episode in a list of ratings. */
export interface EpisodeRow {
  /** TMDB's id of the episode; paths go by series, season and number instead. */
  id: number;
  /** TMDB's id of the series. */
  show_id: number;
  /** 0 for the specials. */
  season_number: number;
  /** Within its season. */
  episode_number: number;
  /** In the language asked for. */
  name: string;
  /** In the language asked for; may be empty. */
  overview?: string;
  /** `YYYY-MM-DD`, or null. */
  air_date?: string | null;
  /** The path of a picture below TMDB's image host, or null. */
  still_path?: string | null;
  /** 0 to 10, 0 without votes. */
  vote_average?: number;
  /** The number of votes. */
  vote_count?: number;
}

/** The row of each kind of item. */
export interface Rows {
  /** Films. */
  movie: FilmRow;
  /** Series. */
  tv: SeriesRow;
  /** Episodes: in lists of ratings only. */
  episode: EpisodeRow;
}

/** A row of a list of ratings. */
export interface Rated {
  /** 0.5 to 10. Null if TMDB omits it from a row, as it sometimes does. */
  rating: number | null;
}

/** An item of a list: v4's lists hold series, too. */
export type ListItem = (FilmRow & { media_type: 'movie' }) | (SeriesRow & { media_type: 'tv' });
