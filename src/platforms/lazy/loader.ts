import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import type { Found, LazyOptions } from './find-session.ts';
import { type Settled, settledFrom } from './settled.ts';

/** Longest delay of `setTimeout`, in ms. */
const LONGEST = 2 ** 31 - 1;

/** Loads a chunk of this package. Rejects with `network` or `disposed`. */
export type LoadPart = <Part>(load: () => Promise<Part>, isForNetwork?: boolean) => Promise<Part>;

/** Shows a found session without the engine, and loads the engine when it is needed. */
export interface Loader {
  /** Null until the engine is loaded. */
  readonly engine: TmdbAuth | null;
  load(isForNetwork?: boolean): Promise<TmdbAuth>;
  /** Shows what was found. False if that needs the engine. */
  learn(found: Found, signedOut: AuthView): boolean;
  /** `fetch` and `api` without the engine if possible, else the engine's. */
  light(): Promise<Pick<TmdbAuth, 'fetch' | 'api'>>;
  dispose(): void;
}

/**
 * `host`: the global `fetch` at the time the client was created. Positional arguments, for fewer bytes in the chunk
 * that every visitor loads.
 */
export function createLoader(
  options: LazyOptions,
  host: typeof globalThis.fetch,
  part: LoadPart,
  show: (view: AuthView) => void,
  getView: () => AuthView,
): Loader {
  let engine: TmdbAuth | null = null;
  let engineParts: typeof import('./engine.ts') | undefined;
  let loading: Promise<TmdbAuth> | null = null;
  let settled: Settled | null = null;
  let found: Found = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop = () => clearTimeout(timer);

  const change = (next: AuthView) => {
    if (JSON.stringify(next) !== JSON.stringify(getView())) show(next);
  };

  const start = async (isForNetwork?: boolean): Promise<TmdbAuth> => {
    const loaded = await part(() => import('./engine.ts'), isForNetwork);
    clearTimeout(timer);
    const started = loaded.startEngine(options, host, change);
    engineParts = loaded;
    ({ auth: engine, stop } = started);
    return started.auth;
  };

  const load = (isForNetwork?: boolean): Promise<TmdbAuth> => {
    loading ??= start(isForNetwork).catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };

  const look = (): Settled | null => {
    if (found === 'unclear' || typeof document === 'undefined') return null;
    const doubt = async (rejected?: object) => {
      const auth = await load(true);
      await engineParts?.findOut(auth, rejected !== undefined);
    };
    try {
      return settledFrom(options, found, {
        host,
        part,
        doubt: (event) => void doubt(event).catch(() => {}),
        messages: options.messages ?? {},
      });
    } catch {
      // Invalid options: the engine reports them.
      return null;
    }
  };

  return {
    get engine() {
      return engine;
    },
    load,
    learn(now, signedOut) {
      found = now;
      if (loading) return true;
      const before = settled;
      settled = look();
      if (now && !settled) return false;
      clearTimeout(timer);
      const expiresAt = settled?.view?.expiresAt;
      // Show that the session has ended, even if the engine cannot be loaded.
      const end = () => load().catch(({ failure = null }) => show({ ...signedOut, failure }));
      if (expiresAt) timer = setTimeout(end, Math.min(expiresAt - Date.now(), LONGEST));
      if (before?.view || settled?.view || getView().state === 'restoring')
        change(settled?.view ?? signedOut);
      return true;
    },
    async light() {
      if (!loading) settled ??= look();
      if (!loading && settled?.isStill()) return settled;
      const shown = loading ? null : settled?.view;
      const auth = await load(true);
      if (shown) await engineParts?.expectUser(auth, shown);
      return auth;
    },
    dispose() {
      settled = null;
      found = 'unclear';
      stop();
      engine?.dispose();
    },
  };
}
