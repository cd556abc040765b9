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

/**
 * The sign-in methods of a client, one attempt at a time. A class, so that a server's many clients share its methods.
 */
export class SignIn {
  private readonly client: SignInDependencies;
  private readonly attempts: Attempts;

  constructor(dependencies: SignInDependencies) {
    this.client = dependencies;
    this.attempts = new Attempts(dependencies);
  }

  login(options: Options<'login'> = {}): Promise<AuthView> {
    const { backend, views, snapshot, isDisposed } = this.client;
    const latest = this.attempts.underWay();
    const present = latest && !isStopped(latest) ? latest : null;
    if (present) this.showAgain(present);
    const stays =
      present?.kind === 'login' || isDisposed() || options.signal?.aborted || isUser(views.getView());
    const starting = stays ? undefined : this.startVisit();
    const begin = async (attempt: Attempt) => {
      const isResumed = snapshot().matches('awaitingApproval');
      const redirectTo = options.redirectTo ?? attempt.visit?.redirectTo;
      if (!isResumed) backend.vault.take('redirectTo');
      if (redirectTo) backend.vault.put({ redirectTo });
      await (isResumed ? this.resume(attempt) : this.start(attempt, { type: 'login.start' }, isUser));
    };
    let isTaken = false;
    const run = (attempt: Attempt) => {
      isTaken = true;
      return this.approve(attempt, starting, () => begin(attempt));
    };
    return this.attempts.join('login', run, options.signal).finally(() => {
      // The attempt was stopped before it ran, or joined another one: its visit is not needed.
      if (!isTaken) starting?.then(close, () => {});
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
    const adoption = adoptionOf(options, this.client.backend.keepsSessions);
    const run = (attempt: Attempt) => this.withSecret({ adoption }, attempt, { type: 'session.adopt' });
    return this.attempts.join('adoption', run, options.signal);
  }

  /** Repeats the failed step. */
  repeat(): Promise<AuthView> {
    const { backend, snapshot, isDisposed } = this.client;
    const { failedStep } = snapshot().context;
    const isNewToken = failedStep === 'tokenRequested';
    const starting = isNewToken && !this.attempts.underWay() && !isDisposed() ? this.startVisit() : undefined;
    return this.attempts.join('retry', async (attempt) => {
      const begin = () => this.attempts.begin(attempt, { type: 'retry' });
      if (isNewToken)
        return this.approve(attempt, starting, async () => {
          const redirectTo = attempt.visit?.redirectTo;
          if (redirectTo) backend.vault.put({ redirectTo });
          begin();
        });
      begin();
      if (failedStep === 'restoring') return this.outcome(({ failure }) => failure === null);
      return this.outcome(failedStep === 'guestRequested' ? isUserOrGuest : isUser);
    });
  }

  /**
   * Stops the running attempt and those that wait for it. What the machine has already begun, only the machine ends.
   */
  stop(): void {
    this.attempts.stop();
  }

  /** In ms: the interval of the current visit, else of the settings. */
  pollInterval(): number {
    return this.attempts.underWay()?.visit?.pollInterval ?? this.client.settings.pollInterval;
  }

  /** Signs in with a secret, which the vault holds until the end. */
  private async withSecret(secret: Partial<Secrets>, attempt: Attempt, event: AuthEvent): Promise<AuthView> {
    const { vault } = this.client.backend;
    vault.put(secret);
    try {
      await this.start(attempt, event, isUser);
      return await this.outcome(isUser);
    } finally {
      for (const name of Object.keys(secret) as (keyof Secrets)[]) vault.take(name);
    }
  }

  /** The view once the machine is settled and the record written. Rejects if `isIn` finds no user or guest in it. */
  private async outcome(isIn: (view: AuthView) => boolean): Promise<AuthView> {
    const { views, backend } = this.client;
    await views.until(isSettled);
    const settled = views.getView();
    await backend.record.flush();
    if (isIn(settled)) return views.getView();
    throw new TmdbAuthError(settled.failure ?? 'cancelled');
  }

  /** Reads the stored record first. Does nothing if already signed in; rejects where a sign-in could not be stored. */
  private async start(attempt: Attempt, event: AuthEvent, isIn: (view: AuthView) => boolean): Promise<void> {
    const { backend, views, snapshot, send } = this.client;
    await views.until(isRestored);
    const failure = await backend.record.refresh('all');
    if (failure?.code === 'record_newer') throw new TmdbAuthError(failure);
    // An earlier run may have left a sign-in under way. A login continues it; any other attempt cancels a wait for
    // the user, but not an exchange.
    if (event.type !== 'login.start') {
      if (snapshot().matches('awaitingApproval')) send({ type: 'login.cancel' });
      await views.until(isSettled);
    }
    if (isIn(views.getView())) return;
    await this.checkStorage();
    this.attempts.begin(attempt, event);
  }

  /**
   * Asks TMDB, as the user may have approved while no client was running. A check before the approval does not spend
   * the token.
   */
  private async resume(attempt: Attempt): Promise<void> {
    await this.checkStorage();
    this.attempts.begin(attempt, { type: 'approval.check' });
    await this.client.views.until((now) => !now.matches({ awaitingApproval: 'checking' }));
  }

  private async checkStorage(): Promise<void> {
    const { storage, storageKey } = this.client.settings;
    await storage.check?.(storageKey);
  }

  private async show(visit: Visit, open: (approvalUrl: string) => MaybePromise<void>): Promise<void> {
    const { backend, views, send } = this.client;
    const url = backend.approvalUrl();
    if (!url) return;
    const intervalBefore = visit.pollInterval;
    let event: AuthEvent | null = null;
    try {
      await open(url);
      if (views.getView().failure) event = { type: 'approval.shown' };
    } catch (error) {
      if (TmdbAuthError.is(error)) event = { type: 'approval.blocked', failure: error.failure };
    }
    // Opening may take long: by then another attempt may be running.
    if (this.attempts.underWay()?.visit !== visit) return;
    if (event) send(event);
    if (visit.pollInterval !== intervalBefore) send({ type: 'approval.check' });
  }

  /** Writes the record first: this page may be gone in a moment. */
  private async openApproval({ visit }: Attempt): Promise<void> {
    await this.client.backend.record.flush();
    if (visit) await this.show(visit, (url) => visit.open(url));
  }

  private showAgain({ visit }: Attempt): void {
    if (visit?.again) void this.show(visit, (url) => visit.again?.(url));
  }

  /** Has to be called synchronously in `login()`: a browser opens a popup only in the click itself. */
  private startVisit(): Promise<Visit> | undefined {
    const { navigator } = this.client.settings;
    return navigator && new Promise((resolve) => resolve(navigator.visit()));
  }

  /** Goes to TMDB's page as soon as there is a token, and waits for the outcome. */
  private async approve(
    attempt: Attempt,
    starting: Promise<Visit> | undefined,
    begin: () => Promise<void>,
  ): Promise<AuthView> {
    const { until } = this.client.views;
    try {
      attempt.visit = await startedVisit(starting, attempt);
      await until(isRestored);
      await begin();
      await until((now) => !now.matches('tokenRequested'));
      void this.openApproval(attempt);
      return await this.outcome(isUser);
    } finally {
      if (attempt.visit) close(attempt.visit);
    }
  }
}

/** The visit once it is ready, or null if there is none or the attempt is stopped first. */
async function startedVisit(starting: Promise<Visit> | undefined, { stop }: Attempt): Promise<Visit | null> {
  if (!starting) return null;
  const stopped = new Promise<null>((resolve) => stop.signal.addEventListener('abort', () => resolve(null)));
  const visit = await Promise.race([starting.catch(() => null), stopped]);
  if (!visit) starting.then(close, () => {});
  return visit;
}

function close(visit: Visit) {
  try {
    visit.close?.();
  } catch {
    // A fault of the navigator; the sign-in has ended anyway.
  }
}
