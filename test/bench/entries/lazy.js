/** The same client, which loads its engine only on demand. */
export { createLazyAuth as createAuth } from 'tmdb-auth/lazy';
