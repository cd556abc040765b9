import type { AuthEvent, AuthSnapshot, AuthView } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { onDemand } from '../lib/on-demand.ts';
import type { MaybePromise, Visit } from '../ports.ts';
import { type Attempt, createAttempts, isSettled, isStopped } from './attempts.ts';
import type { Backend, ClientCore } from './backend.ts';
import type { TmdbAuth } from './tmdb-auth.ts';
import type { Views } from './views.ts';

interface SignInDependencies extends ClientCore {
  backend: Backend;
  views: Views;
}

export interface SignIn
  extends Pick<TmdbAuth, 'login' | 'loginWithPassword' | 'loginAsGuest' | 'adoptSession'> {
  /** Repeats the step that failed. */
  repeat(): Promise<AuthView>;
  /** Attempts that have not begun never will. */
  stop(): void;
  /** In ms: the interval of the present visit, else of the settings. */
  pollInterval(): number;
}

const loadAdoption = /* @__PURE__ */ onDemand(() => import('./adoption.ts'));

export const isRestored = (snapshot: AuthSnapshot) => !snapshot.matches('restoring');

/** Everything that ends with somebody signed in, or with the reason why not. One at a time. */
export function createSignIn({
  settings,
  backend,
  views,
  snapshot,
  send,
  isDisposed,
}: SignInDependencies): SignIn {
  const { vault, record } = backend;
  const { getView, until } = views;
  const { navigator, storage, storageKey } = settings;
  const { join, underWay, begin, stop } = createAttempts({ snapshot, send, isDisposed });

  const pollInterval = () => underWay()?.visit?.pollInterval ?? settings.pollInterval;

  /** The view once the machine rests and the record is written. Rejects if `isIn` says that nobody came in. */
  const outcome = async (isIn: (view: AuthView) => boolean): Promise<AuthView> => {
    await until(isSettled);
    const settled = getView();
    await record.flush();
    if (isIn(settled)) return getView();
    throw new TmdbAuthError(settled.failure ?? 'cancelled');
  };
  const asUser = ({ status }: AuthView) => status === 'user';
  const asAnybody = ({ status }: AuthView) => status === 'user' || status === 'guest';

  /** Reads the stored record first. Does nothing if already signed in; rejects where a sign-in could not be stored. */
  const start = async (
    attempt: Attempt,
    event: AuthEvent,
    isThere: (view: AuthView) => boolean,
  ): Promise<void> => {
    await until(isRestored);
    const trouble = await record.refresh('all');
    if (trouble?.code === 'record_newer') throw new TmdbAuthError(trouble);
    // What an earlier run left under way: a login goes on with it. Anything else gives up a wait for the user, but
    // not an exchange.
    if (event.type !== 'login.start') {
      if (snapshot().matches('awaitingApproval')) send({ type: 'login.cancel' });
      await until(isSettled);
    }
    if (isThere(getView())) return;
    await storage.check?.(storageKey);
    begin(attempt, event);
  };

  /** It may have been approved while nobody was here. Asking does not burn the token. */
  const resume = async (attempt: Attempt): Promise<void> => {
    await storage.check?.(storageKey);
    begin(attempt, { type: 'approval.check' });
    await until((now) => !now.matches({ awaitingApproval: 'checking' }));
  };

  const show = async (visit: Visit, open: (approvalUrl: string) => MaybePromise<void>) => {
    const url = backend.approvalUrl();
    if (!url) return;
    const asksEvery = visit.pollInterval;
    let event: AuthEvent | null = null;
    try {
      await open(url);
      if (getView().failure) event = { type: 'approval.shown' };
    } catch (error) {
      if (TmdbAuthError.is(error)) event = { type: 'approval.blocked', failure: error.failure };
    }
    // Showing may take long: by then another attempt may be under way.
    if (underWay()?.visit !== visit) return;
    if (event) send(event);
    if (visit.pollInterval !== asksEvery) send({ type: 'approval.check' });
  };

  /** The record is written first: this page may be gone in a moment. */
  const openApproval = async ({ visit }: Attempt) => {
    await record.flush();
    if (visit) await show(visit, (url) => visit.open(url));
  };

  const showAgain = ({ visit }: Attempt) => {
    if (visit?.again) void show(visit, (url) => visit.again?.(url));
  };

  /** Has to be called in the very call of `login()`: a browser lets a popup open only in the click itself. */
  const depart = () => navigator && new Promise<Visit>((resolve) => resolve(navigator.visit()));

  /** The visit once it is ready, or none: if it cannot be had, or the attempt is stopped before. */
  const arrival = async (arriving: Promise<Visit> | undefined, { stop }: Attempt): Promise<Visit | null> => {
    if (!arriving) return null;
    const stopped = new Promise<null>((resolve) =>
      stop.signal.addEventListener('abort', () => resolve(null)),
    );
    const visit = await Promise.race([arriving.catch(() => null), stopped]);
    if (!visit) arriving.then(close, () => {});
    return visit;
  };

  /** Goes to TMDB's page as soon as there is a token, and waits for the end. */
  const approve = async (
    attempt: Attempt,
    arriving: Promise<Visit> | undefined,
    leave: () => Promise<void>,
  ) => {
    try {
      attempt.visit = await arrival(arriving, attempt);
      await until(isRestored);
      await leave();
      await until((now) => !now.matches('tokenRequested'));
      void openApproval(attempt);
      return await outcome(asUser);
    } finally {
      if (attempt.visit) close(attempt.visit);
    }
  };

  return {
    login(options = {}) {
      const latest = underWay();
      const present = latest && !isStopped(latest) ? latest : null;
      if (present) showAgain(present);
      const stays = present?.kind === 'login' || isDisposed() || options.signal?.aborted || asUser(getView());
      const arriving = stays ? undefined : depart();
      const leave = async (attempt: Attempt) => {
        const isResumed = snapshot().matches('awaitingApproval');
        const redirectTo = options.redirectTo ?? attempt.visit?.redirectTo;
        if (!isResumed) vault.take('redirectTo');
        if (redirectTo) vault.put({ redirectTo });
        await (isResumed ? resume(attempt) : start(attempt, { type: 'login.start' }, asUser));
      };
      let isTaken = false;
      const run = (attempt: Attempt) => {
        isTaken = true;
        return approve(attempt, arriving, () => leave(attempt));
      };
      return join('login', run, options.signal).finally(() => {
        // It was stopped before its turn came, or joined another: the way that was opened for it leads nowhere.
        if (!isTaken) arriving?.then(close, () => {});
      });
    },
    loginWithPassword({ username, password, signal }) {
      return join(
        'password',
        async (attempt) => {
          if (!username || !password) {
            throw new TmdbAuthError('invalid_login', { message: 'User name or password is empty.' });
          }
          vault.put({ login: { username, password } });
          try {
            await start(attempt, { type: 'login.password' }, asUser);
            return await outcome(asUser);
          } finally {
            vault.take('login');
          }
        },
        signal,
      );
    },
    loginAsGuest({ signal } = {}) {
      return join(
        'guest',
        async (attempt) => {
          await start(attempt, { type: 'guest.start' }, asAnybody);
          return outcome(asAnybody);
        },
        signal,
      );
    },
    async adoptSession(options) {
      const { adoptionOf } = await loadAdoption();
      const adoption = adoptionOf(options, backend.keepsSessions);
      return join(
        'adoption',
        async (attempt) => {
          vault.put({ adoption });
          try {
            await start(attempt, { type: 'session.adopt' }, asUser);
            return await outcome(asUser);
          } finally {
            vault.take('adoption');
          }
        },
        options.signal,
      );
    },
    repeat() {
      const { failedStep } = snapshot().context;
      const arriving = failedStep === 'tokenRequested' && !underWay() && !isDisposed() ? depart() : undefined;
      return join('retry', async (attempt) => {
        const leave = async () => {
          const redirectTo = attempt.visit?.redirectTo;
          if (redirectTo) vault.put({ redirectTo });
          begin(attempt, { type: 'retry' });
        };
        if (failedStep === 'tokenRequested') return approve(attempt, arriving, leave);
        begin(attempt, { type: 'retry' });
        if (failedStep === 'restoring') return outcome(({ failure }) => failure === null);
        return outcome(failedStep === 'guestRequested' ? asAnybody : asUser);
      });
    },
    stop,
    pollInterval,
  };
}

/** Ignores errors from `close()`. */
function close(visit: Visit) {
  try {
    visit.close?.();
  } catch {
    // The navigator's own fault: the sign-in has ended all the same.
  }
}
