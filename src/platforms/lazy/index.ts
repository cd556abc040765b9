/**
 * `createBrowserAuth` for pages most of whose visitors are not signed in: the engine is loaded when it is needed.
 * @module tmdb-auth/lazy
 */
export { createLazyAuth, type LazyTmdbAuth } from './create-lazy-auth.ts';
export type { LazyOptions } from './find-session.ts';
