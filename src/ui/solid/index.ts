/**
 * The view as a signal of Solid.
 * @module tmdb-auth/solid
 */
import { type Accessor, createSignal, getOwner, onCleanup, onMount } from 'solid-js';
import { RESTORING } from '../../../machines/auth.restoring.ts';
import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/**
 * The view as a signal, for as long as its owner lives: `const view = createTmdbAuthView(auth)`. Make `auth` once,
 * outside the components. A server, and the first render in the page, see `restoring`, so that they agree. Without an
 * owner (a module, a router guard) it follows at once, as long as the client lives.
 *
 * @example
 * ```ts
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 * import { createTmdbAuthView } from 'tmdb-auth/solid';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 *
 * // In a component:
 * export function createName() {
 *   const view = createTmdbAuthView(auth);
 *   return () => view().account?.username;
 * }
 * ```
 */
export function createTmdbAuthView(auth: TmdbAuth): Accessor<AuthView> {
  const [view, setView] = createSignal(RESTORING);
  let stop = () => {};
  const follow = () => {
    setView(auth.getView());
    stop = auth.subscribe(() => setView(auth.getView()));
  };
  if (getOwner()) {
    onMount(follow);
    onCleanup(() => stop());
  } else if (typeof document !== 'undefined') follow();
  return view;
}
