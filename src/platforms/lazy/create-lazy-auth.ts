import type { AuthView, Failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import type { Later, Shell } from './later.ts';
import { notHere } from './not-here.ts';
import { type Found, type LazyOptions, lookForSomebody } from './somebody.ts';
import { RESTORING, SIGNED_OUT } from './views.ts';

/** A client whose engine is loaded when it is needed. */
export interface LazyTmdbAuth extends TmdbAuth {
  /** The engine itself, loaded now. Rejects with `network` if it cannot be, and with what is wrong in the options. */
  load(): Promise<TmdbAuth>;
  /** Throws until the engine is loaded: `(await auth.load()).actor`. */
  readonly actor: TmdbAuth['actor'];
}

/** Every method that takes more than this. 1: the view says at once that a sign-in begins. 2: a glance may answer. */
const CALLS = {
  login: 1,
  loginWithPassword: 1,
  loginAsGuest: 1,
  adoptSession: 1,
  fetch: 2,
  api: 2,
  validateCredentials: 0,
  verify: 0,
  carryOverGuestRatings: 0,
  handleCallback: 0,
  cancel: 0,
  retry: 0,
  logout: 0,
} satisfies Partial<Record<keyof TmdbAuth, number>>;

/**
 * `createBrowserAuth` for pages most of whose visitors are not signed in: the machine and all that goes with it are
 * loaded when there is a record, a return from TMDB, or a call. Until then the view is that of somebody signed out.
 * Call `prepare()` when a click is near (hover, focus): it loads, and fetches the token ahead. The same options; what
 * is wrong with them is said by the first call.
 */
export function createLazyAuth(options: LazyOptions): LazyTmdbAuth {
  /** Each listener's fault stays its own, as with every event. */
  const changes = new EventTarget();
  const { fetch: host } = globalThis;
  let view = RESTORING;
  let isDisposed = false;
  let later: Later | null = null;
  let looking: Promise<void> | undefined;
  let stop = () => {};

  const show = (next: AuthView) => {
    if (isDisposed) return;
    view = next;
    changes.dispatchEvent(new Event('view'));
  };

  const part: Shell['part'] = async (load, isForNetwork) => {
    if (isDisposed) throw notHere('disposed', 'Disposed. Make a new one.');
    // Browsers may remember a failed import for as long as the page lives.
    const isOffline = isForNetwork && globalThis.navigator?.onLine === false;
    const loaded = isOffline ? null : await load().catch(() => null);
    if (!loaded) throw notHere('network', 'Loading failed. Try again or reload.');
    return isDisposed ? part(load) : loaded;
  };
  const partLater = async (isForNetwork?: boolean): Promise<Later> => {
    const { createLater } = await part(() => import('./later.ts'), isForNetwork);
    later ??= createLater({ options, host, part, getView: () => view, show });
    return later;
  };

  /** As it was before somebody clicked, and why nothing came of it. What nobody sees begin ends unseen. */
  const fail = (error: { failure?: Failure }): never => {
    if (view === RESTORING) show({ ...SIGNED_OUT, failure: error.failure ?? null });
    throw error;
  };
  const load = (isForNetwork?: boolean): Promise<TmdbAuth> =>
    partLater(isForNetwork)
      .then((part) => part.load(isForNetwork))
      .catch(fail);

  const learn = async (found: Found) => {
    if (found || later) (await partLater()).learn(found, SIGNED_OUT) || (await load());
    else if (view === RESTORING) show(SIGNED_OUT);
  };
  /** What another tab did, or this page before it was left. */
  const look = () => {
    if (later?.engine || document.hidden) return;
    const found = lookForSomebody(options);
    looking = (found instanceof Promise ? found.then(learn) : learn(found)).catch(fail).catch(() => {});
  };

  if (typeof document !== 'undefined') {
    // What is on a server is not told by what other tabs write here.
    if (options.server === undefined) addEventListener('storage', look);
    addEventListener('visibilitychange', look);
    stop = () => {
      removeEventListener('storage', look);
      removeEventListener('visibilitychange', look);
    };
    look();
  }

  const dispose = () => {
    isDisposed = true;
    stop();
    later?.dispose();
  };

  const auth = {
    getView: () => view,
    now: () => (later?.engine ?? Date).now(),
    subscribe(listener) {
      const hear = () => listener(view);
      changes.addEventListener('view', hear);
      return () => changes.removeEventListener('view', hear);
    },
    load: () => load(),
    prepare: (given) =>
      load(true)
        .then((engine) => engine.prepare(given))
        .catch(() => {}),
    get approvalUrl() {
      return later?.engine?.approvalUrl ?? null;
    },
    dispose,
    [Symbol.dispose]: dispose,
  } as LazyTmdbAuth;

  for (const [name, kind] of Object.entries(CALLS)) {
    auth[name as 'verify'] = async (...given) => {
      if (kind === 1 && view.status === 'signedOut') show(RESTORING);
      if (kind === 2) await looking;
      const client = await (kind === 2 ? (await partLater(true)).light() : load(true));
      return (client as TmdbAuth)[name as 'verify'](...given);
    };
  }

  // Not enumerable, so that copying or printing a client does not throw.
  return Object.defineProperty(auth, 'actor', {
    get() {
      const engine = later?.engine;
      if (engine) return engine.actor;
      throw new Error('Not loaded: use (await auth.load()).actor');
    },
  });
}
