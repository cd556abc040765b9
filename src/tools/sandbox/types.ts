/// <reference lib="esnext.disposable" preserve="true" />
import type { Clock } from './clock.ts';
import type { Faults } from './fault.types.ts';
import type { SandboxQuirks } from './quirks.ts';

/** An account as `GET /3/account` shows it. Every field has a default except the name to log in with. */
export interface SandboxAccount {
  /** The name to sign in with. */
  username: string;
  /** TMDB's integer account id. Default 548, then counted upwards; 1 for the key's owner. */
  id?: number;
  /** TMDB's v4 account id, 24 hex digits. Default: made from the username, the same every time. */
  object_id?: string;
  /** Display name. Default `''`: on TMDB it is often empty. */
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

/** A person who can approve the app. */
export interface SandboxUser extends SandboxAccount {
  /** For `validate_with_login`; the approval page does not ask for it. */
  password: string;
  /**
   * What `validate_with_login` says after the right password: `disabled` 401/31, `unverified` 401/32, `suspended` 403/45.
   * Default `'active'`.
   */
  standing?: 'active' | 'disabled' | 'unverified' | 'suspended';
}

/** Options of `createSandbox`. */
export interface CreateSandboxOptions {
  /** Source of time, epoch ms. Default `Date.now`; `sandbox.clock` puts an offset on top. */
  now?: () => number;
  /** The v3 API key. Default: 32 random hex digits. */
  apiKey?: string;
  /** The API Read Access Token. Default: a readable JWT whose `aud` is the key, with a random signature. */
  accessToken?: string;
  /** Who can approve. Default one user: `sandra`, password `sandbox`, id 548. The first is the default everywhere. */
  users?: readonly SandboxUser[];
  /**
   * Whom the key belongs to: `GET /3/account` answers with this account for the Bearer token without `session_id`.
   * Default `{ id: 1, username: 'keyowner' }`.
   */
  owner?: SandboxAccount;
  /** What is not known for sure of v4. */
  v4?: SandboxV4Options;
  /** Oddities of TMDB, each by its name. Default: those that are certain. */
  quirks?: SandboxQuirks;
  /**
   * How many API requests are answered within any `perSeconds` seconds of the sandbox clock; one more is 429/25 with
   * `Retry-After`, has no effect and does not count. Default: no limit. TMDB's is about 40 a second.
   */
  rateLimit?: { requests: number; perSeconds: number };
  /**
   * The origin that apps ask, without a slash at the end. Default `https://tmdb-sandbox.test`, which no network has;
   * of `startSandbox`: where it listens.
   */
  url?: string;
  /**
   * The control over HTTP below `/_sandbox`, and the page at `/`. Never answers pages of other origins. Default false; of
   * `startSandbox`: true if only this machine can reach it.
   */
  control?: boolean;
  /**
   * What `save()` of an earlier sandbox gave: its users (`users` adds those it lacks), sessions, guests, tokens, lists, and
   * its clock's offset. Throws if it is broken.
   */
  state?: string;
  /** Called after each request has taken effect; the answer waits for it. */
  afterRequest?: () => void | Promise<void>;
}

/** Options of `startSandbox`. */
export interface SandboxOptions extends CreateSandboxOptions {
  /** TCP port. Default 0: any free port. */
  port?: number;
  /** The address to listen on. Default `127.0.0.1`: only this machine. `0.0.0.0`: every network it is in. */
  host?: string;
}

/** How v4 behaves where TMDB does not say. */
export interface SandboxV4Options {
  /** The code of 401 for a request token that is used, expired, unknown or unreadable. Default 33. */
  invalidToken?: 33 | 35;
  /** The code for a request token the user denied: 401/33, 401/35, or 422/41 as if undecided. Default: `invalidToken`. */
  deniedToken?: 33 | 35 | 41;
  /** The code of 401 for a Bearer user token that was deleted or revoked. Default 7, as for one never issued. */
  endedBearer?: 7 | 35;
  /** Deleting an access token ends the v3 sessions converted from it. Default false. */
  deletionEndsSessions?: boolean;
}

/**
 * One request as it came in. Holds no key, token or session: path segments that are secrets are replaced by
 * `:request_token`, `:guest_session_id` or `:secret`. CORS preflights and the control over HTTP are not listed.
 */
export interface SandboxRequest {
  /** `api` for everything below /3 and /4, `web` for the approval page and the rest. */
  kind: 'api' | 'web';
  /** The HTTP method. */
  method: string;
  /** Decoded, `..` resolved, without query. */
  path: string;
  /** HTTP status; 0 while unanswered, and for good when the connection was dropped. */
  status: number;
  /** It has no answer yet, and its caller still waits. */
  open: boolean;
  /** A `hang` keeps its answer back, and its caller still waits. */
  held: boolean;
  /** Arrival by the sandbox clock, epoch ms. */
  at: number;
  /**
   * Its `Authorization`: the API Read Access Token is `app`, a user access token `user`, also one that has ended. null:
   * none, or one that was never issued.
   */
  bearer: 'app' | 'user' | null;
  /** It carried a `session_id` (query or body), right or wrong. */
  hasSession: boolean;
  /** It carried a `guest_session_id` (query, body or path), right or wrong. */
  hasGuest: boolean;
}

/** A film, series or episode somebody keeps. */
export interface SandboxMedia {
  /** What it is. */
  media_type: 'movie' | 'tv' | 'episode';
  /** TMDB's number for it. */
  media_id: number;
}

/** What a user has stored, as plain data for assertions. */
export interface SandboxAccountData {
  /** In the order they were marked. */
  favorites: readonly SandboxMedia[];
  /** In the order they were marked. */
  watchlist: readonly SandboxMedia[];
  /** `value` is 0.5 to 10. */
  ratings: readonly (SandboxMedia & { value: number })[];
  /** `items` are ids of movies, and of series if v4 put them there. */
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

/** Where a request token stands. `expired` is a token nobody used within 60 min (v3) or 15 min (v4). */
export type TokenState = 'pending' | 'approved' | 'denied' | 'used' | 'expired';

/** A local TMDB. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` of `startSandbox`. */
  readonly url: string;
  /** Same server: the API lives under `/3` and `/4`. */
  readonly baseURL: string;
  /** Same server: the approval pages are `/authenticate/:token` (v3) and `/auth/access?request_token=` (v4). */
  readonly webURL: string;
  /** The v3 API key: 32 hex digits. */
  readonly apiKey: string;
  /** The API Read Access Token: the app's, not a user's. */
  readonly accessToken: string;
  /**
   * The same TMDB without a network, for the `fetch` option of a client: each answer, fault and wait as over HTTP, and
   * sooner. Rejects with a `TypeError` where HTTP would bring no answer. Other addresses are asked
   * as usual.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Answers a request of any origin, for a server or an interceptor of your own: MSW, a service worker, Bun, Deno, Workers.
   * Where HTTP would bring no answer it resolves to `Response.error()`, the network error of the web platform.
   */
  readonly handle: (request: Request) => Promise<Response>;
  /** The server's clock: token and guest lifetimes, `expires_at` and the `Date` header go by it. */
  readonly clock: Clock;
  /** Every request in order of arrival; a live array. */
  readonly requests: readonly SandboxRequest[];
  /** Empties `requests`, to count from here on. */
  resetRequests(): void;
  /** The oddities of this TMDB. A change counts from the next request on. */
  readonly quirks: Required<SandboxQuirks>;
  /** Scripted misbehaviour of the API. */
  readonly faults: Faults;
  /** What Allow on the page does (v3, v4). Throws if the token cannot be approved any more or the user is unknown. */
  approve(requestToken: string, username?: string): void;
  /** What Deny on the page does (v3, v4). Throws if the token cannot be denied any more. */
  deny(requestToken: string): void;
  /**
   * The user (default: every user) revokes the app in the settings of TMDB. Returns how many sessions and access tokens
   * that ended.
   */
  revoke(username?: string): number;
  /** Adds a user who can approve. Throws if there is one of that name. */
  addUser(user: SandboxUser): void;
  /** Who can approve, the default first, without passwords. */
  users(): readonly {
    username: string;
    id: number;
    name: string;
    standing: NonNullable<SandboxUser['standing']>;
  }[];
  /** Sessions alive, oldest first, without their ids; `createdAt` epoch ms. */
  sessions(): readonly { username: string; createdAt: number }[];
  /** v4 user access tokens alive, oldest first, without their values; `createdAt` epoch ms. */
  accessTokens(): readonly { username: string; createdAt: number }[];
  /** Guest sessions alive, oldest first; `expiresAt` is the answered `expires_at`, epoch ms. */
  guests(): readonly { used: boolean; createdAt: number; expiresAt: number; ratings: number }[];
  /** Every request token ever issued, oldest first. */
  tokens(): readonly { version: ApiVersion; state: TokenState; createdAt: number }[];
  /** What a user (default: the first) has stored. Throws if there is no such user. */
  account(username?: string): SandboxAccountData;
  /** Everything as it was at the start, without `state`: users, clock, quirks, no faults, and nobody signed in. */
  reset(): void;
  /** What `state` takes up again, as JSON. It holds sessions, tokens and passwords; not the app's credentials, nor faults. */
  save(): string;
  /** Ends at once, open connections too. Safe to call twice. */
  close(): Promise<void>;
  /** The same as `close`, for `await using tmdb = await startSandbox()`. */
  [Symbol.asyncDispose](): Promise<void>;
}
