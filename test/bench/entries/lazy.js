/** The same client, which loads the engine only when it is needed. */
export { createLazyAuth as createAuth } from 'tmdb-auth/lazy';
