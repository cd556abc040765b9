import type { AuthEvent, AuthSnapshot, AuthView } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { onDemand } from '../lib/on-demand.ts';
import type { MaybePromise, Visit } from '../ports.ts';
import type { Secrets } from '../record/vault.ts';
import { type Attempt, Attempts, isSettled, isStopped } from './attempts.ts';
import type { Backend, ClientCore } from './backend.ts';
import type { TmdbAuth } from './tmdb-auth.ts';
import type { Views } from './views.ts';

interface SignInDependencies extends ClientCore {
  backend: Backend;
  views: Views;
}

type Options<Method extends keyof TmdbAuth> = TmdbAuth[Method] extends (options: infer Given) => unknown
  ? Given
  : never;

const loadAdoption = /* @__PURE__ */ onDemand(() => import('./adoption.ts'));

export const isRestored = (snapshot: AuthSnapshot) => !snapshot.matches('restoring');
const isUser = ({ status }: AuthView) => status === 'user';
const isUserOrGuest = ({ status }: AuthView) => status === 'user' || status === 'guest';

/** The sign-in methods of a client, one attempt at a time. A class: many servers' clients share its methods. */
export class SignIn {
  private readonly of: SignInDependencies;
  private readonly attempts: Attempts;

  constructor(dependencies: SignInDependencies) {
    this.of = dependencies;
    this.attempts = new Attempts(dependencies);
  }

  login(options: Options<'login'> = {}): Promise<AuthView> {
    const { backend, views, snapshot, isDisposed } = this.of;
    const latest = this.attempts.underWay();
    const present = latest && !isStopped(latest) ? latest : null;
    if (present) this.showAgain(present);
    const stays =
      present?.kind === 'login' || isDisposed() || options.signal?.aborted || isUser(views.getView());
    const arriving = stays ? undefined : this.depart();
    const leave = async (attempt: Attempt) => {
      const isResumed = snapshot().matches('awaitingApproval');
      const redirectTo = options.redirectTo ?? attempt.visit?.redirectTo;
      if (!isResumed) backend.vault.take('redirectTo');
      if (redirectTo) backend.vault.put({ redirectTo });
      await (isResumed ? this.resume(attempt) : this.start(attempt, { type: 'login.start' }, isUser));
    };
    let isTaken = false;
    const run = (attempt: Attempt) => {
      isTaken = true;
      return this.approve(attempt, arriving, () => leave(attempt));
    };
    return this.attempts.join('login', run, options.signal).finally(() => {
      // The attempt was stopped before it ran, or joined another: the window that was opened for it has no use.
      if (!isTaken) arriving?.then(close, () => {});
    });
  }

  loginWithPassword({ username, password, signal }: Options<'loginWithPassword'>): Promise<AuthView> {
    const run = async (attempt: Attempt) => {
      if (!username || !password) {
        throw new TmdbAuthError('invalid_login', { message: 'User name or password is empty.' });
      }
      return this.withSecret({ login: { username, password } }, attempt, { type: 'login.password' });
    };
    return this.attempts.join('password', run, signal);
  }

  loginAsGuest({ signal }: Options<'loginAsGuest'> = {}): Promise<AuthView> {
    const run = async (attempt: Attempt) => {
      await this.start(attempt, { type: 'guest.start' }, isUserOrGuest);
      return this.outcome(isUserOrGuest);
    };
    return this.attempts.join('guest', run, signal);
  }

  async adoptSession(options: Options<'adoptSession'>): Promise<AuthView> {
    const { adoptionOf } = await loadAdoption();
    const adoption = adoptionOf(options, this.of.backend.keepsSessions);
    const run = (attempt: Attempt) => this.withSecret({ adoption }, attempt, { type: 'session.adopt' });
    return this.attempts.join('adoption', run, options.signal);
  }

  /** Repeats the step that failed. */
  repeat(): Promise<AuthView> {
    const { backend, snapshot, isDisposed } = this.of;
    const { failedStep } = snapshot().context;
    const isNewToken = failedStep === 'tokenRequested';
    const arriving = isNewToken && !this.attempts.underWay() && !isDisposed() ? this.depart() : undefined;
    return this.attempts.join('retry', async (attempt) => {
      const begin = () => this.attempts.begin(attempt, { type: 'retry' });
      if (isNewToken)
        return this.approve(attempt, arriving, async () => {
          const redirectTo = attempt.visit?.redirectTo;
          if (redirectTo) backend.vault.put({ redirectTo });
          begin();
        });
      begin();
      if (failedStep === 'restoring') return this.outcome(({ failure }) => failure === null);
      return this.outcome(failedStep === 'guestRequested' ? isUserOrGuest : isUser);
    });
  }

  /** Keeps an attempt that has not begun from beginning. */
  stop(): void {
    this.attempts.stop();
  }

  /** In ms: the interval of the present visit, else of the settings. */
  pollInterval(): number {
    return this.attempts.underWay()?.visit?.pollInterval ?? this.of.settings.pollInterval;
  }

