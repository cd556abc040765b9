/**
 * `createBrowserAuth` for pages where most visitors are signed out: loads the engine only when it is needed.
 * @module tmdb-auth/lazy
 */
export { createLazyAuth, type LazyTmdbAuth } from './create-lazy-auth.ts';
export type { LazyOptions } from './find-session.ts';
