/** A page with React that signs users in. */
export { createBrowserAuth as createAuth } from 'tmdb-auth/browser';
export { TmdbAuthProvider, useTmdbAuth } from 'tmdb-auth/react';
