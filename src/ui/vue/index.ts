/**
 * The view as a ref of Vue.
 * @module tmdb-auth/vue
 */
import {
  getCurrentInstance,
  getCurrentScope,
  onBeforeUnmount,
  onMounted,
  onScopeDispose,
  type ShallowRef,
  shallowRef,
} from 'vue';
import { RESTORING } from '../../../machines/auth.restoring.ts';
import type { AuthView } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';

/**
 * The view as a ref, for as long as the component or the store lives: `const view = useTmdbAuth(auth)`. Make `auth`
 * once, outside the components. In a component a server, and the first render in the page, see `restoring`, so that
 * they agree. Outside one (a Pinia store or a router guard that comes first) it follows the client at once; without a
 * scope (`effectScope`) as long as the client lives, so in a guard `auth.getView()` is enough.
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
  let stop: (() => void) | undefined;
  const follow = () => {
    if (stop) return;
    update();
    stop = auth.subscribe(update);
  };
  if (getCurrentInstance()) {
    onMounted(follow);
    // A store outlives the component that used it first, even one that was never mounted.
    onBeforeUnmount(follow);
  } else if (typeof document !== 'undefined') follow();
  if (getCurrentScope())
    onScopeDispose(() => {
      stop?.();
      stop = () => {};
    });
  return view;
}
