/** What `createBrowserAuth({ server })` is made of, without the way that asks TMDB itself. */
export { createRemoteAuth } from '../../../dist/src/remote/create-remote-auth.js';
