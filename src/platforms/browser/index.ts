/**
 * For pages: redirect, popup or another device; Web storage; tabs in step.
 * @module tmdb-auth/browser
 */
export {
  type CreateBrowserAuthOptions,
  createBrowserAuth,
  type ThroughServerOptions,
} from './create-browser-auth.ts';
