/**
 * Interfaces of what the app passes in. Expo's modules fit as they are; nothing of Expo or React Native is imported.
 */

/** The system's browser for sign-ins, e.g. `expo-web-browser`. */
export interface AuthBrowser {
  /**
   * Shows `url`, and closes when an address that begins with `returnTo` is opened. Resolves to `{ type: 'success',
   * url }` with that address, or to `cancel` or `dismiss` if the user closed the browser. `opened`: the browser is
   * open and reports nothing more. `locked`, or a rejection: it could not be opened.
   */
  openAuthSessionAsync(url: string, returnTo: string): Promise<{ type: string; url?: string }>;
  /** Closes the browser. May throw on systems that cannot. */
  dismissAuthSession?(): unknown;
}

/** An encrypted store, e.g. `expo-secure-store`. Keys consist of letters, digits, `.`, `-` and `_`. */
export interface SecureStore {
  /** The value, or null if there is none. */
  getItemAsync(key: string): Promise<string | null>;
  /** Writes the value. */
  setItemAsync(key: string, value: string): Promise<void>;
  /** Removes the value. */
  deleteItemAsync(key: string): Promise<void>;
}

/** A registered listener. */
export interface Subscription {
  /** Removes the listener. */
  remove(): void;
}

/** Links that open the app: `Linking` of `expo-linking` or `react-native`. */
export interface Links {
  /** The link that started the app, or null. Stays the same while the app runs. */
  getInitialURL(): Promise<string | null | undefined>;
  /** Calls `listener` for links that arrive while the app runs. */
  addEventListener(type: 'url', listener: (event: { url: string }) => void): Subscription;
}

/** Tells whether the app is in front: `AppState` of `react-native`. */
export interface AppStates {
  /** Calls `listener` with `active`, `background`, … after each change. */
  addEventListener(type: 'change', listener: (state: string) => void): Subscription;
}
