import { type ApiVersion, authDelays, FAILURE_CODES, type Failure, failure } from '../machines/index.ts';
import { TmdbAuthError } from './errors.ts';
import { partsOf } from './lib/address.ts';
import { systemClock } from './lib/clock.ts';
import { hostFetch } from './lib/host-fetch.ts';
import { memoryStorage } from './lib/memory-storage.ts';
import { localized, type Messages } from './lib/messages.ts';
import { isSafe, storageNameOf, TMDB } from './lib/real-tmdb.ts';
import type { ChannelPort, ClockPort, NavigatorPort, StoragePort } from './ports.ts';

/** The application's own credential. Both come from themoviedb.org/settings/api; the access token is preferred. */
export type Credentials = { accessToken: string } | { apiKey: string };

/** Options of `createTmdbAuth`; the adapters take most of them, too. */
export interface TmdbAuthOptions {
  /** "API Read Access Token" (a JWT, sent as a header) or "API Key" (32 hex digits, sent in the query). Required. */
  credentials: Credentials;
  /**
   * TMDB's API generation. `4` signs in for both: the user gets an access token for v4 and a session for v3. It needs
   * `credentials.accessToken`. Default: `3`.
   */
  apiVersion?: ApiVersion;
  /** The API's address, without the version. Default: `https://api.themoviedb.org`. */
  baseURL?: string;
  /** Where users approve. Default: `https://www.themoviedb.org`. */
  webURL?: string;
  /** Where the record is kept. Default: in memory, for as long as the process lives. */
  storage?: StoragePort;
  /**
   * The record's key. Default: `tmdb-auth`, with the host appended where `baseURL` is not TMDB's, and in pages a short
   * name of the application.
   */
  storageKey?: string;
  /** Time. Default: the host's. */
  clock?: ClockPort;
  /** Takes the user to TMDB. Default: none; `login()` waits for `handleCallback`. */
  navigator?: NavigatorPort;
  /** Keeps tabs or processes in sync. Default: none. */
  channel?: ChannelPort;
  /** Does the requests. Default: the host's `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Timeout of a single request, in ms. Default: `10000`. */
  requestTimeout?: number;
  /** First poll for the approval, in ms; later ones up to 2.7 times less often. Default: `Infinity`, never. */
  pollInterval?: number;
  /**
   * How long a sign-in waits for the user's approval, in ms, if that is shorter than TMDB's token lives. Default:
   * `Infinity`, as long as the token.
   */
  approvalWindow?: number;
  /** Signs the user out this long after the sign-in, in ms. Default: `Infinity`, never. */
  sessionMaxAge?: number;
  /** Called with failures that stop nothing (storage, an unreadable record). Default: `console.warn`. */
  onWarning?: (failure: Failure) => void;
  /** The app's own messages for failures, by code (`Messages`). Default: none, English. */
  messages?: Messages;
}

export type CommonOptions = Omit<TmdbAuthOptions, 'credentials'>;

/** The settings of every client. */
export interface Settings extends Required<Omit<CommonOptions, 'navigator' | 'channel'>> {
  navigator: NavigatorPort | undefined;
  channel: ChannelPort | undefined;
}

/** The settings of a client that sends its requests to TMDB itself. */
export interface TmdbSettings extends Settings {
  credentials: Credentials;
}

/** Throws `invalid_credentials`, or a `TypeError` that names the option. */
export function settingsOf(options: TmdbAuthOptions): TmdbSettings {
  const settings = commonSettingsOf(options);
  const wrong = (message: string) =>
    new TmdbAuthError(localized(settings.messages, failure('invalid_credentials', { message })));
  const credentials = checkCredentials(options.credentials, wrong);
  if (settings.apiVersion === 4 && 'apiKey' in credentials)
    throw wrong('v4 takes no API key: pass credentials.accessToken, the "API Read Access Token".');
  return Object.assign(settings, { credentials });
}

/** The one place where defaults are. Throws a `TypeError` that names the option. */
export function commonSettingsOf(options: CommonOptions): Settings {
  const baseURL = address('baseURL', options.baseURL ?? TMDB.baseURL);
  const apiVersion = options.apiVersion ?? 3;
  if (apiVersion !== 3 && apiVersion !== 4) throw new TypeError('tmdb-auth: apiVersion is 3 or 4.');
  const messages = messagesOf(options);
  return {
    apiVersion,
    baseURL,
    webURL: address('webURL', options.webURL ?? TMDB.webURL),
    storage: options.storage ?? memoryStorage(),
    storageKey: options.storageKey ?? defaultStorageKey(options.baseURL),
    clock: options.clock ?? systemClock,
    navigator: options.navigator,
    channel: options.channel,
    fetch: options.fetch ?? hostFetch,
    requestTimeout: duration('requestTimeout', options.requestTimeout ?? authDelays.requestTimeout),
    pollInterval: duration('pollInterval', options.pollInterval ?? Number.POSITIVE_INFINITY),
    approvalWindow: duration('approvalWindow', options.approvalWindow ?? Number.POSITIVE_INFINITY),
    sessionMaxAge: duration('sessionMaxAge', options.sessionMaxAge ?? Number.POSITIVE_INFINITY),
    onWarning: warningOf(options),
    messages,
  };
}