  /** Starts with a secret that the vault holds until the end. */
  private async withSecret(secret: Partial<Secrets>, attempt: Attempt, event: AuthEvent): Promise<AuthView> {
    const { vault } = this.of.backend;
    vault.put(secret);
    try {
      await this.start(attempt, event, isUser);
      return await this.outcome(isUser);
    } finally {
      for (const name of Object.keys(secret) as (keyof Secrets)[]) vault.take(name);
    }
  }

  /** The view once the machine rests and the record is written. Rejects if `isIn` says that no one signed in. */
  private async outcome(isIn: (view: AuthView) => boolean): Promise<AuthView> {
    const { views, backend } = this.of;
    await views.until(isSettled);
    const settled = views.getView();
    await backend.record.flush();
    if (isIn(settled)) return views.getView();
    throw new TmdbAuthError(settled.failure ?? 'cancelled');
  }

  /** Reads the stored record first. Does nothing if already signed in; rejects where a sign-in could not be stored. */
  private async start(attempt: Attempt, event: AuthEvent, isIn: (view: AuthView) => boolean): Promise<void> {
    const { backend, views, snapshot, send } = this.of;
    await views.until(isRestored);
    const trouble = await backend.record.refresh('all');
    if (trouble?.code === 'record_newer') throw new TmdbAuthError(trouble);
    // A login goes on with a sign-in that an earlier run began. Any other attempt gives up a wait for the user, but
    // not an exchange.
    if (event.type !== 'login.start') {
      if (snapshot().matches('awaitingApproval')) send({ type: 'login.cancel' });
      await views.until(isSettled);
    }
    if (isIn(views.getView())) return;
    await this.checkStorage();
    this.attempts.begin(attempt, event);
  }

  /** Asks TMDB, as the user may have approved while no client was running. Asking does not burn the token. */
  private async resume(attempt: Attempt): Promise<void> {
    await this.checkStorage();
    this.attempts.begin(attempt, { type: 'approval.check' });
    await this.of.views.until((now) => !now.matches({ awaitingApproval: 'checking' }));
  }

  private async checkStorage(): Promise<void> {
    const { storage, storageKey } = this.of.settings;
    await storage.check?.(storageKey);
  }

  private async show(visit: Visit, open: (approvalUrl: string) => MaybePromise<void>): Promise<void> {
    const { backend, views, send } = this.of;
    const url = backend.approvalUrl();
    if (!url) return;
    const asksEvery = visit.pollInterval;
    let event: AuthEvent | null = null;
    try {
      await open(url);
      if (views.getView().failure) event = { type: 'approval.shown' };
    } catch (error) {
      if (TmdbAuthError.is(error)) event = { type: 'approval.blocked', failure: error.failure };
    }
    // Showing may take long: by then another attempt may be under way.
    if (this.attempts.underWay()?.visit !== visit) return;
    if (event) send(event);
    if (visit.pollInterval !== asksEvery) send({ type: 'approval.check' });
  }

  /** Writes the record first: this page may be gone in a moment. */
  private async openApproval({ visit }: Attempt): Promise<void> {
    await this.of.backend.record.flush();
    if (visit) await this.show(visit, (url) => visit.open(url));
  }

  private showAgain({ visit }: Attempt): void {
    if (visit?.again) void this.show(visit, (url) => visit.again?.(url));
  }

  /** Must be called in the very call of `login()`: a browser lets a popup open only in the click itself. */
  private depart(): Promise<Visit> | undefined {
    const { navigator } = this.of.settings;
    return navigator && new Promise((resolve) => resolve(navigator.visit()));
  }

  /** Goes to TMDB's page as soon as there is a token, and waits for the end. */
  private async approve(
    attempt: Attempt,
    arriving: Promise<Visit> | undefined,
    leave: () => Promise<void>,
  ): Promise<AuthView> {
    const { until } = this.of.views;
    try {
      attempt.visit = await arrival(arriving, attempt);
      await until(isRestored);
      await leave();
      await until((now) => !now.matches('tokenRequested'));
      void this.openApproval(attempt);
      return await this.outcome(isUser);
    } finally {
      if (attempt.visit) close(attempt.visit);
    }
  }
}

/** The visit once it is ready, or null if it cannot be had or the attempt is stopped before. */
async function arrival(arriving: Promise<Visit> | undefined, { stop }: Attempt): Promise<Visit | null> {
  if (!arriving) return null;
  const stopped = new Promise<null>((resolve) => stop.signal.addEventListener('abort', () => resolve(null)));
  const visit = await Promise.race([arriving.catch(() => null), stopped]);
  if (!visit) arriving.then(close, () => {});
  return visit;
}

/** Ignores errors from `close()`. */
function close(visit: Visit) {
  try {
    visit.close?.();
  } catch {
    // The navigator's own fault: the sign-in has ended all the same.
  }
}
