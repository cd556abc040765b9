import type { AuthEvent, AuthSnapshot, AuthView } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { Visit } from '../ports.ts';
import type { ClientCore } from './backend.ts';

export const isSettled = (snapshot: AuthSnapshot) => snapshot.hasTag('settled');

/** One call of a sign-in method, from the call to its end. */
export interface Attempt {
  kind: 'login' | 'password' | 'guest' | 'adoption' | 'retry';
  done: Promise<AuthView>;
  /** The machine has heard of it. */
  hasBegun: boolean;
  /** Aborted: it must not begin any more. What has begun is the machine's to end. */
  stop: AbortController;
  visit: Visit | null;
}

export interface Attempts {
  /**
   * Joins an attempt of the same kind, unless that was stopped. Any other attempt first has to end; a wait for the
   * user's approval is cancelled for it.
   */
  join(
    kind: Attempt['kind'],
    run: (attempt: Attempt) => Promise<AuthView>,
    signal?: AbortSignal,
  ): Promise<AuthView>;
  /** Null as soon as the machine is settled again, even if the attempt's promise is still to resolve. */
  underWay(): Attempt | null;
  /** Tells the machine. Throws `cancelled` if the attempt was stopped before. */
  begin(attempt: Attempt, event: AuthEvent): void;
  /** Attempts that have not begun never will. */
  stop(): void;
}

type AttemptsDependencies = Pick<ClientCore, 'snapshot' | 'send' | 'isDisposed'>;

export const isStopped = ({ stop }: Attempt) => stop.signal.aborted;

/** One attempt at a time. */
export function createAttempts({ snapshot, send, isDisposed }: AttemptsDependencies): Attempts {
  let latest: Attempt | null = null;
  /** Counts what was stopped from outside: what still waits for its turn then must not begin either. */
  let stops = 0;

  const underWay = () => (latest && !(latest.hasBegun && isSettled(snapshot())) ? latest : null);

  const stop = () => {
    stops += 1;
    underWay()?.stop.abort();
  };
  const cancel = () => {
    stop();
    send({ type: 'login.cancel' });
  };

  const start = (kind: Attempt['kind'], run: (attempt: Attempt) => Promise<AuthView>): Attempt => {
    let settle = (_outcome: Promise<AuthView>) => {};
    const attempt: Attempt = {
      kind,
      // There before it runs: a listener that hears of its first step may call again, and joins.
      done: new Promise((resolve) => {
        settle = resolve;
      }),
      hasBegun: false,
      stop: new AbortController(),
      visit: null,
    };
    latest = attempt;
    const outcome = run(attempt).finally(() => {
      if (latest === attempt) latest = null;
    });
    settle(outcome);
    return attempt;
  };

  return {
    async join(kind, run, signal) {
      const before = stops;
      let attempt = underWay();
      while (attempt && (attempt.kind !== kind || isStopped(attempt)) && !isDisposed()) {
        if (!isStopped(attempt) && snapshot().matches('awaitingApproval')) send({ type: 'login.cancel' });
        await attempt.done.catch(() => {});
        attempt = underWay();
      }
      if (isDisposed()) throw new TmdbAuthError('disposed');
      if (signal?.aborted || stops !== before) throw new TmdbAuthError('cancelled');
      attempt ??= start(kind, run);
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await attempt.done;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    underWay,
    begin(attempt, event) {
      if (isStopped(attempt)) throw new TmdbAuthError('cancelled');
      attempt.hasBegun = true;
      send(event);
    },
    stop,
  };
}
