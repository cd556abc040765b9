import type { Store } from './store.ts';
import type { Sandbox } from './types.ts';

const stores = new WeakMap<Sandbox, () => Store>();

/** `read` is called each time, as a reset creates a new store. */
export function keepStore(sandbox: Sandbox, read: () => Store): void {
  stores.set(sandbox, read);
}

/** The sandbox's store. Throws a `TypeError` for a sandbox of another copy of this package. */
export function storeOf(sandbox: Sandbox): Store {
  const read = stores.get(sandbox);
  if (!read) throw new TypeError('tmdb-auth: another copy of this package made that sandbox.');
  return read();
}
