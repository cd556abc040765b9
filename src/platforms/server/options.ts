import type { FailureCode } from '../../../machines/index.ts';
import { settingsOf, type TmdbAuthOptions, type TmdbSettings } from '../../options.ts';
import { repeating } from '../../tmdb/again.ts';
import { createSeal, type Seal } from '../seal.ts';
import { paced } from './budget.ts';
import { forgetful } from './forgetful.ts';
import { joining } from './join.ts';

/** The part of an `unstorage` storage that is used here. Memory, files, Redis, a cloud's key-value store, … */
export interface ServerStore {
  /** The value, parsed where it looks like JSON, or null. */
  getItem(key: string): Promise<unknown>;
  /** `ttl` in seconds, where the driver knows it. */
  setItem(key: string, value: string, options?: { ttl: number }): Promise<void>;
  /** Removes it; fine if there is none. */
  removeItem(key: string): Promise<void>;
  /** All keys that begin with it, for signing out everywhere. */
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

/** Options of `createAuthHandler`. */
export interface AuthHandlerOptions extends ForEveryRequest {
  /** Where users see the site, e.g. `https://films.example`. Never taken from a request, which could lie. Required. */
  origin: string;
  /**
   * What cookies and the store are sealed with: random texts of at least 32 characters, the newest first. The same on
   * every instance. Required.
   */
  secrets: readonly string[];
  /**
   * The path all routes are below, as users see it: `/films/auth` where the site is below `/films`. Requests may arrive
   * with all of it, or with only its last parts where a framework or a proxy takes the first ones off. Default: `/auth`.
   */
  basePath?: string;
  /** What the cookies' names begin with. Default: `tmdb-auth`. */
  cookieName?: string;
  /** Keeps the records here and only a name for them in the cookie. Default: none, the cookies hold everything. */
  store?: ServerStore;
  /** Where users land if nobody says otherwise. Default: `/`. */
  returnTo?: string;
  /** Other origins users may be sent back to. Default: none. */
  returnOrigins?: readonly string[];
  /**
   * What pages may ask of TMDB below `/auth/tmdb`: `GET /3/movie/*`, where `*` is one part of a path and `**` any
   * number. What signs in or out is never let through. Default: `PROXY`, all of v3 and v4 that a user may do.
   */
  proxy?: readonly string[];
  /** The longest body of a request, in bytes. Default: `65536`. */
  maxBody?: number;
  /** How long a body may take to arrive, in ms. Default: `5000`. */
  bodyTimeout?: number;
  /** How many requests are handled at a time; the others are told to come again. Default: `512`. */
  maxConcurrent?: number;
  /**
   * Whose address a request comes from, for `maxPerAddress`: a header that your own proxy writes, or what your server
   * knows of the connection. Default: none, as no header can be trusted without a proxy of yours.
   */
  addressOf?: (request: Request) => string | null | undefined;
  /** How many requests of one address may be under way at a time, if there is `addressOf`. Default: `32`. */
  maxPerAddress?: number;
  /**
   * How many requests to TMDB may begin within a second, all handlers of this process together. What would wait longer
   * than 5 s is `rate_limited`. Default: `40`, which is about TMDB's own limit for one address.
   */
  requestsPerSecond?: number;
  /** The end of every request here, in ms. Default: `30000`. */
  deadline?: number;
  /** Signed out this long after signing in, in ms, at most 399 days: cookies need an end. Default: `2592000000`, 30 days. */
  sessionMaxAge?: number;
  /** Told of every request when it is answered: for logs, metrics and traces. Knows no secret and no address. Default: nobody. */
  onEvent?: (event: HandlerEvent) => void;
}

/** One request, when it is answered. */
export interface HandlerEvent {
  /** Which route, or null for an address that is none. */
  route: string | null;
  /** The HTTP method, as it was asked. */
  method: string;
  /** The HTTP status it was answered with. */
  status: number;
  /** Epoch ms. */
  startedAt: number;
  /** From its arrival to its answer, in ms. */
  durationMs: number;
  /** The machine's states it passed through, in order. */
  states: readonly string[];
  /** Why it did not work. */
  failure: FailureCode | null;
  /** Why it was not even tried. */
  refused: Refusal | null;
  /** Requests to TMDB it took. */
  tmdbRequests: number;
}

/**
 * Why a request was not even tried: `cross_site` means the site itself did not ask (`Origin`), `prefetch` that nobody has
 * clicked yet.
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

/** Everything below has been checked. */
export interface ServerSettings
  extends Required<
    Omit<
      AuthHandlerOptions,
      keyof ForEveryRequest | 'secrets' | 'store' | 'onEvent' | 'addressOf' | 'requestsPerSecond'
    >
  > {
  /** What the client of a single request is made with. */
  client: TmdbSettings;
  seal: Seal;
  /** Cookies need https, but for this machine itself. */
  isSecure: boolean;
  store: ServerStore | undefined;
  addressOf: (request: Request) => string | null;
  onEvent: ((event: HandlerEvent) => void) | undefined;
}

/** What users may do, v3 and v4. Signing in and out is this handler's own. */
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
    fetch: joining(repeating(paced(given.fetch, { clock, baseURL, perSecond })), clock),
  };
  const origin = originOf('origin', options.origin);
  const isSecure = origin.startsWith('https:');
  if (!isSecure && !LOOPBACK.test(new URL(origin).hostname)) {
    throw wrong('origin must be https (http only on this machine): cookies with a session need it.');
  }
  const basePath = options.basePath ?? '/auth';
  if (typeof basePath !== 'string' || !/^(\/[\w-]+)+$/.test(basePath))
    throw wrong('basePath is a path like /auth, without a slash at its end.');
  const cookieName = options.cookieName ?? 'tmdb-auth';
  if (typeof cookieName !== 'string' || !/^[\w-]+$/.test(cookieName))
    throw wrong('cookieName is letters, digits, - and _.');
  const store = storeOf(options.store);
  const returnTo = options.returnTo ?? '/';
  const returnOrigins = (options.returnOrigins ?? []).map((each) => originOf('returnOrigins', each));
  if (!landing({ origin, returnOrigins, client }, returnTo)) {
    throw wrong('returnTo is a path of the site, or an address at one of returnOrigins.');
  }
  return {
    client,
    origin,
    isSecure,
    basePath,
    cookieName,
    seal: createSeal(options.secrets ?? [], client.clock.now),
    store: store && forgetful(store, clock.now),
    returnTo,
    returnOrigins,
    proxy: options.proxy ?? PROXY,
    maxBody: count('maxBody', options.maxBody ?? 65_536),
    bodyTimeout: count('bodyTimeout', options.bodyTimeout ?? 5_000),
    maxConcurrent: count('maxConcurrent', options.maxConcurrent ?? 512),
    addressOf: (request) => options.addressOf?.(request) ?? null,
    maxPerAddress: count('maxPerAddress', options.maxPerAddress ?? 32),
    deadline: count('deadline', options.deadline ?? 30_000),
    onEvent: options.onEvent,
  };
}

