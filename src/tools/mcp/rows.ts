/* Rows as agents get them: what identifies a title, and enough to choose. Each pays for every character. */

type Row = Record<string, unknown>;

/** In characters: an overview of TMDB may have a thousand. */
const OVERVIEW = 200;

/** Scripts whose letters change their form by joiners. */
const SCRIPTS = 'Arab Syrc Mong Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr'.split(' ');
const LETTER = `[${SCRIPTS.map((script) => `\\p{scx=${script}}`).join('')}]`;
/** Invisible characters that make one emoji of several, or form a letter. */
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
/** A braille pattern without dots looks like a space, too. */
const SPACE = /[\p{Cc}\s\u2800]+/gu;

/**
 * Text from TMDB, which strangers write, on one line and without invisible characters: a user sees all that an agent
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

/** A page of rows under a name. TMDB may answer a page after the last with rows of another. */
export function pageRow<Item>(
  name: string,
  number: number,
  { items, pages }: { items: Item[]; pages: number },
  rowOf: (item: Item) => Row,
): Row {
  const last = Math.max(1, pages);
  if (number <= last) return { [name]: items.map(rowOf), page: number, pages };
  return { [name]: [], page: number, pages, next: `There are no more: the last page is ${last}.` };
}
