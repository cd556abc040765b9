import {
  createContext,
  createElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { RESTORING } from '../../../machines/auth.restoring.ts';
import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';

const Auth = createContext<TmdbAuth | null>(null);

/** Props of `TmdbAuthProvider`. */
export interface TmdbAuthProviderProps {
  /** Made once, outside React: `const auth = createBrowserAuth({ … })`. It lives as long as the page. */
  auth: TmdbAuth;
  /** The components that may use the hooks. */
  children?: ReactNode;
}

/**
 * Provides the client to the components below it.
 *
 * @example
 * ```tsx
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 * import { TmdbAuthProvider, useTmdbAuth } from 'tmdb-auth/react';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 * const Name = () => <p>{useTmdbAuth().account?.username ?? 'Nobody'}</p>;
 * export const App = () => <TmdbAuthProvider auth={auth}><Name /></TmdbAuthProvider>;
 * ```
 */
export function TmdbAuthProvider({ auth, children }: TmdbAuthProviderProps) {
  return createElement(Auth.Provider, { value: auth }, children);
}

/** The client of the provider. */
export function useClient(): TmdbAuth {
  const auth = useContext(Auth);
  if (!auth)
    throw new Error('tmdb-auth: put <TmdbAuthProvider auth={auth}> above the component that uses this hook.');
  return auth;
}

/**
 * A part of the view: `useTmdbAuthSelector((view) => view.status === 'user')`, or several in a new object. Renders
 * again only when that part changes: it is compared by `Object.is`, and objects and lists by their fields, one level
 * deep (the parts of a view stay the same objects until they change). A server, and the first render in the page, see
 * `restoring`, so that they agree.
 *
 * @example
 * ```tsx
 * import { useTmdbAuthSelector } from 'tmdb-auth/react';
 *
 * export const Name = () => <>{useTmdbAuthSelector(({ account }) => account?.name || account?.username)}</>;
 * ```
 */
export function useTmdbAuthSelector<Part>(selector: (view: AuthView) => Part): Part {
  const auth = useClient();
  const last = useRef<Part>(undefined);
  // React asks several times in a render and again after it, and renders for ever if the answers differ. The selector
  // is therefore called once per view, however new and nested its objects are.
  const select = useMemo(() => {
    let asked: AuthView | undefined;
    let mine: Part;
    return (view: AuthView) => {
      if (view !== asked) {
        asked = view;
        const part = selector(view);
        if (!isAlike(last.current, part)) last.current = part;
        mine = last.current as Part;
      }
      return mine;
    };
  }, [selector]);
  return useSyncExternalStore(
    auth.subscribe,
    () => select(auth.getView()),
    () => select(RESTORING),
  );
}

/**
 * Whether the values are the same, or objects with the same fields. One without fields (a date, a map) equals only
 * itself.
 */
function isAlike(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  const [before, after] = [Object(one), Object(other)];
  const names = Object.keys(before);
  const isSame = (name: string) => name in after && Object.is(before[name], after[name]);
  return names.length > 0 && names.length === Object.keys(after).length && names.every(isSame);
}

const whole = (view: AuthView) => view;

/**
 * The whole view, and the client's methods: `const { status, account, login, logout } = useTmdbAuth()`.
 *
 * @example
 * ```tsx
 * import { useTmdbAuth } from 'tmdb-auth/react';
 *
 * export function SignInOrOut() {
 *   const { status, can, login, logout } = useTmdbAuth();
 *   if (status === 'user') return <button onClick={() => logout()}>Sign out</button>;
 *   return <button disabled={!can.login} onClick={() => login().catch(() => {})}>Sign in</button>;
 * }
 * ```
 */
export function useTmdbAuth(): AuthView & Pick<TmdbAuth, Method> & { auth: TmdbAuth } {
  const auth = useClient();
  const view = useTmdbAuthSelector(whole);
  return useMemo(() => ({ ...methodsOf(auth), auth, ...view }), [auth, view]);
}

/** The methods for components. The others are for the code around the components. */
type Method = Exclude<
  keyof TmdbAuth,
  | 'getView'
  | 'now'
  | 'subscribe'
  | 'adoptSession'
  | 'validateCredentials'
  | 'handleCallback'
  | 'approvalUrl'
  | 'deviceCode'
  | 'dispose'
  | typeof Symbol.dispose
  | 'messages'
  | 'actor'
>;
const IS_METHOD: Record<Method, true> = {
  login: true,
  loginWithPassword: true,
  loginAsGuest: true,
  prepare: true,
  cancel: true,
  retry: true,
  verify: true,
  carryOverGuestRatings: true,
  logout: true,
  fetch: true,
  api: true,
};
const METHODS = Object.keys(IS_METHOD) as Method[];

const methodsOf = (auth: TmdbAuth) =>
  Object.fromEntries(METHODS.map((name) => [name, auth[name]])) as Pick<TmdbAuth, Method>;

/**
 * Time left in the current state, in ms, or null if it does not end by itself. Renders this component again every
 * `every` ms (default 1000).
 *
 * @example
 * ```tsx
 * import { useTimeLeft } from 'tmdb-auth/react';
 *
 * export function TimeLeft() {
 *   const ms = useTimeLeft();
 *   return ms === null ? null : <time>{Math.ceil(ms / 60_000)} min</time>;
 * }
 * ```
 */
export function useTimeLeft(every = 1_000): number | null {
  const auth = useClient();
  const expiresAt = useTmdbAuthSelector((view) => view.expiresAt);
  const [tick, setTick] = useState<{ expiresAt: number | null; now: number } | null>(null);
  useEffect(() => {
    if (expiresAt === null) return;
    const look = () => setTick({ expiresAt, now: auth.now() });
    look();
    const timer = setInterval(look, every);
    return () => clearInterval(timer);
  }, [auth, expiresAt, every]);
  // Unknown before the first tick: a server and a page would not agree on the time.
  return expiresAt === null || tick?.expiresAt !== expiresAt ? null : Math.max(0, expiresAt - tick.now);
}
