import { TmdbAuthError } from '../errors.ts';
import type { Localize } from '../lib/messages.ts';
import type { Ask, Body, Call } from './asking.ts';
import { createListing, type Listing, type Page } from './listing.ts';
import { pathOf } from './media.ts';
import type { Owner } from './owner.ts';
import type { EpisodeRow, Rated, Rows } from './rows.ts';

/** The kinds of items in lists: `movie`, `tv` or `episode`. */
export type Kind = keyof Rows;

/** How to read a list. */
export interface ListingOptions {
  /** The order, by the time an item was added. Default: `'oldest'`. */
  sort?: 'oldest' | 'newest';
  /** For titles and texts, e.g. `de-DE`. Default: TMDB's, English. */
  language?: string;
  /** Aborting it rejects with `cancelled`. */
  signal?: AbortSignal;
}

/** TMDB's names for the kinds in its paths. */
const NAMES: Record<Kind, string> = { movie: 'movies', tv: 'tv', episode: 'tv/episodes' };

export type Shelf = ReturnType<typeof createShelves>;

/** Makes listings. All pages are requested as the user or guest of the first one, or as `as`. */
export function createShelves({
  ask,
  who,
  localize,
}: {
  ask: Ask;
  who(signal?: AbortSignal): Promise<Owner>;
  localize: Localize;
}) {
  return <Item>(
    shelf: ShelfName,
    kind: Kind,
    itemOf: (row: Body) => Item,
    { sort, language, signal }: ListingOptions = {},
    as?: Owner,
  ): Listing<Item> => {
    const query = { sort_by: sort && `created_at.${sort === 'newest' ? 'desc' : 'asc'}`, language };
    let asked = as && Promise.resolve(as);
    const owner = () => {
      asked ??= who(signal).catch((error: unknown) => {
        asked = undefined;
        throw error;
      });
      return asked;
    };
    return createListing(
      localize(async (number) => {
        const as = await owner();
        const page = await readPage(ask, { path: shelfPath(shelf, kind, as), query, as, signal }, number);
        return { ...page, items: page.items.map(itemOf) };
      }),
      (item) => String((item as { id?: unknown }).id),
    );
  };
}

type ShelfName = 'favorite' | 'watchlist' | 'rated';

/** The path of the user's list, or of the guest's. */
function shelfPath(shelf: ShelfName, kind: Kind, as: Owner): string {
  if (!Object.keys(NAMES).includes(kind) || (kind === 'episode' && shelf !== 'rated')) throw noKind();
  if (!as.isGuest) return `/3/account/${as.account.id}/${shelf}/${NAMES[kind]}`;
  if (shelf === 'rated') return `/3/guest_session/me/rated/${NAMES[kind]}`;
  throw onlyRates();
}

const noKind = () =>
  new TmdbAuthError('invalid_value', {
    message: "A kind is 'movie' or 'tv', and for ratings also 'episode'.",
  });

async function readPage(ask: Ask, call: Call, number: number): Promise<Page<Body>> {
  const isFinal = (error: TmdbAuthError) =>
    number === 1 && call.as?.isGuest === true && isNothingRated(error);
  try {
    return pageIn(await ask({ ...call, query: { ...call.query, page: number }, isFinal }));
  } catch (error) {
    if (TmdbAuthError.is(error) && isFinal(error)) return { items: [], total: 0, pages: 0 };
    throw error;
  }
}

/** A guest has rated nothing of a kind, or has only just rated it: TMDB answers 404/34 or 500/11. */
const isNothingRated = ({ tmdbCode, httpStatus }: TmdbAuthError) =>
  tmdbCode === 34 || (tmdbCode === 11 && httpStatus === 500);

export function pageIn(body: Body, name = 'results'): Page<Body> {
  const { [name]: items, total_results: total, total_pages: pages } = body;
  if (!Array.isArray(items)) throw new TmdbAuthError('bad_answer');
  return { items: items.filter(isRow), total: countOr(total, items.length), pages: countOr(pages, 1) };
}

const countOr = (value: unknown, otherwise: number) =>
  Number.isSafeInteger(value) ? (value as number) : otherwise;

/** The path of a row's item, or null if the row does not name it. */
export function pathOfRow(kind: Kind, row: Body): string | null {
  const { show_id, season_number, episode_number } = row as unknown as EpisodeRow;
  const ids = kind === 'episode' ? [show_id, season_number, episode_number] : [row.id];
  if (!ids.every(Number.isSafeInteger)) return null;
  return kind === 'episode'
    ? pathOf({ tv: show_id, season: season_number, episode: episode_number })
    : `${kind}/${row.id}`;
}

/** TMDB may send a broken row; the others still count. */
export const isRow = (row: unknown): row is Body => typeof row === 'object' && row !== null;

export const withRating = <Row extends Body>(row: Row): Row & Rated => ({
  ...row,
  rating: Number.isFinite(row.rating) ? (row.rating as number) : null,
});

export const onlyRates = () =>
  new TmdbAuthError('not_allowed', { message: 'Guests can only rate: sign in first.' });
