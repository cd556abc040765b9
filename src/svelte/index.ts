import type { AuthView } from '../../machines/index.ts';
import type { TmdbAuth } from '../tmdb-auth.ts';

/** What Svelte calls a readable store. */
export interface TmdbAuthStore {
  subscribe(run: (view: AuthView) => void): () => void;
}

/** The view as a store: `const view = tmdbAuthStore(auth)`, then `$view.status`. `auth` is made once. */
export const tmdbAuthStore = (auth: TmdbAuth): TmdbAuthStore => ({
  subscribe(run) {
    run(auth.getView());
    return auth.subscribe(run);
  },
});
