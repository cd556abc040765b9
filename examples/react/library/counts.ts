import type { AccountState } from 'tmdb-auth/account/observe';

/** How many films are rated and marked; null until TMDB has answered for each of them. */
export type Counts = Record<'rating' | 'favorite' | 'watchlist', number | null>;

/** `carried`: ratings that a carry-over has put on the account, which `states` shows only after its end. */
export function countsOf(states: readonly AccountState[], carried: number): Counts {
  const countOf = (name: keyof Counts) => {
    const isKnown = states.every((state) => state[name] !== undefined || state.failure);
    return isKnown ? states.filter((state) => state[name]).length : null;
  };
  const rated = countOf('rating');
  return {
    rating: rated === null ? null : Math.max(rated, carried),
    favorite: countOf('favorite'),
    watchlist: countOf('watchlist'),
  };
}
