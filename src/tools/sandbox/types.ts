/// <reference lib="esnext.disposable" preserve="true" />
import type { Clock } from './clock.ts';
import type { Faults } from './fault.types.ts';
import type { SandboxQuirks } from './quirks.ts';

/** An account, with the fields of `GET /3/account`. All but `username` have defaults. */
export interface SandboxAccount {
  /** The name to sign in with. */
  username: string;
  /** TMDB's integer account id. Default: 548 and counting up; 1 for the key's owner. */
  id?: number;
  /** TMDB's v4 account id, 24 hex digits. Default: derived from the username. */
  object_id?: string;
  /** Display name. Default `''`, as it is often empty on TMDB. */
  name?: string;
  /** Default `'en'`. */
  iso_639_1?: string;
  /** Default `'US'`. */
  iso_3166_1?: string;
  /** Default false. */
  include_adult?: boolean;
  /** Default null. */
  avatar_path?: string | null;
}

/** A user who can approve the app. */
export interface SandboxUser extends SandboxAccount {
  /** For `validate_with_login`; the approval page does not ask for it. */
  password: string;
  /**
   * Decides the answer of `validate_with_login` to the right password: `disabled` 401/31, `unverified` 401/32,
   * `suspended` 403/45. Default `'active'`.
   */
  standing?: 'active' | 'disabled' | 'unverified' | 'suspended';
}

/** Options of `createSandbox`. */
export interface CreateSandboxOptions {
  /** Source of time, epoch ms. Default `Date.now`; `sandbox.clock` adds an offset. */
  now?: () => number;
  /** The v3 API key. Default: 32 random hex digits. */
  apiKey?: string;
  /** The API Read Access Token. Default: a JWT with the key as `aud` and a random signature. */
  accessToken?: string;
  /**
   * Users who can approve. Default: one user, `sandra`, with password `sandbox` and id 548. The first user is the
   * default in all methods.
   */
  users?: readonly SandboxUser[];
  /**
   * The key's owner: `GET /3/account` answers with this account for the Bearer token without `session_id`. Default `{
   * id: 1, username: 'keyowner' }`.
   */
  owner?: SandboxAccount;
  /** Behaviour of v4 that is not known for sure. */
  v4?: SandboxV4Options;
  /** Oddities of TMDB, by name. Default: the well-attested ones. */
  quirks?: SandboxQuirks;
  /**
   * Number of API requests allowed within any `perSeconds` seconds of the sandbox clock. Further ones get 429/25 with
   * `Retry-After`, have no effect and do not count. Default: no limit. TMDB's is about 40 a second.
   */
  rateLimit?: { requests: number; perSeconds: number };
  /**
   * The sandbox's origin, without a trailing slash. Default `https://tmdb-sandbox.test`, which exists in no network;
   * for `startSandbox` its listen address.
   */
  url?: string;
  /**
   * Enables control over HTTP at `/_sandbox`, and the page at `/`. Pages of other origins are always refused. Default
   * false; for `startSandbox` true if only this machine can reach it.
   */
  control?: boolean;
  /**
   * The output of an earlier sandbox's `save()`: its users (`users` adds missing ones), sessions, guests, tokens,
   * lists, and clock offset. Throws if it is broken.
   */
  state?: string;
  /** Called after each request's effect; the answer waits for it. */
  afterRequest?: () => void | Promise<void>;
}

/** Options of `startSandbox`. */
export interface SandboxOptions extends CreateSandboxOptions {
  /** TCP port. Default 0: any free port. */
  port?: number;
  /** The address to listen on. Default `127.0.0.1`: this machine only. `0.0.0.0`: all networks. */
  host?: string;
}

/** Behaviour of v4 that TMDB does not document. */
export interface SandboxV4Options {
  /** The 401 code for a used, expired, unknown or unreadable request token. Default 33. */
  invalidToken?: 33 | 35;
  /** The code for a denied request token: 401/33, 401/35, or 422/41 as if undecided. Default: `invalidToken`. */
  deniedToken?: 33 | 35 | 41;
  /** The 401 code for a deleted or revoked Bearer user token. Default 7, as for an unknown one. */
  endedBearer?: 7 | 35;
  /** Whether deleting an access token ends the v3 sessions converted from it. Default false. */
  deletionEndsSessions?: boolean;
}

/**
 * One request in the log. Holds no key, token or session: secret path segments are replaced by `:request_token`,
 * `:guest_session_id` or `:secret`. CORS preflights and the control over HTTP are not logged.
 */
