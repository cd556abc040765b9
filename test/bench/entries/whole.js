/** A page with React that signs people in. */
export { createBrowserAuth } from 'tmdb-auth/browser';
export { TmdbAuthProvider, useTmdbAuth } from 'tmdb-auth/react';
