import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { NotHere } from './not-here.ts';
import { type LazyOptions, lookForSomebody } from './somebody.ts';
import { RESTORING, SIGNED_OUT } from './views.ts';

/** A client whose engine is loaded when it is needed. */
export interface LazyTmdbAuth extends TmdbAuth {
  /** The engine itself, loaded now. Rejects with `network` if it cannot be, and with what is wrong in the options. */
  load(): Promise<TmdbAuth>;
  /** Throws until the engine is loaded: `(await auth.load()).actor`. */
  readonly actor: TmdbAuth['actor'];
}

/** Every method that needs the engine. True: the view says at once that a sign-in begins. */
const CALLS = {
  login: true,
  loginWithPassword: true,
  loginAsGuest: true,
  adoptSession: true,
  validateCredentials: false,
  verify: false,
  carryOverGuestRatings: false,
  handleCallback: false,
  cancel: false,
  retry: false,
  logout: false,
  fetch: false,
  api: false,
} satisfies Partial<Record<keyof TmdbAuth, boolean>>;
type Call = keyof typeof CALLS;

/**
 * `createBrowserAuth` for pages most of whose visitors are not signed in: the machine and all that goes with it are
 * loaded when there is a record, a return from TMDB, or a call. Until then the view is that of somebody signed out.
 * Call `prepare()` when a click is near (hover, focus): it loads, and fetches the token ahead. The same options; what
 * is wrong with them is said by the first call.
 */
export function createLazyAuth(options: LazyOptions): LazyTmdbAuth {
  /** Each listener's fault stays its own, as with every event. */
  const changes = new EventTarget();
  const { messages = {} } = options;
  let view = RESTORING;
  let engine: TmdbAuth | null = null;
  let loading: Promise<TmdbAuth> | null = null;
  let isDisposed = false;
  let stop = () => {};

  const mayGoOn = () => {
    if (isDisposed) throw new NotHere('disposed', messages);
  };

  const show = (next: AuthView) => {
    if (isDisposed || JSON.stringify(next) === JSON.stringify(view)) return;
    view = next;
    changes.dispatchEvent(new Event('view'));
  };

  const start = async (isForNetwork?: boolean): Promise<TmdbAuth> => {
    mayGoOn();
    // Browsers may remember a failed import for as long as the page lives.
    if (isForNetwork && globalThis.navigator?.onLine === false) throw new NotHere('network', messages);
    const { createBrowserAuth } = await import('../browser/index.ts').catch(() => {
      throw new NotHere('network', messages);
    });
    mayGoOn();
    const auth = createBrowserAuth(options);
    engine = auth;
    stop();
    const follow = () => {
      const next = auth.getView();
      // Nobody who is shown as signed out flickers while that is found to be so.
      if (next.state !== 'restoring' || view.state !== SIGNED_OUT.state) show(next);
    };
    stop = auth.subscribe(follow);
    follow();
    return auth;
  };

  const load = (isForNetwork?: boolean): Promise<TmdbAuth> => {
    loading ??= start(isForNetwork).catch((error) => {
      loading = null;
      // As it was before somebody clicked, and why nothing came of it. What nobody sees begin ends unseen.
      if (view === RESTORING) show({ ...SIGNED_OUT, failure: error.failure ?? null });
      throw error;
    });
    return loading;
  };

  const calls = Object.fromEntries(
    Object.entries(CALLS).map(([name, isSignIn]) => [
      name,
      async (...given: never[]) => {
        if (isSignIn && !engine) show(RESTORING);
        return ((await load(true))[name as Call] as (...given: never[]) => unknown)(...given);
      },
    ]),
  ) as unknown as Pick<TmdbAuth, Call>;

  /** What another tab did, or this page before it was left. */
  const look = () =>
    lookForSomebody(options, (isThere) => {
      if (isThere) load().catch(() => {});
      else if (!loading && view === RESTORING) show(SIGNED_OUT);
    });

  if (typeof document !== 'undefined') {
    const onChange = () => {
      if (!loading && !document.hidden) look();
    };
    // What is on a server is not told by what other tabs write here.
    const events = options.server === undefined ? ['storage', 'visibilitychange'] : ['visibilitychange'];
    for (const name of events) addEventListener(name, onChange);
    stop = () => {
      for (const name of events) removeEventListener(name, onChange);
    };
    look();
  }

  const dispose = () => {
    isDisposed = true;
    stop();
    engine?.dispose();
  };

  const auth: Omit<LazyTmdbAuth, 'actor'> = {
    getView: () => view,
    now: () => (engine ?? Date).now(),
    subscribe(listener) {
      const hear = () => listener(view);
      changes.addEventListener('view', hear);
      return () => changes.removeEventListener('view', hear);
    },
    load: () => load(),
    prepare: (given) =>
      load(true)
        .then((auth) => auth.prepare(given))
        .catch(() => {}),
    ...calls,
    get approvalUrl() {
      return engine?.approvalUrl ?? null;
    },
    messages,
    dispose,
    [Symbol.dispose]: dispose,
  };
  // Not enumerable, so that copying or printing a client does not throw.
  return Object.defineProperty(auth as LazyTmdbAuth, 'actor', {
    get() {
      if (engine) return engine.actor;
      throw new Error('Not loaded: use (await auth.load()).actor');
    },
  });
}