export interface SandboxRequest {
  /** `api` for paths under /3 and /4, `web` for the approval page and all others. */
  kind: 'api' | 'web';
  /** The HTTP method. */
  method: string;
  /** Decoded, with `..` resolved, without query. */
  path: string;
  /** HTTP status; 0 until it is answered, and if the connection was dropped. */
  status: number;
  /** It has no answer yet, and the caller still waits. */
  open: boolean;
  /** A `hang` fault holds the answer, and the caller still waits. */
  held: boolean;
  /** Arrival time by the sandbox clock, epoch ms. */
  at: number;
  /**
   * Kind of its `Authorization`: `app` for the API Read Access Token, `user` for a user access token, even an ended
   * one. Null: none, or an unknown token.
   */
  bearer: 'app' | 'user' | null;
  /** It carried a `session_id` (query or body), valid or not. */
  hasSession: boolean;
  /** It carried a `guest_session_id` (query, body or path), valid or not. */
  hasGuest: boolean;
}

/** A film, series or episode in a user's data. */
export interface SandboxMedia {
  /** The type of title. */
  media_type: 'movie' | 'tv' | 'episode';
  /** TMDB's id. */
  media_id: number;
}

/** A user's data, as plain objects for assertions. */
export interface SandboxAccountData {
  /** In the order they were marked. */
  favorites: readonly SandboxMedia[];
  /** In the order they were marked. */
  watchlist: readonly SandboxMedia[];
  /** `value` is 0.5 to 10. */
  ratings: readonly (SandboxMedia & { value: number })[];
  /** `items` are ids of movies, and of series added by v4. */
  lists: readonly {
    id: number;
    name: string;
    description: string;
    public: boolean;
    items: readonly number[];
  }[];
}

/** The version of the API. */
export type ApiVersion = 3 | 4;

/** State of a request token. `expired`: not used within 60 min (v3) or 15 min (v4). */
export type TokenState = 'pending' | 'approved' | 'denied' | 'used' | 'expired';

/** A local TMDB. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` of `startSandbox`. */
  readonly url: string;
  /** The same as `url`: the API is under `/3` and `/4`. */
  readonly baseURL: string;
  /** The same as `url`: the approval pages are `/authenticate/:token` (v3) and `/auth/access?request_token=` (v4). */
  readonly webURL: string;
  /** The v3 API key: 32 hex digits. */
  readonly apiKey: string;
  /** The API Read Access Token of the app, not of a user. */
  readonly accessToken: string;
  /**
   * Asks this TMDB without a network, for the `fetch` option of a client: the same answers, faults and waits as over
   * HTTP, but faster. Rejects with a `TypeError` where HTTP would bring no answer. Requests to other addresses use
   * the global `fetch`.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Answers a request of any origin, for a server or an interceptor of your own: MSW, a service worker, Bun, Deno, Workers.
   * Where HTTP would bring no answer it resolves to `Response.error()`, the network error of the web platform.
   */
  readonly handle: (request: Request) => Promise<Response>;
  /** The server's clock, for token and guest lifetimes, `expires_at` and the `Date` header. */
  readonly clock: Clock;
  /** All requests in order of arrival; a live array. */
  readonly requests: readonly SandboxRequest[];
  /** Empties `requests`. */
  resetRequests(): void;
  /** The oddities of this TMDB. Changes apply from the next request on. */
  readonly quirks: Required<SandboxQuirks>;
  /** Scripted misbehaviour of the API. */
  readonly faults: Faults;
  /** Presses Allow on the approval page (v3, v4). Throws if the token is not open or the user is unknown. */
  approve(requestToken: string, username?: string): void;
  /** Presses Deny on the approval page (v3, v4). Throws if the token is not open. */
  deny(requestToken: string): void;
  /**
   * Revokes the app in TMDB's settings, as that user (default: all users). Returns the number of ended sessions and
   * access tokens.
   */
  revoke(username?: string): number;
  /** Adds a user who can approve. Throws if the name is taken. */
  addUser(user: SandboxUser): void;
  /** All users, the default first, without passwords. */
  users(): readonly {
    username: string;
    id: number;
    name: string;
    standing: NonNullable<SandboxUser['standing']>;
  }[];
  /** Current sessions, oldest first, without their ids; `createdAt` epoch ms. */
  sessions(): readonly { username: string; createdAt: number }[];
  /** Current v4 user access tokens, oldest first, without their values; `createdAt` epoch ms. */
  accessTokens(): readonly { username: string; createdAt: number }[];
  /** Current guest sessions, oldest first; `expiresAt` is the answered `expires_at`, epoch ms. */
  guests(): readonly { used: boolean; createdAt: number; expiresAt: number; ratings: number }[];
  /** All request tokens ever issued, oldest first. */
  tokens(): readonly { version: ApiVersion; state: TokenState; createdAt: number }[];
  /** The data of a user (default: the first). Throws if there is no such user. */
  account(username?: string): SandboxAccountData;
  /** Resets users, clock and quirks to the options, without `state`; removes faults, sessions and all other data. */
  reset(): void;
  /**
   * The state as JSON, for the option `state`. It holds sessions, tokens and passwords, but neither the app's
   * credentials nor faults.
   */
  save(): string;
  /** Stops at once and closes open connections. Can be called twice. */
  close(): Promise<void>;
  /** The same as `close`, for `await using tmdb = await startSandbox()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
