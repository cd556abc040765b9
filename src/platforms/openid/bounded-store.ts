import { authDelays } from '../../../machines/index.ts';
import { within } from '../../lib/within.ts';
import type { ServerSettings, ServerStore } from '../server/options.ts';

/**
 * A store whose functions reject with `timeout` if it does not answer: oidc-provider waits for it without an end. A list
 * of keys gets longer, as Redis has to look at all keys for it.
 */
export function bounded(store: ServerStore, { client, deadline }: ServerSettings): ServerStore {
  const inTime = <T>(work: () => Promise<T>) => within(client.clock, authDelays.storageTimeout, work);
  return {
    getItem: (key) => inTime(() => store.getItem(key)),
    setItem: (key, value, options) => inTime(() => store.setItem(key, value, options)),
    removeItem: (key) => inTime(() => store.removeItem(key)),
    getKeys: (base) => within(client.clock, deadline, () => store.getKeys(base)),
  };
}
