/** Rows for agents: the title's identity, and enough to choose. Short, as agents pay for each character. */

type Row = Record<string, unknown>;

/** Longest overview, in characters: TMDB's may have a thousand. */
const OVERVIEW = 200;

/** Scripts in which joiners change the form of letters. */
const SCRIPTS = 'Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr'.split(' ');
const LETTER = `[${SCRIPTS.map((script) => `\\p{scx=${script}}`).join('')}]`;
/** Invisible characters that combine emoji or form a letter. */
const NEEDED = [
  '(?<=\\p{Extended_Pictographic})\\ufe0f',
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  '(?<=\\p{Extended_Pictographic}[\\ufe0f\\p{Emoji_Modifier}]?)\\u200d(?=\\p{Extended_Pictographic})',
  `(?<=${LETTER})[\\u200c\\u200d](?=${LETTER})`,
].join('|');
const INVISIBLE = new RegExp(
  `(?!${NEEDED})[\\p{Cf}\\p{Default_Ignorable_Code_Point}\\p{Variation_Selector}]`,
  'gu',
);
/** Includes the braille pattern without dots, which looks like a space. */
const SPACE = /[\p{Cc}\s\u2800]+/gu;

/**
 * User-written text from TMDB on one line, without invisible characters, so that the user can see all that the agent
 * reads.
 */
export function plain(value: unknown, most = OVERVIEW): string {
  const text = typeof value === 'string' ? value : '';
  const line = text.replace(INVISIBLE, '').replace(SPACE, ' ').trim();
  const letters = [...line];
  return letters.length <= most
    ? line
    : `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

/** Leaves out undefined, null and empty values. */
export const compact = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );

const yearOf = (date: unknown) =>
  /^\d{4}/.exec(String(date ?? '')) ? Number(String(date).slice(0, 4)) : null;

/** TMDB rates titles without votes with 0. */
const ratingOf = (value: unknown) =>
  typeof value === 'number' && value > 0 ? Math.round(value * 10) / 10 : null;

/** A film or a series. `type` for rows without a `media_type`. */
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

/** An episode, with the numbers that `rate` takes. */
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

/** One title with the details that lists leave out. */
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

/** A page of rows under `name`. Empty after the last page, where TMDB may send rows of another page. */
export function pageRow<Item>(
  name: string,
  number: number,
  { items, pages }: { items: Item[]; pages: number },
  rowOf: (item: Item) => Row,
): Row {
  const last = Math.max(1, pages);
  if (number <= last) return { [name]: items.map(rowOf), page: number, pages };
  return { [name]: [], page: number, pages, next: `There are no more rows: the last page is ${last}.` };
}