/** The app's texts. Throws a `TypeError` that names the invalid entry and lists similar codes. */
export function messagesOf({ messages = {} }: Pick<CommonOptions, 'messages'>): Messages {
  const wrong = (what: string) => new TypeError(`tmdb-auth: messages${what}.`);
  if (typeof messages !== 'object' || !messages) throw wrong(' is an object');
  for (const [code, text] of Object.entries(messages)) {
    const alike = FAILURE_CODES.filter((known) => known.startsWith(code.slice(0, 3)));
    if (!(alike as string[]).includes(code))
      throw wrong(`.${code} is not a failure code. Known: ${alike.length > 0 ? alike : FAILURE_CODES}`);
    if (!/^[sfu]/.test(typeof text)) throw wrong(`.${code} is a text or a function`);
  }
  return messages;
}

/** Warnings go out in the app's words. */
export const warningOf =
  ({ messages = {}, onWarning = warnOnConsole }: Pick<CommonOptions, 'messages' | 'onWarning'>) =>
  (failure: Failure): void =>
    onWarning(localized(messages, failure));

/** The default key of a record for that TMDB. Throws a `TypeError` for an invalid address. */
export function defaultStorageKey(baseURL: string = TMDB.baseURL): string {
  return storageNameOf(address('baseURL', baseURL));
}

export const warnOnConsole = (failure: Failure) => console.warn(`tmdb-auth: ${failure.message}`);

export const API_KEY = /^[0-9a-f]{32}$/i;
export const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

const isLike = (shape: RegExp, secret: unknown): secret is string =>
  typeof secret === 'string' && shape.test(secret);

/** TMDB answers a key sent as Bearer with "invalid key": told apart by shape, before any request. */
function checkCredentials(
  credentials: Credentials | undefined,
  wrong: (message: string) => TmdbAuthError,
): Credentials {
  const { accessToken, apiKey } = (credentials ?? {}) as { accessToken?: unknown; apiKey?: unknown };
  if (accessToken && apiKey)
    throw wrong('Give either credentials.accessToken or credentials.apiKey, not both.');
  if (accessToken !== undefined) {
    if (isLike(JWT, accessToken)) return { accessToken };
    throw wrong(
      isLike(API_KEY, accessToken)
        ? 'credentials.accessToken is an API key (32 hex digits): pass it as credentials.apiKey.'
        : 'credentials.accessToken is not a whole Read Access Token: three parts with dots between, the first begins with "eyJ". See themoviedb.org/settings/api.',
    );
  }
  if (apiKey !== undefined) {
    if (isLike(API_KEY, apiKey)) return { apiKey };
    throw wrong(
      isLike(JWT, apiKey)
        ? 'credentials.apiKey is a Read Access Token: pass it as credentials.accessToken.'
        : 'credentials.apiKey is not an API key (32 hex digits). See themoviedb.org/settings/api.',
    );
  }
  throw wrong(
    'No application credentials: pass credentials.accessToken or credentials.apiKey, from themoviedb.org/settings/api.',
  );
}

function address(option: string, value: string): string {
  let parts: ReturnType<typeof partsOf>;
  try {
    parts = partsOf(value);
  } catch {
    throw new TypeError(`tmdb-auth: ${option} is not a URL, e.g. ${TMDB.baseURL}.`);
  }
  const { origin, path, query, hash } = parts;
  if (path !== '/' || query || hash || origin.includes('@')) {
    throw new TypeError(
      `tmdb-auth: ${option} is an origin without path, version or query, e.g. ${TMDB.baseURL}.`,
    );
  }
  if (isSafe(origin)) return origin;
  throw new TypeError(
    `tmdb-auth: ${option} must be https (http only on this machine): it carries credentials.`,
  );
}

function duration(option: string, ms: number): number {
  if (typeof ms === 'number' && ms > 0) return ms;
  throw new TypeError(`tmdb-auth: ${option} is a number of milliseconds above 0.`);
}
