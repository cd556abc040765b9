/** The same without React. */
export { createBrowserAuth as createAuth } from 'tmdb-auth/browser';
