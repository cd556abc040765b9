import { createActor } from 'xstate';
import { type AuthEvent, type AuthSnapshot, type AuthView, failure } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import { createWallClock } from '../lib/clock.ts';
import { localizing } from '../lib/messages.ts';
import { onDemand } from '../lib/on-demand.ts';
import { replaced } from '../lib/replaced.ts';
import { within } from '../lib/within.ts';
import type { Settings } from '../options.ts';
import type { Secrets } from '../record/vault.ts';
import { parseCallback, sameSecret } from '../tmdb/approval.ts';
import type { Api } from './api.ts';
import { isSettled } from './attempts.ts';
import { type Backend, type ClientCore, register } from './backend.ts';
import { coalesced } from './coalesce.ts';
import { keepInside } from './lending.ts';
import { createPublicFetch } from './public-fetch.ts';
import { runningMachine } from './running-machine.ts';
import { isRestored, SignIn } from './sign-in.ts';
import type { TmdbAuth } from './tmdb-auth.ts';
import { createViews } from './views.ts';

const loadApi = /* @__PURE__ */ onDemand(() => import('./api.ts'));
const loadCarryOver = /* @__PURE__ */ onDemand(() => import('./carry-over.ts'));

const SHOWN: unique symbol = Symbol('shown');
type Shown = Pick<TmdbAuth, 'approvalUrl' | 'deviceCode'>;
interface Hidden {
  [SHOWN](name: keyof Shown): Shown[keyof Shown];
}
const getter = (name: keyof Shown): PropertyDescriptor & ThisType<Hidden> => ({
  enumerable: true,
  configurable: true,
  get() {
    return this[SHOWN](name);
  },
});
/** The same getters for all clients: V8 turns an object with getters of its own into a dictionary (1.5 kB). */
const GETTERS = {
  approvalUrl: /* @__PURE__ */ getter('approvalUrl'),
  deviceCode: /* @__PURE__ */ getter('deviceCode'),
};

/** How to start a client. */
export interface Beginning {
  /** Until it resolves the client is `restoring` and does nothing. */
  held?: Promise<void> | null;
  /** The global `fetch` when the app made its client. Default: the current one. */
  host?: typeof globalThis.fetch | undefined;
  /** Starts in this state and with these secrets, without a restore. */
  from?: Pick<AuthSnapshot, 'value' | 'context'> & { secrets: Partial<Secrets> };
}

