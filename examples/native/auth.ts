import * as Linking from 'expo-linking';
import * as SecureStore from 'expo-secure-store';
import * as WebBrowser from 'expo-web-browser';
import { AppState } from 'react-native';
import { createNativeAuth } from 'tmdb-auth/native';

/**
 * From themoviedb.org/settings/api. Users can extract it from the app; docs/server.md shows how to keep it on a
 * server.
 */
const accessToken = process.env.EXPO_PUBLIC_TMDB_ACCESS_TOKEN ?? '';

/** Created once, outside React. */
export const auth = createNativeAuth({
  credentials: { accessToken },
  // `myapp://signed-in` in a build, an `exp://` address in Expo Go.
  returnTo: Linking.createURL('signed-in'),
  browser: WebBrowser,
  storage: SecureStore,
  linking: Linking,
  appState: AppState,
});
