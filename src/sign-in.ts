import type { AuthEvent, AuthSnapshot, AuthView } from '../machines/index.ts';
import { approvalUrl } from './callback.ts';
import { TmdbAuthError } from './errors.ts';
import type { Settings } from './options.ts';
import type { MaybePromise, Visit } from './ports.ts';
import type { RecordKeeper } from './record-keeper.ts';
import type { LoginOptions, TmdbAuth } from './tmdb-auth.ts';
import type { Vault } from './vault.ts';
import type { Views } from './views.ts';

interface Surroundings {
  settings: Settings;
  vault: Vault;
  record: RecordKeeper;
  views: Views;
  snapshot(): AuthSnapshot;
  send(event: AuthEvent): void;
  isDisposed(): boolean;
}

type IsCancelled = () => boolean;

export interface SignIn extends Pick<TmdbAuth, 'login' | 'loginWithPassword' | 'loginAsGuest'> {
  /** Repeats what failed. */
  repeat(): Promise<AuthView>;
  /** Lets nothing begin that has not begun; what runs is the machine's to end. */
  stop(): void;
  approvalUrl(): string | null;
  /** In ms: what the present visit asks for, else the setting. */
  pollInterval(): number;
}

export const isRestored = (snapshot: AuthSnapshot) => !snapshot.matches('restoring');
export const isSettled = (snapshot: AuthSnapshot) => snapshot.hasTag('settled');

/** Everything that ends with somebody signed in, or with the reason why not. One at a time: a second one joins. */
export function createSignIn({
  settings,
  vault,
  record,
  views,
  snapshot,
  send,
  isDisposed,
}: Surroundings): SignIn {
  const { getView, until } = views;
  const { navigator } = settings;
  let attempt: { done: Promise<AuthView>; isCancelled: boolean } | null = null;
  let visit: Visit | null = null;

  const pollInterval = () => visit?.pollInterval ?? settings.pollInterval;

  const currentApprovalUrl = () => {
    const requestToken = snapshot().matches('awaitingApproval') && vault.read('requestToken');
    if (!requestToken) return null;
    const redirectTo = vault.read('redirectTo');
    return approvalUrl({ requestToken, webURL: settings.webURL, ...(redirectTo && { redirectTo }) });
  };

  const stop = () => {
    if (attempt) attempt.isCancelled = true;
  };
  const cancel = () => {
    stop();
    send({ type: 'login.cancel' });
  };

  const join = async (run: (isCancelled: IsCancelled) => Promise<AuthView>, signal?: AbortSignal) => {
    if (isDisposed()) throw new TmdbAuthError('disposed');
    if (signal?.aborted) throw new TmdbAuthError('cancelled');
    if (!attempt) {
      const started = { isCancelled: false, done: Promise.resolve(getView()) };
      attempt = started;
      started.done = run(() => started.isCancelled).finally(() => {
        if (attempt === started) attempt = null;
      });
    }
    const { done } = attempt;
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      return await done;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  };

  /** The view once the machine rests and the record is written. No identity, or a guest with a failure, rejects. */
  const outcome = async (): Promise<AuthView> => {
    await until(isSettled);
    const { status, failure } = getView();
    const isIn = status === 'user' || (status === 'guest' && failure === null);
    await record.flush();
    if (isIn) return getView();
    throw new TmdbAuthError(failure ?? 'cancelled');
  };

  /** Starts from the truth: what was stored, by whomever. Whoever is signed in already stays so. */
  const start = async (event: AuthEvent, isCancelled: IsCancelled): Promise<void> => {
    await until(isRestored);
    await record.refresh('all');
    if (isCancelled()) throw new TmdbAuthError('cancelled');
    const { status } = getView();
    const isThere = status === 'user' || (status === 'guest' && event.type === 'guest.start');
    if (!isThere) send(event);
  };

  /** It may have been approved while nobody was here. Asking does not burn the token. */
  const resume = async (): Promise<void> => {
    send({ type: 'approval.check' });
    await until((now) => !now.matches({ awaitingApproval: 'checking' }));
  };

  const show = async (open: () => MaybePromise<void>) => {
    const asksEvery = pollInterval();
    try {
      await open();
      if (getView().failure) send({ type: 'approval.shown' });
    } catch (error) {
      if (TmdbAuthError.is(error)) send({ type: 'approval.blocked', failure: error.failure });
    }
    if (pollInterval() !== asksEvery) send({ type: 'approval.check' });
  };

  /** The record is written first: this page may be gone in a moment. */
  const openApproval = async () => {
    await record.flush();
    const url = currentApprovalUrl();
    const shown = visit;
    if (shown && url) await show(() => shown.open(url));
  };

  const showAgain = () => {
    const url = currentApprovalUrl();
    const shown = visit;
    if (shown?.again && url) void show(() => shown.again?.(url));
  };

  const approve = async (
    options: LoginOptions,
    arriving: Promise<Visit> | null,
    isCancelled: IsCancelled,
  ) => {
    try {
      visit = (await arriving?.catch(() => null)) ?? null;
      await until(isRestored);
      const isResumed = snapshot().matches('awaitingApproval') && !isCancelled();
      const redirectTo = options.redirectTo ?? visit?.redirectTo;
      if (!isResumed) vault.take('redirectTo');
      if (redirectTo) vault.put({ redirectTo });
      await (isResumed ? resume() : start({ type: 'login.start' }, isCancelled));
      await until((now) => !now.matches('tokenRequested'));
      void openApproval();
      return await outcome();
    } finally {
      visit?.close?.();
      visit = null;
    }
  };

  return {
    login(options = {}) {
      // Both here and now: a browser lets a popup open only in the click itself.
      if (attempt) showAgain();
      const leaves = navigator && !attempt && !isDisposed() && !options.signal?.aborted;
      const arriving = leaves ? new Promise<Visit>((resolve) => resolve(navigator.visit())) : null;
      return join((isCancelled) => approve(options, arriving, isCancelled), options.signal);
    },
    loginWithPassword({ username, password, signal }) {
      return join(async (isCancelled) => {
        if (!username || !password) {
          throw new TmdbAuthError('invalid_login', { message: 'User name or password is empty.' });
        }
        vault.put({ login: { username, password } });
        try {
          await start({ type: 'login.password' }, isCancelled);
          return await outcome();
        } finally {
          vault.take('login');
        }
      }, signal);
    },
    loginAsGuest({ signal } = {}) {
      return join(async (isCancelled) => {
        await start({ type: 'guest.start' }, isCancelled);
        return outcome();
      }, signal);
    },
    repeat() {
      return join(() => {
        send({ type: 'retry' });
        return outcome();
      });
    },
    stop,
    approvalUrl: currentApprovalUrl,
    pollInterval,
  };
}
