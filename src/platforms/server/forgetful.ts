import type { ServerStore } from './options.ts';

/** What lives longer than this, in ms, is a record: it is not watched here. */
const SHORT = 60 * 60_000;
/** As many names as are watched. */
const MOST = 10_000;

/**
 * A store that removes by itself what was written to live an hour at most, when something else is written after that:
 * not every driver of unstorage knows a `ttl`.
 */
export function forgetful(store: ServerStore, now: () => number): ServerStore {
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
