import type { FailureCode } from '../../../machines/index.ts';
import { settingsOf, type TmdbAuthOptions, type TmdbSettings } from '../../options.ts';
import { repeating } from '../../tmdb/again.ts';
import { createSeal, type Seal } from '../seal.ts';
import { paced } from './budget.ts';
import { DEVICE_TEXTS, type DeviceTexts } from './device-texts.ts';
import { expiring } from './expiring-store.ts';
import { networkOf } from './network.ts';
import { singleFlight } from './single-flight.ts';

/** The part of an `unstorage` storage that is used here. Memory, files, Redis, a cloud's key-value store, … */
export interface ServerStore {
  /** The value, parsed where it looks like JSON, or null. */
  getItem(key: string): Promise<unknown>;
  /** `ttl` in seconds, where the driver knows it. */
  setItem(key: string, value: string, options?: { ttl: number }): Promise<void>;
  /** Removes the value. Succeeds if there is none. */
  removeItem(key: string): Promise<void>;
  /** All keys that begin with `base`, for signing out everywhere. */
  getKeys(base: string): Promise<string[]>;
}

type ForEveryRequest = Pick<
  TmdbAuthOptions,
  | 'credentials'
  | 'apiVersion'
  | 'baseURL'
  | 'webURL'
  | 'clock'
  | 'fetch'
  | 'requestTimeout'
  | 'approvalWindow'
  | 'sessionMaxAge'
  | 'onWarning'
  | 'messages'
>;

/** Options of the codes that users type for a sign-in on another device. */
export interface DeviceOptions {
  /** How long a code can be used, in ms; never longer than TMDB's request token. Default: `900000`, 15 min. */
  lifetime?: number;
  /** Least time between two checks of a device, in ms. A check before gets 429 with `Retry-After`. Default: `5000`. */
  interval?: number;
  /** The site's own texts for the page that asks for the code. Default: none, English. */
  texts?: Partial<DeviceTexts>;
}

/** Options of `createAuthHandler`. */
export interface AuthHandlerOptions extends ForEveryRequest {
  /**
   * The site's origin as users see it, e.g. `https://films.example`. Never taken from a request, which could lie.
   * Required.
   */
  origin: string;
  /**
   * Secrets that seal the cookies and the store: random texts of at least 32 characters, the newest first. The same
   * on every instance. Required.
   */
  secrets: readonly string[];
  /**
   * Base path of all routes, as users see it: `/films/auth` for a site below `/films`. A framework or a proxy may
   * strip its first parts before the request arrives. Default: `/auth`.
   */
  basePath?: string;
  /** Prefix of the cookies' names. Default: `tmdb-auth`. */
  cookieName?: string;
  /**
   * Where records are kept; the cookie then holds only the record's name. Default: none, the cookies hold everything.
   */
  store?: ServerStore;
  /**
   * Codes to type, for televisions: a sign-in without a way back gets a code for the page `/auth/device`. `true`, or
   * options: `lifetime` and `interval` in ms, and `texts` of that page. Needs `store`. Default: `false`.
   */
  device?: boolean | DeviceOptions;
  /** Where users land if the request names no `returnTo`. Default: `/`. */
  returnTo?: string;
  /** Other origins users may be sent back to. Default: none. */
  returnOrigins?: readonly string[];
  /**
   * The requests that pages may send to TMDB through `/auth/tmdb`: `GET /3/movie/*`, where `*` is one part of a path and
   * `**` any number. Requests that sign in or out never pass. Default: `PROXY`, everything a user may do in v3 and v4.
   */
  proxy?: readonly string[];
  /** The longest body of a request, in bytes. Default: `65536`. */
  maxBody?: number;
  /** How long a body may take to arrive, in ms. Default: `5000`. */
  bodyTimeout?: number;
  /** How many requests are handled at a time. Further ones get 503 with `Retry-After`. Default: `512`. */
  maxConcurrent?: number;
  /**
   * The client's network address, for `maxPerAddress`: from a header that your own proxy writes, or from the
   * connection. Default: none, as a header can be trusted only behind your own proxy.
   */
  addressOf?: (request: Request) => string | null | undefined;
  /** How many requests of one address are handled at a time. Needs `addressOf`. Default: `32`. */
  maxPerAddress?: number;
  /**
   * How many requests to TMDB all handlers of this process may start per second. A request that would wait longer
   * than 5 s fails with `rate_limited`. Default: `40`, about TMDB's own limit for one address.
   */
  requestsPerSecond?: number;
  /** Time limit of every request here, in ms. Default: `30000`. */
  deadline?: number;
  /**
   * How long after signing in a user is signed out, in ms; at most 399 days, as cookies need an end. Default:
   * `2592000000`, 30 days.
   */
  sessionMaxAge?: number;
  /**
   * Called for every request when it is answered: for logs, metrics and traces. Gets no secret and no URL. Default:
   * none.
   */
  onEvent?: (event: HandlerEvent) => void;
}

