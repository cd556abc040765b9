import type { Library } from '../library/use-library.ts';
import { FILMS, type Film } from './films.ts';

/** A way to look at the films: all of them, what the user keeps, or one of their lists. */
export interface Shelf {
  key: string;
  name: string;
  isPrivate?: boolean;
  films: readonly Film[];
  /** Said when there is nothing on it. */
  empty: string;
}

const ALL: Shelf = { key: 'all', name: 'All films', films: FILMS, empty: '' };

const rated = ({ films }: Library): Shelf => ({
  key: 'rated',
  name: 'Rated',
  films: FILMS.filter(({ id }) => films.get(id)?.rating != null),
  empty: 'Nothing rated yet. Open a film and move the slider.',
});

const kept = ({ films, lists }: Library): Shelf[] => [
  {
    key: 'favourites',
    name: 'Favourites',
    films: FILMS.filter(({ id }) => films.get(id)?.favorite),
    empty: 'No favourites yet. Open a film and press the heart.',
  },
  {
    key: 'watchlist',
    name: 'Watchlist',
    films: FILMS.filter(({ id }) => films.get(id)?.watchlist),
    empty: 'Nothing to watch yet. Open a film and press the bookmark.',
  },
  ...lists.map((list) => ({
    key: `list-${list.id}`,
    name: list.name,
    isPrivate: list.isPrivate,
    films: FILMS.filter(({ id }) => list.films.includes(id)),
    empty: `“${list.name}” is still empty. Open a film and add it.`,
  })),
];

/** A guest has ratings and nothing else. */
export function shelvesOf(library: Library): Shelf[] {
  const { status } = library;
  if (status === 'user') return [ALL, rated(library), ...kept(library)];
  return status === 'guest' ? [ALL, rated(library)] : [ALL];
}
