/** The same without React. */
export { createBrowserAuth } from 'tmdb-auth/browser';
