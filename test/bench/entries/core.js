/** Without a platform. */
export { createTmdbAuth } from 'tmdb-auth';
