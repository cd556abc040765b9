/// <reference lib="esnext.disposable" preserve="true" />
import type { ActorRefFrom } from 'xstate';
import type { AuthView, authMachine, CarryOver } from '../../machines/index.ts';
import type { Messages } from '../lib/messages.ts';
import type { Api } from './api.ts';

/** Options of `login`. */
export interface LoginOptions {
  /** Where TMDB sends the user back to: any absolute URL, `myapp://` too. Default: the navigator's, or none. */
  redirectTo?: string;
  /** Aborting it cancels the sign-in for every caller that waits for it. */
  signal?: AbortSignal;
}

/** A session that the app has stored: its id, or a v4 access token of the user. */
export type AdoptOptions = (
  | { sessionId: string; accessToken?: undefined }
  | { accessToken: string; sessionId?: undefined }
) & {
  /** Aborting it cancels the adoption. */
  signal?: AbortSignal;
};

/**
 * A code that the user types on another device, at a short address of the site. Shown by a television beside, or in
 * place of, a QR code.
 */
export interface DeviceCode {
  /** Eight letters: `BCDF-GHJK`. */
  userCode: string;
  /** The address to type: `https://films.example/auth/device`. */
  verificationUri: string;
  /** The same with the code, for a QR code. */
  verificationUriComplete: string;
  /** When the code ends, epoch ms. The next check of a sign-in that still waits brings a new code. */
  expiresAt: number;
  /** Least time between two checks, in ms. */
  interval: number;
}

/** One client of TMDB: who is signed in, and everything that can change it. Methods need no `this`. */
export interface TmdbAuth {
  /** The current view; the same object until something changes. */
  getView(): AuthView;
  /** This client's time, epoch ms: to count down to `expiresAt`. */
  now(): number;
  /**
   * Calls `listener` after every change of the view. The listener may call every method. Returns a function that
   * stops it.
   */
  subscribe(listener: (view: AuthView) => void): () => void;
  /**
   * Signs a user in by approval on TMDB's page. Resolves when the session is made and stored, or at once if a user is
   * signed in. A second call joins the first. Without a navigator it waits for `handleCallback`. Rejects with
   * `approval_denied`, `token_expired`, `cancelled`, `disposed`, or the failure of a request.
   */
  login(options?: LoginOptions): Promise<AuthView>;
  /**
   * The last resort where there is no browser: sends the user's TMDB password to TMDB once, and does not keep it.
   * Signs in for v3, as v4 has no passwords.
   * Rejects with `invalid_login`, `account_disabled`, `email_not_verified`, `user_suspended` and as `login` does.
   */
  loginWithPassword(options: { username: string; password: string; signal?: AbortSignal }): Promise<AuthView>;
  /**
   * Starts a guest session (TMDB deletes it if it rates nothing within 60 minutes). Resolves at once if there is a
   * user or a guest.
   */
  loginAsGuest(options?: { signal?: AbortSignal }): Promise<AuthView>;
  /**
   * Takes over a session that the app has stored, by its id or by a v4 access token of the user (never the
   * application's own read token). TMDB must first name its account. Resolves when the session is stored; from then
   * on it belongs to this client: `logout()` ends it at TMDB. A guest stays, and their ratings can be carried over.
   * Resolves at once, and changes nothing, if a user is signed in; a second call joins the first. A cancel forgets
   * the session here and leaves it at TMDB. Nothing of it is kept for `retry()`: call it again. Rejects with
   * `session_invalid` if it is malformed or unknown to TMDB, `unexpected` if a server keeps the page's sessions, and
   * as `login` does.
   */
  adoptSession(options: AdoptOptions): Promise<AuthView>;
  /**
   * Asks TMDB whether it accepts the application's credential; also works signed out. Rejects with `invalid_api_key`,
   * `suspended_api_key`, or the failure of the request.
   */
  validateCredentials(options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * Asks TMDB whether the session still exists, and reads the account again. Resolves to the settled view:
   * `idle.sessionRevoked` if it does not exist, the same view with a `failure` if TMDB did not say. Does nothing if
   * nobody is signed in.
   */
  verify(): Promise<AuthView>;
  /**
   * Rates as the user what they have rated as a guest: films, series and episodes. Where the user has another rating
   * already, that stays, unless `overwrite`. The view's `carryOver` shows the progress. If nothing failed, the guest
   * is forgotten; otherwise, and after a crash, another call continues. TMDB's lists of a guest's ratings lag: one
   * that should not be empty is asked for again for 30 s. Rejects with `session_invalid` if nobody is signed in,
   * `guest_gone`, `cancelled`, `unavailable` (the guest is kept) if a list stays late, or the failure of a request.
   */
  carryOverGuestRatings(options?: { overwrite?: boolean; signal?: AbortSignal }): Promise<CarryOver>;
  /**
   * Fetches a request token ahead, so that the next `login()` opens TMDB at once. Fails silently. A v4 token is for
   * one `redirectTo`: pass the one that `login()` will have.
   */
  prepare(options?: { redirectTo?: string }): Promise<void>;
  /** The page where the user approves, while a request waits for approval. Contains the request token. */
  readonly approvalUrl: string | null;
  /**
   * The code to type on another device, while a sign-in with `mode: 'device'` waits for approval through a server that
   * has the option `device`; else null, also once the code was used.
   */
  readonly deviceCode: DeviceCode | null;
  /**
   * Takes the return from TMDB, once. Resolves to the settled view, also after a denial, and at once if nothing is
   * pending. Rejects with `callback_invalid`, or with `callback_mismatch` for a token other than the stored one (the
   * defence against being signed in as another person); neither changes anything.
   */
  handleCallback(url: string | URL): Promise<AuthView>;
  /** Ends a running sign-in. Resolves to the settled view. */
  cancel(): Promise<AuthView>;
  /** Repeats the failed step. Resolves and rejects like `login`; without a failed step it changes nothing. */
  retry(): Promise<AuthView>;
  /**
   * Forgets everything here, then deletes the session at TMDB. If that fails it still resolves, with `failure.code`
   * `revoke_failed`.
   */
  logout(): Promise<AuthView>;
  /** Stops timers and listeners; pending calls reject with `disposed`. The stored record stays. */
  dispose(): void;
  /** The same as `dispose`, for `using auth = createTmdbAuth(…)`. */
  [Symbol.dispose](): void;
  /**
   * `fetch` with credentials, for TMDB only: for `baseURL`, and for `https://api.themoviedb.org`, which goes to
   * `baseURL`. A bare path (`/3/movie/550`) is one of TMDB's. Credentials in a request are replaced, so typed clients
   * can use it as their `fetch`. A request as a user or guest bypasses every cache, and its answer says
   * `Cache-Control: no-store`.
   */
  readonly fetch: typeof globalThis.fetch;
  /** The same, with JSON in and out by ofetch: `api('/3/movie/550')`. Rejections: see `Api`. */
  readonly api: Api;
  /** The app's own texts for failures, from the option `messages`; empty without. */
  readonly messages: Messages;
  /** The running machine, for `useSelector`, `waitFor` and inspectors. */
  readonly actor: ActorRefFrom<typeof authMachine>;
}
