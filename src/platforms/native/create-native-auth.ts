import { failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { createTmdbAuth } from '../../direct/create-tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import { settingsOf, type TmdbAuthOptions } from '../../options.ts';
import type { StoragePort, Visit } from '../../ports.ts';
import { parseCallback } from '../../tmdb/approval.ts';
import { createBrowserVisits } from './browser-visits.ts';
import type { AppStates, AuthBrowser, Links, SecureStore, Subscription } from './ports.ts';
import { storagePortOf } from './secure-storage.ts';

/** First poll when the user approves on another device, in ms. */
const POLL_INTERVAL = 3_000;
/** Longest timer that a `ClockPort` has to support, in ms. */
const LONGEST_TIMER = 30_000;

/** Options of `createNativeAuth`. */
export interface CreateNativeAuthOptions extends Omit<TmdbAuthOptions, 'storage' | 'navigator' | 'channel'> {
  /** The app's own link to which TMDB sends the user back: `myapp://signed-in`. Required. */
  returnTo: string;
  /** Where the record is kept: `expo-secure-store`, or a port of your own. Required. */
  storage: SecureStore | StoragePort;
  /**
   * Shows the approval page: `expo-web-browser`. Default: none, for televisions: the user opens `approvalUrl` on
   * another device (show it as a QR code, for instance) while the client polls TMDB, first after 3 s.
   */
  browser?: AuthBrowser;
  /**
   * The app's links: `expo-linking`, or `Linking` of `react-native`. Needed where the browser does not report the
   * return (Android) or the system ended the app during a sign-in. Default: none; call `handleCallback`.
   */
  linking?: Links;
  /**
   * `AppState` of `react-native`: when the app comes to the front, the client corrects its timers and asks TMDB
   * whether the user has approved. Default: none.
   */
  appState?: AppStates;
}

/**
 * A client for React Native and Expo: `login()` opens the system's browser, the app's link brings the user back, and
 * the phone's secure store keeps the session. It also takes the link that started the app. Throws
 * `invalid_credentials`, or a `TypeError` for an invalid option.
 *
 * @example
 * ```ts
 * import { createNativeAuth } from 'tmdb-auth/native';
 * import * as Linking from 'expo-linking';
 * import * as SecureStore from 'expo-secure-store';
 * import * as WebBrowser from 'expo-web-browser';
 * import { AppState } from 'react-native';
 *
 * export const auth = createNativeAuth({
 *   credentials: { accessToken: 'eyJ…' },
 *   returnTo: Linking.createURL('signed-in'),
 *   browser: WebBrowser,
 *   storage: SecureStore,
 *   linking: Linking,
 *   appState: AppState,
 * });
 * ```
 */
export function createNativeAuth(options: CreateNativeAuthOptions): TmdbAuth {
  const { returnTo, browser, linking, appState, storage, ...rest } = options;
  if (!/^[a-z][\w+.-]*:\/\/./i.test(returnTo)) {
    throw new TypeError('tmdb-auth: returnTo is a link that opens the app, e.g. myapp://signed-in.');
  }
  const { clock, storageKey, apiVersion, requestTimeout, onWarning } = settingsOf(rest);

  const auth: TmdbAuth = createTmdbAuth({
    ...rest,
    // Set on the client, not on the visit: a restarted app keeps polling without a visit.
    pollInterval: rest.pollInterval ?? (browser ? Number.POSITIVE_INFINITY : POLL_INTERVAL),
    storage: storagePortOf(storage, storageKey),
    clock: appState ? { ...clock, onWake: (check) => onActive(appState, check) } : clock,
    navigator: browser
      ? { visit: () => visits?.visit() ?? SHOWS_NOTHING, redirectTo: () => returnTo }
      : { visit: () => SHOWS_NOTHING },
  });

  const until = (isReached: () => boolean, ms = Math.min(requestTimeout, LONGEST_TIMER)) =>
    new Promise<void>((resolve) => {
      const end = () => {
        clock.clearTimeout(timer);
        stop();
        resolve();
      };
      const stop = auth.subscribe(() => isReached() && end());
      const timer = clock.setTimeout(end, ms);
      if (isReached()) end();
    });

  const ask = () => {
    const isAlive = auth.actor.getSnapshot().status === 'active';
    if (isAlive && auth.getView().state === 'awaitingApproval.waiting')
      auth.actor.send({ type: 'approval.check' });
  };

  /** In v4 TMDB adds nothing to the link. */
  const isReturn = (url: string) => stemOf(url) === stemOf(returnTo) && (apiVersion === 4 || isCallback(url));

  const take = async (url: string, isOld = false): Promise<void> => {
    if (!isReturn(url)) return;
    await auth.handleCallback(url).catch((error: unknown) => {
      if (!isOld) onWarning(TmdbAuthError.is(error) ? error.failure : failure('unexpected'));
    });
  };

  const visits = browser && createBrowserVisits({ auth, browser, returnTo, take, ask, until });

  /** Continues a sign-in during which the system ended the app. */
  const goOn = async () => {
    const url = await linking?.getInitialURL().catch(() => null);
    // The link stays the same when the scripts restart, so it may belong to an earlier sign-in
    // (react/react-native#24944).
    if (url) await take(url, true);
    await until(() => auth.getView().state !== 'restoring');
    if (!visits?.isOpen()) ask();
  };

  const subscriptions = [
    linking?.addEventListener('url', ({ url }) => void take(url)),
    appState && onReturn(appState, () => !visits?.isOpen() && ask()),
  ];
  const stopListening = () => {
    for (const subscription of subscriptions) subscription?.remove();
  };
  auth.actor.subscribe({ complete: stopListening, error: stopListening });
  void goOn();

  return auth;
}

const SHOWS_NOTHING: Visit = { open() {} };

/** The link without query and hash, normalised: browsers lower-case the scheme, and some add a slash after the host. */
const stemOf = (link: string) =>
  link
    .replace(/[?#].*$/s, '')
    .replace(/\/+$/, '')
    .toLowerCase();

function isCallback(url: string): boolean {
  try {
    parseCallback(url);
    return true;
  } catch {
    return false;
  }
}

/** Calls `check` when the app comes to the front. Returns a function that stops it. */
function onActive(appState: AppStates, check: () => void): () => void {
  const subscription = appState.addEventListener('change', (state) => state === 'active' && check());
  return () => subscription.remove();
}

/** Calls `returned` when the user returns from another app, but not when a system dialog closes. */
function onReturn(appState: AppStates, returned: () => void): Subscription {
  let wasAway = false;
  return appState.addEventListener('change', (state) => {
    if (state === 'active' && wasAway) returned();
    if (state !== 'inactive') wasAway = state === 'background';
  });
}
