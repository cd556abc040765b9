import { authDelays } from '../../../machines/index.ts';
import { within } from '../../lib/within.ts';
import type { ServerSettings, ServerStore } from '../server/options.ts';

/** Names what happened, without the store's own message, which may quote its password. */
export class StoreFailed extends Error {
  constructor(cause: unknown) {
    const { code = 'no code' } = (cause ?? {}) as { code?: unknown };
    super(`the store failed (${/^[\w-]{1,40}$/.test(String(code)) ? code : 'no code'})`);
    this.name = 'StoreFailed';
  }
}

/**
 * A store whose functions reject with `StoreFailed`, also if it does not answer: oidc-provider waits for it without an
 * end. A list of keys gets longer, as Redis has to look at all keys for it.
 */
export function bounded(store: ServerStore, { client, deadline }: ServerSettings): ServerStore {
  const inTime = async <T>(work: () => Promise<T>, ms: number = authDelays.storageTimeout): Promise<T> => {
    try {
      return await within(client.clock, ms, work);
    } catch (error) {
      throw new StoreFailed(error);
    }
  };
  return {
    getItem: (key) => inTime(() => store.getItem(key)),
    setItem: (key, value, options) => inTime(() => store.setItem(key, value, options)),
    removeItem: (key) => inTime(() => store.removeItem(key)),
    getKeys: (base) => inTime(() => store.getKeys(base), deadline),
  };
}
