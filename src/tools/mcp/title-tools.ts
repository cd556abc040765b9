import type { Ask } from '../../account/asking.ts';
import type { Listing, MyAccount } from '../../account/index.ts';
import { TmdbAuthError } from '../../index.ts';
import { detailsRow, episodeRow, pageRow, titleRow } from './rows.ts';
import { ITEM, type Item, LANGUAGE, mediaOf, PAGED, type Paged } from './schemas.ts';
import { defineTool, type Tool } from './tool.ts';

interface Dependencies {
  ask: Ask;
  my: MyAccount;
}

type Shelf = 'ratings' | 'favorites' | 'watchlist';

/** Search and details, which need no sign-in, and the user's ratings and marks. */
export function titleTools({ ask, my }: Dependencies): Tool[] {
  /** The user's marks of a title; left out if they cannot be read. */
  const mine = async (item: Item, signal: AbortSignal) => {
    if (my.owner() === null) return {};
    const states = await my.states(mediaOf(item), { signal }).catch(() => null);
    return states && { mine: states };
  };

  return [
    defineTool<{ query: string } & Paged>({
      name: 'search_titles',
      title: 'Search films and series',
      description: 'Finds films and series by title. tmdb_rating is the average of all users, 0 to 10.',
      properties: { query: { type: 'string', minLength: 1, maxLength: 500 }, ...PAGED },
      optional: ['page', 'language'],
      async run({ query, page, language }, signal) {
        const path = '/3/search/multi';
        const found = await ask({ path, query: { query, page, language }, as: null, signal });
        const rows = Array.isArray(found.results) ? (found.results as Record<string, unknown>[]) : [];
        return {
          // TMDB also finds people.
          titles: rows.filter(isTitle).map((row) => titleRow(row)),
          page: found.page,
          pages: found.total_pages,
        };
      },
    }),
    defineTool<Item & Pick<Paged, 'language'>>({
      name: 'title_details',
      title: 'Details of a film or series',
      description: 'One film or series; "mine" holds the rating and marks of the user.',
      properties: { ...ITEM, language: LANGUAGE },
      optional: ['language'],
      async run({ language, ...item }, signal) {
        const path = `/3/${item.type}/${item.id}`;
        const [row, states] = await Promise.all([
          ask({ path, query: { language }, as: null, signal }),
          mine(item, signal),
        ]);
        return { ...detailsRow(row, item.type), ...states };
      },
    }),
    defineTool<{ shelf: Shelf; type: 'movie' | 'tv' | 'episode'; newest_first?: boolean } & Paged>({
      name: 'my_titles',
      title: "The user's ratings, favourites or watchlist",
      description:
        'Titles that the user has rated (also as a guest), made a favourite or put on the watchlist.',
      properties: {
        shelf: { type: 'string', enum: ['ratings', 'favorites', 'watchlist'] },
        type: { type: 'string', enum: ['movie', 'tv', 'episode'], description: 'episode: with ratings only' },
        newest_first: { type: 'boolean', description: 'By when it was added; default false' },
        ...PAGED,
      },
      optional: ['newest_first', 'page', 'language'],
      async run({ shelf, type, newest_first, page = 1, language }, signal) {
        const options = {
          sort: newest_first ? ('newest' as const) : ('oldest' as const),
          ...(language && { language }),
          signal,
        };
        const listing: Listing<object> =
          shelf === 'ratings'
            ? my.ratings(type, options)
            : my[shelf === 'favorites' ? 'favorites' : 'watchlisted'](listed(type), options);
        const shown = await listing.page(page);
        const rowOf = (row: object) =>
          type === 'episode' ? episodeRow({ ...row }) : titleRow({ ...row }, type);
        return { ...pageRow('titles', page, shown, rowOf), total: shown.total };
      },
    }),
  ];
}

const isTitle = ({ media_type }: Record<string, unknown>) => media_type === 'movie' || media_type === 'tv';

function listed(type: 'movie' | 'tv' | 'episode') {
  if (type !== 'episode') return type;
  throw new TmdbAuthError('invalid_value', {
    message: 'Episodes have ratings only: ask for shelf ratings, or for type tv.',
  });
}
