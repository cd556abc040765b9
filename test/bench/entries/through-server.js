/** What `createBrowserAuth({ server })` is made of, without the way that asks TMDB itself. */
export { createRemoteAuth } from '../../../src/remote/create-remote-auth.ts';
