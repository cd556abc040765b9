import type { ListSummary } from './lists.types.ts';
import { mediaOf, pathOf, type Rateable } from './media.ts';
import type { States } from './states.ts';

/** A change of the user's account, made here or in another tab. */
export type AccountChange = MediaChange | ListChange | RatingsChange;

/** An item's new states; unchanged ones are left out. */
export interface MediaChange extends Partial<States> {
  /** The film, series or episode. */
  media: Rateable;
}

/** A list was created, changed or deleted. */
export interface ListChange {
  /** TMDB's id of the list. */
  list: number;
  /** The list, if it was created. */
  made?: ListSummary;
}

/**
 * A guest's ratings were carried over, so any of the user's ratings may have changed. Sent again a moment later, as
 * TMDB shows them late.
 */
export interface RatingsChange {
  /** Distinguishes it from the other changes. */
  ratings: 'carriedOver';
}

/** Parses a change from another tab. Untrusted, as any script of the page may post one. Null for anything else. */
export function changeIn(message: unknown): AccountChange | null {
  const { list, ratings, path, rating, favorite, watchlist } = (message ?? {}) as Record<string, unknown>;
  if (ratings === 'carriedOver') return { ratings };
  if (Number.isSafeInteger(list) && (list as number) > 0) return { list: list as number };
  const media = typeof path === 'string' ? mediaOf(path) : null;
  if (!media) return null;
  const states = {
    ...((rating === null || isRating(rating)) && { rating }),
    ...(typeof favorite === 'boolean' && { favorite }),
    ...(typeof watchlist === 'boolean' && { watchlist }),
  };
  return Object.keys(states).length > 0 ? { media, ...states } : null;
}

/** The message for other tabs. */
export const messageOf = (change: AccountChange): Record<string, unknown> => {
  if (!('media' in change)) return { ...change };
  const { media, ...states } = change;
  return { path: pathOf(media), ...states };
};

/** TMDB accepts 0.5 to 10 in steps of 0.5. */
export const isRating = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0.5 && value <= 10 && Number.isInteger(value * 2);
