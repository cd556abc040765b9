/// <reference lib="esnext.disposable" preserve="true" />
import type { ActorRefFrom } from 'xstate';
import type { AuthView, authMachine, CarryOver } from '../../machines/index.ts';
import type { Messages } from '../lib/in-words.ts';
import type { Api } from './api.ts';

/** Options of `login`. */
export interface LoginOptions {
  /** Where TMDB sends the user back to: any absolute URL, `myapp://` too. Default: the navigator's, or none. */
  redirectTo?: string;
  /** Aborting it cancels the sign-in, whoever else waits for it. */
  signal?: AbortSignal;
}

/** A session that the app has kept: its id, or a v4 access token of the user. */
export type AdoptOptions = (
  | { sessionId: string; accessToken?: undefined }
  | { accessToken: string; sessionId?: undefined }
) & {
  /** Aborting it cancels the adoption. */
  signal?: AbortSignal;
};

/** One client of TMDB: who is signed in, and everything that can change it. Methods need no `this`. */
export interface TmdbAuth {
  /** What is true now; the same object until something changes. */
  getView(): AuthView;
  /** This client's time, epoch ms: to count down to `expiresAt`. */
  now(): number;
  /** Calls `listener` after every change of the view. Every method may be called in it. Returns the way to stop. */
  subscribe(listener: (view: AuthView) => void): () => void;
  /**
   * Signs a user in by approval on TMDB's page. Resolves when the session is there and stored; at once if somebody
   * is signed in. A second call joins the first. Without a navigator it waits for `handleCallback`. Rejects with
   * `approval_denied`, `token_expired`, `cancelled`, `disposed`, or what kept TMDB from answering.
   */
  login(options?: LoginOptions): Promise<AuthView>;
  /**
   * The last resort where there is no browser: the user's TMDB password is sent to TMDB once and not kept. There is no
   * v4 by password: it signs in for v3.
   * Rejects with `invalid_login`, `account_disabled`, `email_not_verified`, `user_suspended` and as `login` does.
   */
  loginWithPassword(options: { username: string; password: string; signal?: AbortSignal }): Promise<AuthView>;
  /** Starts a guest session (TMDB deletes it if it rates nothing within 60 minutes). At once if there is one. */
  loginAsGuest(options?: { signal?: AbortSignal }): Promise<AuthView>;
  /**
   * Takes in a session that the app has kept from before, by its id or by a v4 access token of the user (never the
   * application's own read token). TMDB is asked whose it is before it is believed. Resolves when the session is stored;
   * from then on it is this client's: `logout()` ends it at TMDB. A guest stays, and their ratings can be carried over.
   * Resolves at once, and changes nothing, if a user is signed in; a second call joins the first. A cancel forgets the
   * session here and leaves it at TMDB. Nothing of it is kept for `retry()`: call it again.
   * Rejects with `session_invalid` if TMDB does not know it or it is malformed, `unexpected` in a page whose server keeps
   * the sessions, and as `login` does.
   */
  adoptSession(options: AdoptOptions): Promise<AuthView>;
  /**
   * Asks TMDB whether it takes the application's credential; nobody has to be signed in. Rejects with
   * `invalid_api_key`, `suspended_api_key`, or what kept TMDB from answering.
   */
  validateCredentials(options?: { signal?: AbortSignal }): Promise<void>;
  /**
   * Asks TMDB whether the session still exists, and for the account as it is now. Resolves to the settled view:
   * `idle.sessionRevoked` if it does not, the same with a `failure` if TMDB did not say. Nothing if nobody is signed in.
   */
  verify(): Promise<AuthView>;
  /**
   * Rates for the user what the guest they were has rated: films, series and episodes. What the user has rated
   * otherwise stays, unless `overwrite`. The view's `carryOver` shows how far it is. When nothing failed, the guest is
   * over; else, or after a crash, calling it again goes on. TMDB's lists of a guest's ratings lag: one that should not
   * be empty is asked for again for 30 s. Rejects with `session_invalid` where nobody is signed in, `guest_gone`,
   * `cancelled`, `unavailable` with the guest kept where a list stays late, or what kept TMDB from answering.
   */
  carryOverGuestRatings(options?: { overwrite?: boolean; signal?: AbortSignal }): Promise<CarryOver>;
  /**
   * Fetches a request token ahead, so that the next `login()` opens TMDB at once. Silent when it fails. A v4 token is
   * for one `redirectTo`: give the one `login()` will have.
   */
  prepare(options?: { redirectTo?: string }): Promise<void>;
  /** The page where the user approves, while there is something to approve. It contains the request token. */
  readonly approvalUrl: string | null;
  /**
   * Takes the return from TMDB, once. Resolves to the settled view, after a denial too, and at once if nothing is
   * pending. Rejects with `callback_invalid`, or `callback_mismatch` for a token that is not the one stored here
   * (the defence against being signed in as somebody else); neither changes anything.
   */
  handleCallback(url: string | URL): Promise<AuthView>;
  /** Ends a sign-in that is under way. Resolves to the settled view. */
  cancel(): Promise<AuthView>;
  /** Repeats the step that failed. Resolves and rejects like `login`; with nothing to repeat it changes nothing. */
  retry(): Promise<AuthView>;
  /**
   * Forgets everything here, then deletes the session at TMDB. If TMDB cannot be told it resolves all the same,
   * with `failure.code` `revoke_failed`.
   */
  logout(): Promise<AuthView>;
  /** Stops timers and listeners; what waits rejects with `disposed`. The stored record stays. */
  dispose(): void;
  /** The same as `dispose`, for `using auth = createTmdbAuth(…)`. */
  [Symbol.dispose](): void;
  /**
   * `fetch` with credentials, for TMDB only: for `baseURL`, and for `https://api.themoviedb.org`, which is asked of
   * `baseURL`. A path alone (`/3/movie/550`) is one of TMDB's. Credentials that a request brings are replaced, so typed
   * clients can have it as their `fetch`. As a user or guest it asks past every cache, and the answer says
   * `Cache-Control: no-store`.
   */
  readonly fetch: typeof globalThis.fetch;
  /** The same, with JSON in and out by ofetch: `api('/3/movie/550')`. Rejections: see `Api`. */
  readonly api: Api;
  /** The app's own texts for failures, as the option `messages` has them; empty without. */
  readonly messages: Messages;
  /** The running machine, for `useSelector`, `waitFor` and inspectors. */
  readonly actor: ActorRefFrom<typeof authMachine>;
}
