import type { Api } from 'tmdb-auth';
import { FILMS } from '../films/films.ts';
import type { FilmList, FilmStates, Library } from './library.ts';

/** A user by their ids in v3 and v4. */
export interface User {
  id: number;
  objectId: string | null;
}

interface AccountStates {
  favorite?: boolean;
  watchlist?: boolean;
  rated: false | { value: number };
}

/** Ratings, favourites and the watchlist, film by film: the one question that guests may ask, too. */
async function fetchStates(api: Api, film: number, signal: AbortSignal): Promise<FilmStates | null> {
  const path = `/3/movie/${film}/account_states`;
  const states = await api<AccountStates>(path, { signal }).catch(() => null);
  if (!states) return null;
  const { rated, favorite, watchlist } = states;
  return { rating: rated ? rated.value : null, favourite: favorite ?? false, watchlist: watchlist ?? false };
}

/** What cannot be read is left out: TMDB may refuse its answer to guests. */
export async function fetchFilms(api: Api, signal: AbortSignal): Promise<Library['films']> {
  const answers = await Promise.all(
    FILMS.map(async ({ id }) => ({ id, states: await fetchStates(api, id, signal) })),
  );
  signal.throwIfAborted();
  return Object.fromEntries(answers.flatMap(({ id, states }) => (states ? [[id, states]] : [])));
}

interface ListSummary {
  id: number;
  name: string;
  /** v4 alone knows. */
  public?: 0 | 1;
}

interface ListDetails {
  items?: { id: number }[];
  /** What v4 calls them. */
  results?: { id: number }[];
}

/** v3 shows what everybody may see; v4, for whom it has an `objectId`, what is private as well. */
export async function fetchLists(api: Api, { id, objectId }: User, signal: AbortSignal): Promise<FilmList[]> {
  const [generation, account] = objectId ? [4, objectId] : [3, id];
  const { results } = await api<{ results: ListSummary[] }>(`/${generation}/account/${account}/lists`, {
    signal,
  });
  return Promise.all(
    results.map(async (list) => {
      const details = await api<ListDetails>(`/${generation}/list/${list.id}`, { signal });
      const films = (details.items ?? details.results ?? []).map((item) => item.id);
      return { id: list.id, name: list.name, isPrivate: list.public === 0, films };
    }),
  );
}

export const rate = (api: Api, film: number, value: number | null) =>
  value === null
    ? api(`/3/movie/${film}/rating`, { method: 'DELETE' })
    : api(`/3/movie/${film}/rating`, { method: 'POST', body: { value } });

/** TMDB's spelling. */
const NAMES = { favourite: 'favorite', watchlist: 'watchlist' } as const;

export type Mark = keyof typeof NAMES;

export const mark = (api: Api, account: number, film: number, as: Mark, isOn: boolean) =>
  api(`/3/account/${account}/${NAMES[as]}`, {
    method: 'POST',
    body: { media_type: 'movie', media_id: film, [NAMES[as]]: isOn },
  });

export async function createList(api: Api, name: string): Promise<number> {
  const body = { name, description: '', language: 'en' };
  return (await api<{ list_id: number }>('/3/list', { method: 'POST', body })).list_id;
}

/** v4 only. TMDB ignores `public: false` here: the list would be public. */
export async function createPrivateList(api: Api, name: string): Promise<number> {
  const body = { name, description: '', iso_639_1: 'en', public: 0 };
  return (await api<{ id: number }>('/4/list', { method: 'POST', body })).id;
}

export const putOnList = (api: Api, list: number, film: number, isOn: boolean) =>
  api(`/3/list/${list}/${isOn ? 'add_item' : 'remove_item'}`, { method: 'POST', body: { media_id: film } });
