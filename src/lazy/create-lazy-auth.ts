import { RESTORING } from '../../machines/auth.restoring.ts';
import type { AuthView } from '../../machines/index.ts';
import type { TmdbAuth } from '../tmdb-auth.ts';
import { notHere } from './not-here.ts';
import { type LazyOptions, maySomebodyBeHere } from './somebody.ts';

/** A client whose engine is loaded when it is needed. */
export interface LazyTmdbAuth extends TmdbAuth {
  /** The engine itself, loaded now. Rejects with `network` if it cannot be, and with what is wrong in the options. */
  load(): Promise<TmdbAuth>;
  /** Throws until the engine is loaded: `(await auth.load()).actor`. */
  readonly actor: TmdbAuth['actor'];
}

/** Everything that needs the engine. The first three show at once that something happens. */
const CALLS = [
  'login',
  'loginWithPassword',
  'loginAsGuest',
  'validateCredentials',
  'verify',
  'carryOverGuestRatings',
  'handleCallback',
  'cancel',
  'retry',
  'logout',
  'fetch',
  'api',
] as const;
type Calls = Pick<TmdbAuth, (typeof CALLS)[number]>;

const SIGNED_OUT: AuthView = {
  ...RESTORING,
  state: 'idle.fresh',
  status: 'signedOut',
  can: { ...RESTORING.can, login: true, loginAsGuest: true },
};

/**
 * `createBrowserAuth` for pages most of whose visitors are not signed in: the machine and all that goes with it are
 * loaded when there is a record, a return from TMDB, or a call. Until then the view is that of somebody signed out.
 * Call `prepare()` when a click is near (hover, focus): it loads, and fetches the token ahead. The same options; what
 * is wrong with them is said by the first call.
 */
export function createLazyAuth(options: LazyOptions): LazyTmdbAuth {
  /** Each listener's fault stays its own, as with every event. */
  const changes = new EventTarget();
  let view = RESTORING;
  let engine: TmdbAuth | null = null;
  let loading: Promise<TmdbAuth> | null = null;
  let isDisposed = false;
  let stop = () => {};

  const mayGoOn = () => {
    if (isDisposed) throw notHere('disposed');
  };

  const show = (next: AuthView) => {
    if (next === view || isDisposed) return;
    view = next;
    changes.dispatchEvent(new Event('view'));
  };

  const start = async (): Promise<TmdbAuth> => {
    const { createBrowserAuth } = await import('../platforms/browser/index.ts').catch(() => {
      throw notHere('network');
    });
    mayGoOn();
    const auth = createBrowserAuth(options);
    engine = auth;
    stop();
    const follow = () => {
      const next = auth.getView();
      // Nobody who is shown as signed out flickers while that is found to be so.
      if (next.state !== 'restoring' || view !== SIGNED_OUT) show(next);
    };
    stop = auth.subscribe(follow);
    follow();
    return auth;
  };

  const load = (): Promise<TmdbAuth> => {
    loading ??= start().catch((error) => {
      loading = null;
      // As it was before somebody clicked, and why nothing came of it.
      show({ ...SIGNED_OUT, failure: error.failure ?? null });
      throw error;
    });
    return loading;
  };

  const calls = Object.fromEntries(
    CALLS.map((name, at) => [
      name,
      async (...given: never[]) => {
        mayGoOn();
        if (at < 3 && !engine) show(RESTORING);
        return ((await load())[name] as (...given: never[]) => unknown)(...given);
      },
    ]),
  ) as unknown as Calls;

  /** What another tab did, or this page before it was left. */
  const look = () => {
    if (loading || isDisposed || document.hidden) return;
    const act = (found: boolean) => {
      if (found) load().catch(() => {});
      else if (!loading) show(SIGNED_OUT);
    };
    const found = maySomebodyBeHere(options);
    if (found === true || found === false) act(found);
    else found.then(act);
  };

  if (typeof window !== 'undefined') {
    const events = ['storage', 'visibilitychange'];
    for (const name of events) addEventListener(name, look);
    stop = () => {
      for (const name of events) removeEventListener(name, look);
    };
    look();
  }

  const dispose = () => {
    isDisposed = true;
    stop();
    engine?.dispose();
  };

  return {
    getView: () => view,
    now: () => (engine ?? Date).now(),
    subscribe(listener) {
      const hear = () => listener(view);
      changes.addEventListener('view', hear);
      return () => changes.removeEventListener('view', hear);
    },
    load,
    prepare: (given) =>
      load()
        .then((auth) => auth.prepare(given))
        .catch(() => {}),
    ...calls,
    get approvalUrl() {
      return engine?.approvalUrl ?? null;
    },
    get actor() {
      if (engine) return engine.actor;
      throw new Error('Not loaded: use (await auth.load()).actor');
    },
    dispose,
    [Symbol.dispose]: dispose,
  };
}
