import { type ActorRefFrom, createActor } from 'xstate';
import {
  type AuthEvent,
  type AuthSnapshot,
  type AuthView,
  type authMachine,
  failure,
} from '../machines/index.ts';
import { fetchToken } from './actors/index.ts';
import { type Api, createApi } from './api.ts';
import { createAuthFetch } from './auth-fetch.ts';
import { approvalUrl, parseCallback, sameSecret } from './callback.ts';
import { createWallClock } from './clock.ts';
import { TmdbAuthError } from './errors.ts';
import { createExchange } from './exchange.ts';
import { type Instance, register } from './instance.ts';
import { liveMachine } from './live-machine.ts';
import { settingsOf, type TmdbAuthOptions } from './options.ts';
import type { Visit } from './ports.ts';
import { createPreparation } from './prepare.ts';
import { createRecordKeeper } from './record-keeper.ts';
import { createClient } from './tmdb/client.ts';
import { createVault } from './vault.ts';
import { createViews } from './views.ts';

export interface LoginOptions {
  /** Where TMDB sends the user back to: any absolute URL, `myapp://` too. Default: the navigator's, or none. */
  redirectTo?: string;
  /** Aborting it cancels the sign-in, whoever else waits for it. */
  signal?: AbortSignal;
}

/** One client of TMDB: who is signed in, and everything that can change it. Methods need no `this`. */
export interface TmdbAuth {
  /** What is true now; the same object until something changes. */
  getView(): AuthView;
  /** Calls `listener` after every change of the view. Every method may be called in it. Returns the way to stop. */
  subscribe(listener: (view: AuthView) => void): () => void;
  /**
   * Signs a user in by approval on TMDB's page. Resolves when the session is there and stored; at once if somebody
   * is signed in. A second call joins the first. Without a navigator it waits for `handleCallback`. Rejects with
   * `approval_denied`, `token_expired`, `cancelled`, `disposed`, or what kept TMDB from answering.
   */
  login(options?: LoginOptions): Promise<AuthView>;
  /**
   * The last resort where there is no browser: the user's TMDB password is sent to TMDB once and not kept.
   * Rejects with `invalid_login`, `account_disabled`, `email_not_verified`, `user_suspended` and as `login` does.
   */
  loginWithPassword(options: { username: string; password: string; signal?: AbortSignal }): Promise<AuthView>;
  /** Starts a guest session (TMDB deletes it if it rates nothing within 60 minutes). At once if there is one. */
  loginAsGuest(options?: { signal?: AbortSignal }): Promise<AuthView>;
  /** Fetches a request token ahead, so that the next `login()` opens TMDB at once. Silent when it fails. */
  prepare(): Promise<void>;
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
  [Symbol.dispose](): void;
  /** `fetch` with credentials, for TMDB's own origin only. A path alone (`/3/movie/550`) is one of TMDB's. */
  readonly fetch: typeof globalThis.fetch;
  /** The same, with JSON in and out by ofetch: `api('/3/movie/550')`. Rejects with ofetch's `FetchError`. */
  readonly api: Api;
  /** The running machine, for `useSelector`, `waitFor` and inspectors. */
  readonly actor: ActorRefFrom<typeof authMachine>;
}

const isRestored = (snapshot: AuthSnapshot) => !snapshot.matches('restoring');
const isSettled = (snapshot: AuthSnapshot) => snapshot.hasTag('settled');

/**
 * Makes a client and begins to restore what was stored.
 * Throws `invalid_credentials`, or a `TypeError` for an option that cannot be right.
 */
