/** A page with the panel: in production nothing of it may be left. */
export { TmdbAuthDevtools } from 'tmdb-auth/devtools/react';
export * from './whole.js';