/** One request, when it is answered. */
export interface HandlerEvent {
  /** The route, or null for an unknown address. */
  route: string | null;
  /** The HTTP method of the request. */
  method: string;
  /** The HTTP status of the answer. */
  status: number;
  /** Epoch ms. */
  startedAt: number;
  /** From arrival to answer, in ms. */
  durationMs: number;
  /** The machine's states during the request, in order. */
  states: readonly string[];
  /** Why the request failed, or null. */
  failure: FailureCode | null;
  /** Why the request was not handled, or null. */
  refused: Refusal | null;
  /** How many requests to TMDB it took. */
  tmdbRequests: number;
  /**
   * With `device`, else null. A device was `given` a code or asked `too_soon`. A typed code was `found`, then `used`; or
   * it was `wrong` (expired ones too), or not looked up after `too_many` wrong ones.
   */
  deviceCode: 'given' | 'too_soon' | 'found' | 'used' | 'wrong' | 'too_many' | null;
}

/**
 * Why a request was not handled. `cross_site`: it did not come from a page of the site (`Origin`). `prefetch`: the
 * user has not clicked yet.
 */
export type Refusal =
  | 'not_found'
  | 'method'
  | 'cross_site'
  | 'prefetch'
  | 'too_large'
  | 'too_slow'
  | 'busy'
  | 'closing'
  | 'other_user'
  | 'bad_request';

/** The checked options. */
export interface ServerSettings
  extends Required<
    Omit<
      AuthHandlerOptions,
      keyof ForEveryRequest | 'store' | 'device' | 'onEvent' | 'addressOf' | 'requestsPerSecond'
    >
  > {
  /** Settings of the client that each request gets. */
  client: TmdbSettings;
  seal: Seal;
  /** Whether cookies are `Secure`: always, except on this machine over http. */
  isSecure: boolean;
  store: ServerStore | undefined;
  device: (Required<DeviceOptions> & { texts: DeviceTexts }) | null;
  addressOf: (request: Request) => string | null;
  onEvent: ((event: HandlerEvent) => void) | undefined;
}

/** Everything a user may do in v3 and v4. Signing in and out has its own routes. */
export const PROXY: readonly string[] = [
  'GET /3/**',
  'POST /3/account/*/favorite',
  'POST /3/account/*/watchlist',
  'POST /3/movie/*/rating',
  'DELETE /3/movie/*/rating',
  'POST /3/tv/*/rating',
  'DELETE /3/tv/*/rating',
  'POST /3/tv/*/season/*/episode/*/rating',
  'DELETE /3/tv/*/season/*/episode/*/rating',
  'POST /3/list',
  'POST /3/list/*/*',
  'DELETE /3/list/*',
  'GET /4/**',
  'POST /4/list',
  'PUT /4/list/*',
  'DELETE /4/list/*',
  'POST /4/list/*/items',
  'PUT /4/list/*/items',
  'DELETE /4/list/*/items',
];

const DAY = 24 * 60 * 60_000;
/** Browsers keep no cookie longer than 400 days. */
const SESSION_MAX_AGE = { default: 30 * DAY, most: 399 * DAY };