/**
 * As it is written into TMDB's address, and in v4 into its token as well, which is in the address and in a cookie: with
 * both, the headers of an answer fit into the 4 kB that nginx has for them.
 */
const LONGEST_RETURN = { 3: 800, 4: 400 };

type Landing = Pick<ServerSettings, 'origin' | 'returnOrigins'> & {
  client: Pick<TmdbSettings, 'apiVersion'>;
};

/**
 * Where a user may be sent, as an absolute URL, or null: the site itself, or an origin that was listed. Judged as
 * browsers read it (`//evil`, `/\evil` and `https:evil` are other origins), and sent as it was judged.
 */
export function landing({ origin, returnOrigins, client }: Landing, to: string): string | null {
  const longest = LONGEST_RETURN[client.apiVersion];
  if (to.length > longest || !URL.canParse(to, origin)) return null;
  const url = new URL(to, origin);
  if (encodeURIComponent(url.href).length > longest) return null;
  // A `blob:` has the origin of who made it.
  if (url.username || url.password || !/^https?:$/.test(url.protocol)) return null;
  return url.origin === origin || returnOrigins.includes(url.origin) ? url.href : null;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

function originOf(option: string, value: string): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw wrong(`${option} is where users see the site, without a path, e.g. https://films.example.`);
}

const STORE = ['getItem', 'setItem', 'removeItem', 'getKeys'] as const;

function storeOf(store: ServerStore | undefined): ServerStore | undefined {
  if (store && !STORE.every((name) => typeof store[name] === 'function')) {
    throw wrong(`store is a storage of unstorage, or has its functions ${STORE.join(', ')}.`);
  }
  return store;
}

function count(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw wrong(`${option} is a number above 0.`);
}

const wrong = (message: string) => new TypeError(`tmdb-auth: ${message}`);
