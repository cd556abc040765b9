/* Rows as agents get them: what identifies a title, and enough to choose. Each pays for every character. */

type Row = Record<string, unknown>;

/** In characters: an overview of TMDB may have a thousand. */
const OVERVIEW = 200;

/**
 * Text from TMDB, which strangers write, on one line. Control characters, marks that turn the direction of writing and
 * invisible tags are left out: a user would not see what an agent reads.
 */
export function plain(value: unknown, most = OVERVIEW): string {
  const text = typeof value === 'string' ? value : '';
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u200b\u2060\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/gu, '')
    .trim();
  const letters = [...line];
  return letters.length <= most
    ? line
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

/** Parts that say nothing are left out. */
export const compact = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );

const yearOf = (date: unknown) =>
  /^\d{4}/.exec(String(date ?? '')) ? Number(String(date).slice(0, 4)) : null;

/** 0 is TMDB's rating of what has no votes. */
const ratingOf = (value: unknown) =>
  typeof value === 'number' && value > 0 ? Math.round(value * 10) / 10 : null;

/** A film or a series. `type` where the row itself does not say. */
export function titleRow(row: Row, type: unknown = row.media_type): Row {
  return compact({
    type,
    id: row.id,
    title: plain(row.title ?? row.name, 120),
    year: yearOf(row.release_date ?? row.first_air_date),
    tmdb_rating: ratingOf(row.vote_average),
    my_rating: row.rating,
    overview: plain(row.overview),
  });
}

/** An episode, by the numbers that `rate` takes. */
export function episodeRow(row: Row): Row {
  return compact({
    type: 'tv',
    id: row.show_id,
    season: row.season_number,
    episode: row.episode_number,
    title: plain(row.name, 120),
    my_rating: row.rating,
  });
}

/** One title with what a list leaves out. */
export function detailsRow(row: Row, type: 'movie' | 'tv'): Row {
  const genres = Array.isArray(row.genres) ? (row.genres as Row[]).map(({ name }) => plain(name, 40)) : [];
  return compact({
    ...titleRow(row, type),
    overview: plain(row.overview, 600),
    genres: genres.length > 0 ? genres.join(', ') : null,
    minutes: row.runtime || null,
    seasons: row.number_of_seasons,
    episodes: row.number_of_episodes,
    status: plain(row.status, 40),
  });
}
