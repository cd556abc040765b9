import type { ServerStore } from '../../src/platforms/server/index.ts';

/** The smallest possible store: string keys, listed by prefix. */
export function bareStore(): ServerStore {
  const items = new Map<string, string>();
  return {
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
    getKeys: async (base) => [...items.keys()].filter((key) => key.startsWith(base)),
  };
}

type Way = 'works' | 'throws' | 'hangs' | 'takes nothing';

/** A store that can be broken and repaired. */
export function brittleStore() {
  const kept = bareStore();
  let way: Way = 'works';
  const broken = (isWrite: boolean) => {
    if (way === 'hangs') return new Promise<never>(() => {});
    if (way === 'throws' || (way === 'takes nothing' && isWrite)) return Promise.reject(new Error('away'));
    return null;
  };
  const store: ServerStore = {
    getItem: (key) => broken(false) ?? kept.getItem(key),
    setItem: (key, value) => broken(true) ?? kept.setItem(key, value),
    removeItem: (key) => broken(true) ?? kept.removeItem(key),
    getKeys: (base) => broken(false) ?? kept.getKeys(base),
  };
  return {
    store,
    become(next: Way) {
      way = next;
    },
  };
}
