import type { Store } from './store.ts';
import type { Sandbox } from './types.ts';

const stores = new WeakMap<Sandbox, () => Store>();

/** `read` is asked each time: a reset makes a new store. */
export function keepStore(sandbox: Sandbox, read: () => Store): void {
  stores.set(sandbox, read);
}

/** What that sandbox knows. Throws a `TypeError` for one that another copy of this package made. */
export function storeOf(sandbox: Sandbox): Store {
  const read = stores.get(sandbox);
  if (!read) throw new TypeError('tmdb-auth: another copy of this package made that sandbox.');
  return read();
}
