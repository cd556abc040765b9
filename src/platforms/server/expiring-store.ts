import type { ServerStore } from './options.ts';

/** Values that live longer than this, in ms, are records. They are not removed here. */
const SHORT = 2 * 60 * 60_000;
/** Maximum number of keys to remember. The oldest beyond it are left to the driver: their values may be in use. */
const MOST = 100_000;
/** Least time between two looks at all keys, in ms. */
const SWEEP_EVERY = 1_000;

/**
 * A store that removes expired values by itself, for drivers of unstorage that ignore `ttl`. Applies to values with a
 * `ttl` of two hours at most; they are removed with a write after their end.
 */
export function expiring(store: ServerStore, now: () => number): ServerStore {
  const ends = new Map<string, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const sweep = () => {
    if (Math.abs(now() - sweptAt) < SWEEP_EVERY) return;
    sweptAt = now();
    for (const [key, endsAt] of ends) {
      if (endsAt > now()) continue;
      ends.delete(key);
      store.removeItem(key).catch(() => {});
    }
  };
  const remember = (key: string, endsAt: number) => {
    ends.set(key, endsAt);
    const [oldest] = ends.keys();
    if (ends.size > MOST && oldest !== undefined) ends.delete(oldest);
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
      if (ms <= SHORT) remember(key, now() + ms);
      return store.setItem(key, value, options);
    },
  };
}
