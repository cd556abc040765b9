/* What a phone has to bring. Expo's modules are these as they are; nothing of Expo or React Native is imported. */

/** The system's browser for sign-ins, e.g. `expo-web-browser`. */
export interface AuthBrowser {
  /**
   * Shows `url`, and closes when an address that begins with `returnTo` is opened. Resolves to `{ type: 'success', url }`
   * with that address, or to `cancel` or `dismiss` when the user closed it. `opened`: it is open, and nothing more will
   * be heard of it. `locked`: it could not be opened; so does a rejection.
   */
  openAuthSessionAsync(url: string, returnTo: string): Promise<{ type: string; url?: string }>;
  /** Closes it. Not every system can; then it may throw. */
  dismissAuthSession?(): unknown;
}

/** Where values are kept encrypted, e.g. `expo-secure-store`: by keys of letters, digits, `.`, `-` and `_`. */
export interface SecureStore {
  /** The value, or null if there is none. */
  getItemAsync(key: string): Promise<string | null>;
  /** Writes it. */
  setItemAsync(key: string, value: string): Promise<void>;
  /** Removes it. */
  deleteItemAsync(key: string): Promise<void>;
}

/** What `addEventListener` returns. */
export interface Subscription {
  /** Ends it. */
  remove(): void;
}

/** Links that open the app: `Linking` of `expo-linking` or `react-native`. */
export interface Links {
  /** The link that started the app, if one did. The same each time it is asked. */
  getInitialURL(): Promise<string | null | undefined>;
  /** Calls `listener` for links that come while the app runs. */
  addEventListener(type: 'url', listener: (event: { url: string }) => void): Subscription;
}

/** Whether the app is in front: `AppState` of `react-native`. */
export interface AppStates {
  /** Calls `listener` with `active`, `background`, … after each change. */
  addEventListener(type: 'change', listener: (state: string) => void): Subscription;
}
