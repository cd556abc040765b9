/**
 * Clients in any state without a network, for unit tests and Storybook, and the stored state of signed-in browsers.
 * @module tmdb-auth/testing
 */

export type { TestCookie } from './cookies.ts';
export { createTestAuth, type TestAuth, type TestAuthOptions } from './create-test-auth.ts';
export {
  type StorageState,
  signedInPage,
  signedInRecord,
  signedInSite,
  type TestSite,
  type Who,
} from './signed-in.ts';
export { STATE_PATHS, type StatePath, type TestState } from './states.ts';
