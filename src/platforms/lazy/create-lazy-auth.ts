import type { AuthView, Failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { type Found, findSession, type LazyOptions } from './find-session.ts';
import { loadError } from './load-error.ts';
import type { Loader, LoadPart } from './loader.ts';
import { RESTORING, SIGNED_OUT } from './views.ts';

/** A client whose engine is loaded when it is needed. */
export interface LazyTmdbAuth extends TmdbAuth {
  /** The engine itself, loaded now. Rejects with `network` if it cannot be, and with what is wrong in the options. */
  load(): Promise<TmdbAuth>;
  /** Throws until the engine is loaded: `(await auth.load()).actor`. */
  readonly actor: TmdbAuth['actor'];
}

/**
 * Every method that takes more than this, as one text, which is shorter: two that a glance may answer, four that begin a
 * sign-in, and the others.
 */
const CALLS =
  'fetch,api,login,loginWithPassword,loginAsGuest,adoptSession,validateCredentials,verify,carryOverGuestRatings,handleCallback,cancel,retry,logout';

/**
 * `createBrowserAuth` whose engine is loaded when something is to be decided: a sign-in or sign-out, a guest, a return
 * from TMDB, a session that TMDB does not know any more. Until then the record, or the server's answer, says who is signed
 * in, and `api` and `fetch` ask TMDB. Call `prepare()` when a click is near (hover, focus): it loads, and fetches the token
 * ahead. The same options; the first call that needs the engine tells what is wrong with them.
 */
export function createLazyAuth(options: LazyOptions): LazyTmdbAuth {
  /** Each listener's fault stays its own, as with every event. */
  const changes = new EventTarget();
  const { fetch: host } = globalThis;
  const { messages = {} } = options;
  let view = RESTORING;
  let isDisposed = false;
  let loader: Loader | null = null;
  let latest: Found | Promise<Found> = null;
  let looking: Promise<void> | undefined;
  let stop = () => {};

  const show = (next: AuthView) => {
    if (isDisposed) return;
    view = next;
    changes.dispatchEvent(new Event('view'));
  };

  const part: LoadPart = async (load, isForNetwork) => {
    // Browsers may remember a failed import for as long as the page lives.
    const isOffline = isForNetwork && globalThis.navigator?.onLine === false;
    const loaded = isDisposed || isOffline ? null : await load().catch(() => null);
    if (isDisposed || !loaded) throw loadError(isDisposed, messages);
    return loaded;
  };
  const getLoader = async (isForNetwork?: boolean): Promise<Loader> => {
    if (loader) return loader;
    const { createLoader } = await part(() => import('./loader.ts'), isForNetwork);
    loader ??= createLoader(options, host, part, show, () => view);
    return loader;
  };

  /** As it was before somebody clicked, and why nothing came of it. What nobody sees begin ends unseen. */
  const showFailure = ({ failure = null }: { failure?: Failure | null }) => {
    if (view === RESTORING) show({ ...SIGNED_OUT, failure });
  };
  const load = (isForNetwork?: boolean): Promise<TmdbAuth> => {
    const loading = getLoader(isForNetwork).then((part) => part.load(isForNetwork));
    loading.catch(showFailure);
    return loading;
  };

  const learn = async (asked: Found | Promise<Found>) => {
    const found = asked instanceof Promise ? await asked : asked;
    // An older answer says nothing any more.
    if (asked !== latest) return;
    if (found || loader) {
      const isShown = (await getLoader()).learn(found, SIGNED_OUT);
      if (!isShown) await load();
    } else if (view === RESTORING) show(SIGNED_OUT);
  };
  const look = () => {
    latest = findSession(options);
    looking = learn(latest).catch(showFailure);
  };
  /** What another tab did, or this page before it was left. */
  const onChange = () => {
    if (!loader?.engine && !document.hidden) look();
  };

  if (typeof document !== 'undefined') {
    // What is on a server is not told by what other tabs write here.
    if (options.server === undefined) addEventListener('storage', onChange);
    addEventListener('visibilitychange', onChange);
    stop = () => {
      removeEventListener('storage', onChange);
      removeEventListener('visibilitychange', onChange);
    };
    look();
  }

  const dispose = () => {
    isDisposed = true;
    stop();
    loader?.dispose();
  };

  const auth = {
    getView: () => view,
    now: () => (loader?.engine ?? Date).now(),
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
      return loader?.engine?.approvalUrl ?? null;
    },
    messages,
    dispose,
    [Symbol.dispose]: dispose,
  } as LazyTmdbAuth;

  CALLS.split(',').forEach((name, at) => {
    const isLight = at < 2;
    auth[name as 'verify'] = async (...given) => {
      if (isLight) await looking;
      else if (at < 6 && view.status === 'signedOut') show(RESTORING);
      const client = await (isLight ? (await getLoader(true)).light() : load(true));
      return (client as TmdbAuth)[name as 'verify'](...given);
    };
  });

  // Not enumerable, so that copying or printing a client does not throw.
  return Object.defineProperty(auth, 'actor', {
    get() {
      const engine = loader?.engine;
      if (engine) return engine.actor;
      throw new Error('Not loaded: await auth.load()');
    },
  });
}
