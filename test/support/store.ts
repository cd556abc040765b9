import type { ServerStore } from '../../src/server/index.ts';

/** The least that is a store: keys are texts, and begin as they begin. */
export function bareStore(): ServerStore {
  const items = new Map<string, string>();
  return {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
    getKeys: async (base) => [...items.keys()].filter((key) => key.startsWith(base)),
  };
}