export function serverSettingsOf(options: AuthHandlerOptions): ServerSettings {
  const { sessionMaxAge = SESSION_MAX_AGE.default } = options;
  const given = settingsOf({ ...options, sessionMaxAge });
  if (given.sessionMaxAge > SESSION_MAX_AGE.most) {
    throw wrong('sessionMaxAge is at most 399 days in ms: browsers keep no cookie longer.');
  }
  const { baseURL, clock } = given;
  const perSecond = options.requestsPerSecond ?? 40;
  if (!(perSecond > 0)) throw wrong('requestsPerSecond is a number above 0.');
  const client = {
    ...given,
    fetch: singleFlight(repeating(paced(given.fetch, { clock, baseURL, perSecond })), clock),
  };
  const origin = originOf('origin', options.origin);
  const isSecure = origin.startsWith('https:');
  if (!isSecure && !LOOPBACK.test(new URL(origin).hostname)) {
    throw wrong('origin must be https (http only on this machine): cookies with a session need it.');
  }
  const basePath = options.basePath ?? '/auth';
  if (typeof basePath !== 'string' || !/^(\/[\w-]+)+$/.test(basePath))
    throw wrong('basePath is a path like /auth, without a trailing slash.');
  const cookieName = options.cookieName ?? 'tmdb-auth';
  if (typeof cookieName !== 'string' || !/^[\w-]+$/.test(cookieName))
    throw wrong('cookieName is letters, digits, - and _.');
  const store = storeOf(options.store);
  const returnTo = options.returnTo ?? '/';
  const returnOrigins = (options.returnOrigins ?? []).map((each) => originOf('returnOrigins', each));
  if (!landing({ origin, returnOrigins, client }, returnTo)) {
    throw wrong('returnTo is a path of the site, or an address on one of returnOrigins.');
  }
  return {
    client,
    origin,
    isSecure,
    basePath,
    cookieName,
    seal: createSeal(options.secrets ?? [], client.clock.now),
    secrets: options.secrets,
    store: store && expiring(store, clock.now),
    device: deviceOf(options),
    returnTo,
    returnOrigins,
    proxy: options.proxy ?? PROXY,
    maxBody: count('maxBody', options.maxBody ?? 65_536),
    bodyTimeout: count('bodyTimeout', options.bodyTimeout ?? 5_000),
    maxConcurrent: count('maxConcurrent', options.maxConcurrent ?? 512),
    addressOf(request) {
      const address = options.addressOf?.(request);
      return address ? networkOf(address) : null;
    },
    maxPerAddress: count('maxPerAddress', options.maxPerAddress ?? 32),
    deadline: count('deadline', options.deadline ?? 30_000),
    onEvent: options.onEvent,
  };
}

/**
 * Maximum length of a return address, percent-encoded. It becomes part of the approval page's address; in v4 also of
 * the token, which is in that address and in a cookie. At this length the headers of an answer fit into nginx's 4 kB.
 */
const LONGEST_RETURN = { 3: 800, 4: 400 };

type Landing = Pick<ServerSettings, 'origin' | 'returnOrigins'> & {
  client: Pick<TmdbSettings, 'apiVersion'>;
};

/**
 * The absolute URL of `to` if it is on the site or on one of `returnOrigins`, else null. Parsed as browsers do
 * (`//evil`, `/\evil` and `https:evil` are other origins), and returned as parsed.
 */
export function landing({ origin, returnOrigins, client }: Landing, to: string): string | null {
  const longest = LONGEST_RETURN[client.apiVersion];
  if (to.length > longest || !URL.canParse(to, origin)) return null;
  const url = new URL(to, origin);
  if (encodeURIComponent(url.href).length > longest) return null;
  // A `blob:` URL has the origin of the page that made it.
  if (url.username || url.password || !/^https?:$/.test(url.protocol)) return null;
  return url.origin === origin || returnOrigins.includes(url.origin) ? url.href : null;
}

export const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function originOf(option: string, value: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw wrong(`${option} is an origin, without a path, e.g. https://films.example.`);
}

const STORE = ['getItem', 'setItem', 'removeItem', 'getKeys'] as const;

function storeOf(store: ServerStore | undefined): ServerStore | undefined {
  if (store && !STORE.every((name) => typeof store[name] === 'function')) {
    throw wrong(`store is a storage of unstorage, or an object with its functions ${STORE.join(', ')}.`);
  }
  return store;
}

function deviceOf({ device = false, store }: AuthHandlerOptions): ServerSettings['device'] {
  if (device === false) return null;
  if (!store)
    throw wrong(
      'device needs a store, so that a code reaches the sign-in of another browser: set the option store.',
    );
  const { lifetime = 15 * 60_000, interval = 5_000, texts } = device === true ? {} : device;
  return {
    lifetime: count('device.lifetime', lifetime),
    interval: count('device.interval', interval),
    texts: { ...DEVICE_TEXTS, ...texts },
  };
}

function count(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw wrong(`${option} is a number above 0.`);
}

const wrong = (message: string) => new TypeError(`tmdb-auth: ${message}`);
