/**
 * For phones, with React Native or Expo: the system's browser, the app's links, the secure store.
 * @module tmdb-auth/native
 */
export { type CreateNativeAuthOptions, createNativeAuth } from './create-native-auth.ts';
export type { AppStates, AuthBrowser, Links, SecureStore, Subscription } from './ports.ts';
