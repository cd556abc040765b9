/**
 * The view as a store of Svelte.
 * @module tmdb-auth/svelte
 */
import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/** A readable store of Svelte. */
export interface TmdbAuthStore {
  /** Calls `run` with the view at once and after every change. Returns a function that stops it. */
  subscribe(run: (view: AuthView) => void): () => void;
}

/**
 * The view as a store: `const view = tmdbAuthStore(auth)`, then `$view.status`. Make `auth` once.
 *
 * @example
 * ```ts
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 * import { tmdbAuthStore } from 'tmdb-auth/svelte';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 * export const view = tmdbAuthStore(auth); // {$view.account?.username}
 * ```
 */
export const tmdbAuthStore = (auth: TmdbAuth): TmdbAuthStore => ({
  subscribe(run) {
    run(auth.getView());
    return auth.subscribe(run);
  },
});
