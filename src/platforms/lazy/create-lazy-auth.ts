import type { AuthView, Failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { type Found, findSession, type LazyOptions } from './find-session.ts';
import { loadError } from './load-error.ts';
import type { Loader, LoadPart } from './loader.ts';
import { RESTORING, SIGNED_OUT } from './views.ts';

/** A client that loads its engine when it is needed. */
export interface LazyTmdbAuth extends TmdbAuth {
  /**
   * Loads the engine and waits until it knows who is signed in. Rejects with `network` if it cannot be loaded,
   * `disposed`, or with the error of an invalid option.
   */
  load(): Promise<TmdbAuth>;
  /** Throws until the engine is loaded: `(await auth.load()).actor`. */
  readonly actor: TmdbAuth['actor'];
}

/**
 * Methods that need more than this file: two that may work without the engine, four that begin a sign-in, then the
 * others. One string, as it is shorter in the bundle.
 */
const CALLS =
  'fetch,api,login,loginWithPassword,loginAsGuest,adoptSession,validateCredentials,verify,carryOverGuestRatings,handleCallback,cancel,retry,logout';

/**
 * A `createBrowserAuth` that loads its engine only when needed: for a sign-in or sign-out, a guest, a return from
 * TMDB, a session that TMDB no longer knows. Until then the record, or the server's answer, tells who is signed in,
 * and `api` and `fetch` work without it. Call `prepare()` when a click is likely (hover, focus): it loads the engine
 * and prefetches the token. Takes the same options; the first call that needs the engine rejects if one is invalid.
 */
export function createLazyAuth(options: LazyOptions): LazyTmdbAuth {
  /** An `EventTarget`, so that a listener that throws does not affect the others. */
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
    // A browser may remember a failed import until the page is reloaded, so do not try one offline.
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

  /** Shows signed out again, with the reason, but only while the page shows `restoring`. */
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
    // A newer check has replaced this one.
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
  /** Another tab may have changed the record, or this page before the user left it. */
  const onChange = () => {
    if (!loader?.engine && !document.hidden) look();
  };

  if (globalThis.document) {
    // With a server, other tabs write nothing to this storage.
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
      const onView = () => listener(view);
      changes.addEventListener('view', onView);
      return () => changes.removeEventListener('view', onView);
    },
    async load() {
      const engine = await load();
      return (await import('./engine.ts')).restored(engine);
    },
    prepare: (given) =>
      load(true)
        .then((engine) => engine.prepare(given))
        .catch(() => {}),
    get approvalUrl() {
      return loader?.engine?.approvalUrl ?? null;
    },
    get deviceCode() {
      return loader?.engine?.deviceCode ?? null;
    },
    messages,
    dispose,
    [Symbol.dispose]: dispose,
  } as LazyTmdbAuth;

  CALLS.split(',').forEach((name, at) => {
    auth[name as 'verify'] = async (...given) => {
      if (at < 2) await looking;
      else if (at < 6 && view.status === 'signedOut') show(RESTORING);
      const client = await (at < 2 ? (await getLoader(true)).light() : load(true));
      return (client as TmdbAuth)[name as 'verify'](...given);
    };
  });

  // Not enumerable: copying or printing a client must not throw.
  return Object.defineProperty(auth, 'actor', {
    get() {
      if (loader?.engine) return loader.engine.actor;
      throw new Error('await auth.load() first');
    },
  });
}
