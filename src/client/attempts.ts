import type { AuthEvent, AuthSnapshot, AuthView } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Visit } from '../ports.ts';
import type { ClientCore } from './backend.ts';

export const isSettled = (snapshot: AuthSnapshot) => snapshot.hasTag('settled');

/** One call of a sign-in method, from the call to its end. */
export interface Attempt {
  kind: 'login' | 'password' | 'guest' | 'adoption' | 'retry';
  done: Promise<AuthView>;
  /** The machine has received its event. */
  hasBegun: boolean;
  /** Aborted: it must not begin any more. Once begun, only the machine ends it. */
  stop: AbortController;
  visit: Visit | null;
}

type AttemptsDependencies = Pick<ClientCore, 'snapshot' | 'send' | 'isDisposed'>;

export const isStopped = ({ stop }: Attempt) => stop.signal.aborted;

/** One attempt at a time. A class, so that a server's many clients share its methods. */
export class Attempts {
  private latest: Attempt | null = null;
  /** Counts calls of `stop`: an attempt that still waits for another one to end must not begin after that. */
  private stops = 0;
  private readonly core: AttemptsDependencies;

  /** One function for all calls: a signal that is passed to several of them gets one listener. */
  private readonly cancel = (): void => {
    this.stop();
    this.core.send({ type: 'login.cancel' });
  };

  constructor(core: AttemptsDependencies) {
    this.core = core;
  }

  /** Null as soon as the machine is settled again, even if the attempt's promise is still to resolve. */
  underWay(): Attempt | null {
    const { latest } = this;
    return latest && !(latest.hasBegun && isSettled(this.core.snapshot())) ? latest : null;
  }

  /**
   * Stops the running attempt and those that wait for it. What the machine has already begun, only the machine ends.
   */
  stop(): void {
    this.stops += 1;
    this.underWay()?.stop.abort();
  }

  /** Sends the event to the machine. Throws `cancelled` if the attempt was stopped before. */
  begin(attempt: Attempt, event: AuthEvent): void {
    if (isStopped(attempt)) throw new TmdbAuthError('cancelled');
    attempt.hasBegun = true;
    this.core.send(event);
  }

  /**
   * Joins an attempt of the same kind, unless that was stopped. Any other attempt has to end first; its wait for the
   * user's approval is cancelled.
   */
  async join(
    kind: Attempt['kind'],
    run: (attempt: Attempt) => Promise<AuthView>,
    signal?: AbortSignal,
  ): Promise<AuthView> {
    const { snapshot, send, isDisposed } = this.core;
    const before = this.stops;
    let attempt = this.underWay();
    while (attempt && (attempt.kind !== kind || isStopped(attempt)) && !isDisposed()) {
      if (!isStopped(attempt) && snapshot().matches('awaitingApproval')) send({ type: 'login.cancel' });
      await attempt.done.catch(() => {});
      attempt = this.underWay();
    }
    if (isDisposed()) throw new TmdbAuthError('disposed');
    if (signal?.aborted || this.stops !== before) throw new TmdbAuthError('cancelled');
    attempt ??= this.start(kind, run);
    signal?.addEventListener('abort', this.cancel, { once: true });
    try {
      return await attempt.done;
    } finally {
      signal?.removeEventListener('abort', this.cancel);
    }
  }

  private start(kind: Attempt['kind'], run: (attempt: Attempt) => Promise<AuthView>): Attempt {
    let settle = (_outcome: Promise<AuthView>) => {};
    const attempt: Attempt = {
      kind,
      // Set before it runs: a listener that hears of its first step may call again, and joins.
      done: new Promise((resolve) => {
        settle = resolve;
      }),
      hasBegun: false,
      stop: new AbortController(),
      visit: null,
    };
    this.latest = attempt;
    const outcome = run(attempt).finally(() => {
      if (this.latest === attempt) this.latest = null;
    });
    settle(outcome);
    return attempt;
  }
}
