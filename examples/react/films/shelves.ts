import type { Library } from '../library/use-library.ts';
import { FILMS, type Film } from './films.ts';

/** A part of the films: all of them, those that the user rated or marked, or one list. */
export interface Shelf {
  key: string;
  name: string;
  isPrivate?: boolean;
  films: readonly Film[];
  /** Null until it is known. */
  count: number | null;
  /** The text of an empty shelf. */
  empty: string;
}

const ALL: Shelf = { key: 'all', name: 'All films', films: FILMS, count: FILMS.length, empty: '' };

const rated = ({ films, counts }: Library): Shelf => ({
  key: 'rated',
  name: 'Rated',
  films: FILMS.filter(({ id }) => films.get(id)?.rating != null),
  count: counts.rating,
  empty: 'Nothing rated yet. Open a film and move the slider.',
});

const kept = ({ films, lists, counts }: Library): Shelf[] => [
  {
    key: 'favourites',
    name: 'Favourites',
    films: FILMS.filter(({ id }) => films.get(id)?.favorite),
    count: counts.favorite,
    empty: 'No favourites yet. Open a film and press the heart.',
  },
  {
    key: 'watchlist',
    name: 'Watchlist',
    films: FILMS.filter(({ id }) => films.get(id)?.watchlist),
    count: counts.watchlist,
    empty: 'Nothing to watch yet. Open a film and press the bookmark.',
  },
  ...lists.map((list) => {
    const onIt = FILMS.filter(({ id }) => list.films.includes(id));
    return {
      key: `list-${list.id}`,
      name: list.name,
      isPrivate: list.isPrivate,
      films: onIt,
      count: onIt.length,
      empty: `“${list.name}” is still empty. Open a film and add it.`,
    };
  }),
];

/** A guest has ratings and nothing else. */
export function shelvesOf(library: Library): Shelf[] {
  const { status } = library;
  if (status === 'user') return [ALL, rated(library), ...kept(library)];
  return status === 'guest' ? [ALL, rated(library)] : [ALL];
}