export function createTmdbAuth(options: TmdbAuthOptions): TmdbAuth {
  const settings = settingsOf(options);
  const { navigator, onWarning } = settings;
  const clock = createWallClock(settings.clock);
  const vault = createVault();
  const client = createClient(settings);
  const actor = createActor(liveMachine, { clock, input: { apiVersion: settings.apiVersion } });
  const views = createViews(() => actor.getSnapshot());
  const { getView, until } = views;
  let isDisposed = false;
  /** The sign-in under way, and the way it goes. */
  let attempt: { done: Promise<AuthView>; isCancelled: boolean } | null = null;
  let visit: Visit | null = null;

  // XState prints an event that is sent to a stopped actor.
  const send = (event: AuthEvent) => {
    if (!isDisposed) actor.send(event);
  };
  const facts = () => actor.getSnapshot().context.facts;

  const exchange = createExchange({
    client,
    clock,
    settings,
    isTaken: (sessionId) => facts().session !== null && vault.read('sessionId') === sessionId,
  });
  const record = createRecordKeeper({
    id: crypto.randomUUID(),
    settings,
    clock,
    vault,
    onForeign(restored, orphan) {
      if (orphan) exchange.undo(orphan);
      send({ type: 'record.changed', output: restored });
    },
    onFailure: (failure) => send({ type: 'record.failed', failure }),
  });
  const preparation = createPreparation(clock, settings.requestTimeout, (signal) =>
    fetchToken(instance, signal),
  );
  const instance: Instance = {
    settings,
    clock,
    vault,
    record,
    client,
    exchange,
    facts,
    takePrepared: preparation.take,
    pollInterval: () => visit?.pollInterval ?? settings.pollInterval,
  };

  register(actor.system, instance);
  let known = facts();
  actor.subscribe({
    next: ({ context }) => {
      if (context.facts !== known) {
        known = context.facts;
        record.save(known);
      }
      views.update();
    },
    error: () => onWarning(failure('unexpected')),
  });
  const ignoreChannel = settings.channel?.subscribe(() => {
    if (!isDisposed) void record.refresh(isSettled(actor.getSnapshot()) ? 'all' : 'session');
  });
  actor.start();

  const restored = () => until(isRestored);

  /** The view once the machine rests and the record is written. */
  const settle = async (): Promise<AuthView> => {
    await until(isSettled);
    await record.flush();
    return getView();
  };

  /** The same for a sign-in: an end without an identity, or with a failure, rejects. */
  const settleSignedIn = async (): Promise<AuthView> => {
    await until(isSettled);
    const { status, failure } = getView();
    const isIn = status === 'user' || (status === 'guest' && failure === null);
    await record.flush();
    if (isIn) return getView();
    throw new TmdbAuthError(failure ?? 'cancelled');
  };

  const signIn = (
    run: (isCancelled: () => boolean) => Promise<AuthView>,
    signal?: AbortSignal,
  ): Promise<AuthView> => {
    if (isDisposed) return Promise.reject(new TmdbAuthError('disposed'));
    if (signal?.aborted) return Promise.reject(new TmdbAuthError('cancelled'));
    if (!attempt) {
      const started = { isCancelled: false, done: Promise.resolve(getView()) };
      attempt = started;
      started.done = run(() => started.isCancelled).finally(() => {
        if (attempt === started) attempt = null;
      });
    }
    const { done } = attempt;
    signal?.addEventListener('abort', stop, { once: true });
    return done.finally(() => signal?.removeEventListener('abort', stop));
  };

  const stop = () => {
    if (attempt) attempt.isCancelled = true;
    send({ type: 'login.cancel' });
  };

  /** Starts from the truth: what was stored, by whomever. Returns the view if there is nothing to start. */
  const begin = async (event: AuthEvent, isCancelled: () => boolean): Promise<AuthView | null> => {
    await restored();
    await record.refresh('all');
    if (isCancelled()) throw new TmdbAuthError('cancelled');
    const { status } = getView();
    if (status === 'user' || (status === 'guest' && event.type === 'guest.start')) return settleSignedIn();
    send(event);
    return null;
  };

  const openApproval = async () => {
    const url = currentApprovalUrl();
    if (!visit || !url || !actor.getSnapshot().matches('awaitingApproval')) return;
    const asksEvery = instance.pollInterval();
    try {
      await visit.open(url);
    } catch {
      // The user can still open the page by hand; nothing is lost.
    }
    if (instance.pollInterval() !== asksEvery) send({ type: 'approval.check' });
  };

  const currentApprovalUrl = () => {
    const requestToken = actor.getSnapshot().matches('awaitingApproval') && vault.read('requestToken');
    if (!requestToken) return null;
    const redirectTo = vault.read('redirectTo');
    return approvalUrl({ requestToken, webURL: settings.webURL, ...(redirectTo && { redirectTo }) });
  };

  const comeBackTo = (redirectTo: string | undefined) => {
    vault.take('redirectTo');
    if (redirectTo) vault.put({ redirectTo });
  };

  const runLogin = async (
    options: LoginOptions,
    arriving: Promise<Visit> | undefined,
    isCancelled: () => boolean,
  ) => {
    try {
      visit = (await arriving?.catch(() => null)) ?? null;
      await restored();
      const isResumed = actor.getSnapshot().matches('awaitingApproval');
      comeBackTo(options.redirectTo ?? visit?.redirectTo);
      if (isResumed && !isCancelled()) {
        // It may have been approved while nobody was here. Asking does not burn the token.
        send({ type: 'approval.check' });
        await until((snapshot) => !snapshot.matches({ awaitingApproval: 'checking' }));
      } else {
        const there = await begin({ type: 'login.start' }, isCancelled);
        if (there) return there;
      }
      await until((snapshot) => !snapshot.matches('tokenRequested'));
      void openApproval();
      return await settleSignedIn();
    } finally {
      visit?.close?.();
      visit = null;
    }
  };

  const dispose = () => {
    if (isDisposed) return;
    isDisposed = true;
    ignoreChannel?.();
    actor.stop();
    views.end();
  };

  const authFetch = createAuthFetch({ settings, vault, snapshot: () => actor.getSnapshot(), send });

  return {
    getView,
    subscribe: views.subscribe,
    login(options = {}) {
      // Called here and now: a browser lets a popup open only in the click itself.
      const leaves = navigator && !attempt && !isDisposed && !options.signal?.aborted;
      const arriving = leaves ? new Promise<Visit>((resolve) => resolve(navigator.visit())) : undefined;
      return signIn((isCancelled) => runLogin(options, arriving, isCancelled), options.signal);
    },
    loginWithPassword({ username, password, signal }) {
      return signIn(async (isCancelled) => {
        if (!username || !password)
          throw new TmdbAuthError('invalid_login', { message: 'User name or password is empty.' });
        vault.put({ login: { username, password } });
        try {
          return (await begin({ type: 'login.password' }, isCancelled)) ?? (await settleSignedIn());
        } finally {
          vault.take('login');
        }
      }, signal);
    },
    loginAsGuest({ signal } = {}) {
      return signIn(
        async (isCancelled) =>
          (await begin({ type: 'guest.start' }, isCancelled)) ?? (await settleSignedIn()),
        signal,
      );
    },
    async prepare() {
      if (isDisposed) return;
      await restored().catch(() => {});
      if (actor.getSnapshot().can({ type: 'login.start' })) await preparation.fill();
    },
    get approvalUrl() {
      return currentApprovalUrl();
    },
    async handleCallback(url) {
      const { requestToken, approved } = parseCallback(url);
      await restored();
      const pending = facts().token && vault.read('requestToken');
      if (!pending) return getView();
      if (!sameSecret(requestToken, pending)) throw new TmdbAuthError('callback_mismatch');
      send({ type: approved ? 'approval.granted' : 'approval.denied' });
      return settle();
    },
    async cancel() {
      await restored();
      stop();
      return settle();
    },
    async retry() {
      await restored();
      if (!getView().can.retry) return getView();
      return signIn(() => {
        send({ type: 'retry' });
        return settleSignedIn();
      });
    },
    async logout() {
      await restored();
      if (attempt) attempt.isCancelled = true;
      send({ type: 'logout' });
      return settle();
    },
    dispose,
    [Symbol.dispose]: dispose,
    fetch: authFetch,
    api: createApi(authFetch, settings.baseURL),
    actor,
  };
}
