/**
 * For pages: sign-in by redirect, popup or another device; Web storage; tabs in sync.
 * @module tmdb-auth/browser
 */
export {
  type CreateBrowserAuthOptions,
  createBrowserAuth,
  type ThroughServerOptions,
} from './create-browser-auth.ts';
