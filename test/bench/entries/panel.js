/** A page that has the panel in it: in production nothing of that may be left. */
export { TmdbAuthDevtools } from 'tmdb-auth/devtools/react';
export * from './whole.js';
