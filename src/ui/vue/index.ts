/**
 * The view as a ref of Vue.
 * @module tmdb-auth/vue
 */
import { onMounted, onScopeDispose, type ShallowRef, shallowRef } from 'vue';
import { RESTORING } from '../../../machines/auth.restoring.ts';
import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/**
 * The view as a ref, for as long as the component lives: `const view = useTmdbAuth(auth)`. `auth` is made once,
 * outside the components. A server, and the first render in the page, see `restoring`: so they agree.
 *
 * @example
 * ```ts
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 * import { useTmdbAuth } from 'tmdb-auth/vue';
 * import { computed } from 'vue';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' } });
 *
 * // In setup:
 * export function useName() {
 *   const view = useTmdbAuth(auth);
 *   return computed(() => view.value.account?.username);
 * }
 * ```
 */
export function useTmdbAuth(auth: TmdbAuth): Readonly<ShallowRef<AuthView>> {
  const view = shallowRef(RESTORING);
  const update = () => {
    view.value = auth.getView();
  };
  onMounted(() => {
    update();
    stop = auth.subscribe(update);
  });
  let stop = () => {};
  onScopeDispose(() => stop());
  return view;
}
