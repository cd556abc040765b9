/**
 * The account for TanStack Query, in any framework: keys by user, and a cache that stays in sync and never shows
 * another user's data.
 * @module tmdb-auth/account/query
 */
export { keepInStep, type QueryClientLike } from './keep-in-step.ts';
export { type AccountQueries, type AccountQuery, accountQueries, type ListData } from './queries.ts';
