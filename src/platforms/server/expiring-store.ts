import type { ServerStore } from './options.ts';

/** Values that live longer than this, in ms, are records. They are not removed here. */
const SHORT = 60 * 60_000;
/** Maximum number of keys to remember. Beyond it the oldest are removed early. */
const MOST = 10_000;

/**
 * A store that removes expired values by itself, for drivers of unstorage that ignore `ttl`. Applies to values with a
 * `ttl` of an hour at most; they are removed with the next write after their end.
 */
export function expiring(store: ServerStore, now: () => number): ServerStore {
  const ends = new Map<string, number>();
  const sweep = () => {
    for (const [key, endsAt] of ends) {
      if (endsAt > now() && ends.size <= MOST) continue;
      ends.delete(key);
      store.removeItem(key).catch(() => {});
    }
  };
  return {
    getItem: (key) => store.getItem(key),
    getKeys: (base) => store.getKeys(base),
    removeItem(key) {
      ends.delete(key);
      return store.removeItem(key);
    },
    setItem(key, value, options) {
      ends.delete(key);
      sweep();
      const ms = (options?.ttl ?? Number.POSITIVE_INFINITY) * 1_000;
      if (ms <= SHORT) ends.set(key, now() + ms);
      return store.setItem(key, value, options);
    },
  };
}
