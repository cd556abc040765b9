import type { TmdbAuth } from '../client/tmdb-auth.ts';
import { localizing } from '../lib/messages.ts';
import { type Body, createAsk } from './asking.ts';
import type { AccountChange } from './changes.ts';
import type { Listing } from './listing.ts';
import { createLists, type Lists } from './lists.ts';
import type { AskOptions } from './lists.types.ts';
import { createMarks, type Marks } from './marks.ts';
import type { Episode, Media, Rateable, Season } from './media.ts';
import { createMemory } from './memory.ts';
import { presentOwner } from './owner.ts';
import type { Rated, Rows } from './rows.ts';
import { createShelves, type Kind, type ListingOptions, withRating } from './shelves.ts';
import { createStates, type EpisodeState, type States } from './states.ts';

/** The kinds of items that can be favourites, on the watchlist and on lists. */
export type Listed = Exclude<Kind, 'episode'>;

/**
 * Everything the user or the guest can do at TMDB. Every method rejects with a `TmdbAuthError`: `session_invalid` if
 * nobody is signed in, `not_allowed` for a guest who does more than rate, `invalid_value` before any request,
 * `not_found`, `cancelled` if the user has changed meanwhile, or the failure of a request. A change that can safely
 * be sent again is repeated, within the bounds of a sign-in's steps.
 */
export interface MyAccount extends Marks {
  /**
   * The user's rating, favourite and watchlist marks of an item. TMDB shows a change two seconds late; one that was
   * made here, or in another tab, shows at once.
   */
  states(media: Media, options?: AskOptions): Promise<States>;
  /** The rating of one episode. */
  states(media: Episode, options?: AskOptions): Promise<Pick<States, 'rating'>>;
  /** The ratings of a season's episodes; for a guest TMDB may leave out unrated ones. */
  states(media: Season, options?: AskOptions): Promise<EpisodeState[]>;
  /** Anything that can be rated: an episode has a rating only. */
  states(media: Rateable, options?: AskOptions): Promise<Pick<States, 'rating'> & Partial<States>>;
  /** The user's favourite films or series. */
  favorites<K extends Listed>(kind: K, options?: ListingOptions): Listing<Rows[K]>;
  /** The films or series on the user's watchlist. */
  watchlisted<K extends Listed>(kind: K, options?: ListingOptions): Listing<Rows[K]>;
  /** Everything the user or the guest has rated. TMDB adds a new rating up to 10 s late. */
  ratings<K extends Kind>(kind: K, options?: ListingOptions): Listing<Rows[K] & Rated>;
  /** The user's lists. */
  readonly lists: Lists;
  /**
   * Names the current user or guest, to keep the answers for different users apart; null if nobody is signed in. Not
   * a secret.
   */
  owner(): string | null;
  /**
   * Calls `listener` after every change that TMDB has stored, made here or in another tab. Returns a function that
   * stops it.
   */
  subscribe(listener: (change: AccountChange) => void): () => void;
}

const accounts = new WeakMap<TmdbAuth, MyAccount>();

/**
 * The ratings, favourites, watchlist and lists of this client's user or guest. Works with every kind of client. The
 * same object for the same client.
 *
 * @example
 * ```ts
 * import { accountOf } from 'tmdb-auth/account';
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 * const my = accountOf(auth);
 *
 * export async function onSignedIn() {
 *   await my.rate({ movie: 550 }, 8.5);
 *   await my.favorite({ tv: 1396 });
 *   for await (const film of my.favorites('movie')) console.log(film.title);
 * }
 * ```
 */
export function accountOf(auth: TmdbAuth): MyAccount {
  const known = accounts.get(auth);
  if (known) return known;
  const my = createAccount(auth);
  accounts.set(auth, my);
  return my;
}

function createAccount(auth: TmdbAuth): MyAccount {
  const ask = createAsk(auth);
  const memory = createMemory(auth);
  const who = (signal?: AbortSignal) => presentOwner(auth, signal);
  const localize = localizing(auth.messages);
  const shelf = createShelves({ ask, who, localize });
  const marks = createMarks({ auth, ask, who, memory });

  return {
    rate: localize(marks.rate),
    unrate: localize(marks.unrate),
    favorite: localize(marks.favorite),
    watchlist: localize(marks.watchlist),
    states: localize(createStates({ ask, who, shelf, memory }) as MyAccount['states']),
    favorites: (kind, options) => shelf('favorite', kind, asRow<Rows[typeof kind]>, options),
    watchlisted: (kind, options) => shelf('watchlist', kind, asRow<Rows[typeof kind]>, options),
    ratings: (kind, options) =>
      shelf('rated', kind, (row) => asRow<Rows[typeof kind] & Rated>(withRating(row)), options),
    lists: createLists({ ask, who, localize, announce: memory.announce }),
    owner: memory.owner,
    subscribe: memory.subscribe,
  };
}

/** TMDB's own rows are returned as they are. */
const asRow = <Row>(row: Body): Row => row as unknown as Row;
