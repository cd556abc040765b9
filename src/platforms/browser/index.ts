/**
 * For pages: sign-in by redirect, popup or another device; Web storage; synchronised tabs.
 * @module tmdb-auth/browser
 */
export {
  type CreateBrowserAuthOptions,
  createBrowserAuth,
  type ThroughServerOptions,
} from './create-browser-auth.ts';
