/**
 * Everything a sign-in is for: ratings, favourites, watchlist and lists, for users and guests, with TMDB's oddities
 * handled.
 * @module tmdb-auth/account
 */
export { accountOf, type Listed, type MyAccount } from './account-of.ts';
export type { AccountChange, ListChange, MediaChange, RatingsChange } from './changes.ts';
export type { Listing, Page } from './listing.ts';
export type { Lists } from './lists.ts';
export type {
  AskOptions,
  ItemResult,
  ListDetails,
  ListOrder,
  ListSummary,
  ListUpdate,
  NewList,
} from './lists.types.ts';
export type { Episode, Film, Media, Rateable, Season, Series } from './media.ts';
export type { EpisodeRow, FilmRow, ListItem, Rated, Rows, SeriesRow } from './rows.ts';
export type { Kind, ListingOptions } from './shelves.ts';
export type { EpisodeState, States } from './states.ts';
