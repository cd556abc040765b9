/** What TMDB keeps about one film for whoever is here. */
export interface FilmStates {
  /** 0.5 to 10, or null. */
  rating: number | null;
  favourite: boolean;
  watchlist: boolean;
}

export interface FilmList {
  id: number;
  name: string;
  isPrivate: boolean;
  films: readonly number[];
}

export interface Library {
  /** As far as it is known. */
  films: Readonly<Record<number, Partial<FilmStates>>>;
  lists: readonly FilmList[];
}

export const EMPTY: Library = { films: {}, lists: [] };

const UNTOUCHED: FilmStates = { rating: null, favourite: false, watchlist: false };

export const statesOf = (library: Library, film: number): FilmStates => ({
  ...UNTOUCHED,
  ...library.films[film],
});

export const withStates = (library: Library, film: number, change: Partial<FilmStates>): Library => ({
  ...library,
  films: { ...library.films, [film]: { ...library.films[film], ...change } },
});

/** What was read late does not undo what was changed in the meantime, after it was `known`. */
export const withReadFilms = (library: Library, known: Library['films'], read: Library['films']): Library =>
  Object.entries(read).reduce((all, [key, states]) => {
    const film = Number(key);
    const isAsKnown = library.films[film] === known[film];
    return withStates(all, film, isAsKnown ? states : { ...states, ...library.films[film] });
  }, library);

export const withReadLists = (library: Library, read: readonly FilmList[]): Library => {
  const isNew = ({ id }: FilmList) => library.lists.every((list) => list.id !== id);
  return { ...library, lists: [...read.filter(isNew), ...library.lists] };
};

export const withList = (library: Library, list: FilmList): Library => ({
  ...library,
  lists: [...library.lists, list],
});

export const withMembership = (library: Library, id: number, film: number, isOn: boolean): Library => ({
  ...library,
  lists: library.lists.map((list) =>
    list.id === id
      ? { ...list, films: [...list.films.filter((one) => one !== film), ...(isOn ? [film] : [])] }
      : list,
  ),
});