/** A client: the machine, the methods of `TmdbAuth`, and a backend that does the work of the machine's actors. */
export function createFacade(
  settings: Settings,
  createBackend: (core: ClientCore) => Backend,
  { held = null, from, host }: Beginning = {},
): TmdbAuth {
  const clock = createWallClock(settings.clock);
  const actor = createActor(runningMachine, {
    clock,
    input: { apiVersion: settings.apiVersion },
    ...(from && { snapshot: runningMachine.resolveState(from) }),
  });
  const snapshot = () => actor.getSnapshot();
  const facts = () => snapshot().context.facts;
  const who = () => {
    const { session, guest } = facts();
    return String(session?.createdAt ?? guest?.createdAt ?? '');
  };
  const { messages } = settings;
  const localize = localizing(messages);
  const views = createViews(snapshot, messages);
  const { getView, until } = views;
  let isDisposed = false;
  let isHeld = held !== null;
  /** The record changed during a step, and only the part that concerns the step was adopted. */
  let hasMissed = false;

  // XState logs an event that is sent to a stopped actor.
  const send = (event: AuthEvent) => {
    if (!isDisposed && snapshot().status === 'active') actor.send(event);
  };

  const core: ClientCore = {
    settings,
    clock,
    snapshot,
    facts,
    context: () => snapshot().context,
    send,
    async look(how) {
      if (isDisposed || isHeld) return;
      const pending = snapshot().matches('awaitingApproval') ? 'token' : 'session';
      hasMissed = !isSettled(snapshot());
      await record.refresh(hasMissed ? pending : 'all', how);
    },
    isDisposed: () => isDisposed,
  };
  const backend = createBackend(core);
  const { vault, record } = backend;
  if (from) vault.put(from.secrets);
  // `assign`, as V8 gives every object that is spread with new fields a hidden class of its own (0.5 kB).
  const whole = Object.assign(core, { backend, views });
  const signIn = new SignIn(whole);
  const pollInterval = () => Math.max(signIn.pollInterval(), backend.deviceCode?.()?.interval ?? 0);
  register(actor.system, Object.assign(whole, { pollInterval }));
  let known = facts();
  actor.subscribe({
    next: (step) => {
      const { context } = step;
      if (context.facts !== known) {
        known = context.facts;
        record.save(known);
        backend.sweep();
      }
      if (isSettled(step)) {
        if (hasMissed) void record.refresh('all');
        hasMissed = false;
        void record.flush().then(() => record.announce());
      }
      views.update();
    },
    // The actor has stopped for good: every wait has to reject.
    error() {
      settings.onWarning(failure('unexpected'));
      views.end('unexpected');
    },
  });
  const ignoreChannel = settings.channel?.subscribe(coalesced(core.look));
  if (held) {
    void held.then(() => {
      isHeld = false;
      if (!isDisposed) actor.start();
    });
  } else {
    actor.start();
  }

  /** The view once the machine is settled and the record written. */
  const settle = async (): Promise<AuthView> => {
    await until(isSettled);
    await record.flush();
    return getView();
  };

  /** Ends a running attempt, and waits until the machine is settled. */
  const endWith = async (type: 'login.cancel' | 'logout'): Promise<AuthView> => {
    await until(isRestored);
    signIn.stop();
    send({ type });
    return settle();
  };

  const dispose = () => {
    if (isDisposed) return;
    signIn.stop();
    isDisposed = true;
    ignoreChannel?.();
    actor.stop();
    views.end('disposed');
    backend.sweep();
  };

  const fetch = localize(
    createPublicFetch({ ...settings, ...(host && { host }), asking: backend.asking, who }),
  );

  const methods: Omit<TmdbAuth, keyof Shown> & Hidden = {
    [SHOWN]: (name) => backend[name]?.() ?? null,
    getView,
    now: clock.now,
    subscribe: views.subscribe,
    login: localize((options) => signIn.login(options)),
    loginWithPassword: localize((options) => signIn.loginWithPassword(options)),
    loginAsGuest: localize((options) => signIn.loginAsGuest(options)),
    adoptSession: localize((options) => signIn.adoptSession(options)),
    async prepare({ redirectTo = settings.navigator?.redirectTo?.() } = {}) {
      await until(isRestored).catch(() => {});
      if (!isDisposed && snapshot().can({ type: 'login.start' })) await backend.prepare(redirectTo);
    },
    validateCredentials: localize(async ({ signal } = {}) => {
      if (isDisposed) throw new TmdbAuthError('disposed');
      await within(clock, settings.requestTimeout, (end) => backend.validateCredentials(end), signal);
    }),
    verify: localize(async () => {
      await until(isRestored);
      if (snapshot().matches('sessionActive')) await until(isSettled);
      send({ type: 'session.check' });
      return settle();
    }),
    carryOverGuestRatings: localize(async (options) => {
      const { createCarryOver } = await loadCarryOver();
      return createCarryOver({ record, views, snapshot, send })(options);
    }),
    handleCallback: localize(async (url) => {
      await until(isRestored);
      const { token } = facts();
      // v4 does not say on the return whether the user approved: the exchange tells.
      if (token?.apiVersion === 4) {
        send({ type: 'approval.granted' });
        return settle();
      }
      if (!token && settings.apiVersion === 4)
        return snapshot().matches('sessionActive') ? settle() : getView();
      const { requestToken, approved } = parseCallback(url);
      const pending = token && vault.read('requestToken');
      if (!pending) return snapshot().matches('sessionActive') ? settle() : getView();
      if (!sameSecret(requestToken, pending)) throw new TmdbAuthError('callback_mismatch');
      send({ type: approved ? 'approval.granted' : 'approval.denied' });
      return settle();
    }),
    cancel: localize(() => endWith('login.cancel')),
    logout: localize(() => endWith('logout')),
    retry: localize(() => {
      if (getView().can.retry) return signIn.repeat();
      return until(isRestored).then(() => (getView().can.retry ? signIn.repeat() : getView()));
    }),
    dispose,
    // React Native has no such symbol, and would name the method `undefined`.
    ...(Symbol.dispose && { [Symbol.dispose]: dispose }),
    fetch,
    api: localize(async (path, options) => {
      const before = who();
      // In parallel: a first call needs both.
      const [{ createApi }] = await Promise.all([loadApi(), backend.asking()]);
      if (before && before !== who()) throw replaced();
      return createApi(fetch, settings.baseURL)(path, options);
    }) as Api,
    messages,
    actor,
  };
  const auth: TmdbAuth = Object.defineProperties(methods, GETTERS) as typeof methods & Shown;
  keepInside(auth, { keepsSessions: backend.keepsSessions, snapshot, until, read: vault.read });
  return auth;
}
