import type { StoragePort } from '../../ports.ts';

/** The used part of an `unstorage` storage. */
export interface UnstorageLike {
  /** The value, parsed where it looks like JSON, or null. */
  getItem(key: string): Promise<unknown>;
  /** Writes the value. */
  setItem(key: string, value: string): Promise<void>;
  /** Removes the value. */
  removeItem(key: string): Promise<void>;
}

/**
 * Keeps the record in any `unstorage` storage: Redis, a database, a cloud's key-value store, …
 *
 * @example
 * ```ts
 * import { fromUnstorage } from 'tmdb-auth/node';
 * import { createStorage } from 'unstorage';
 *
 * const storage = fromUnstorage(createStorage()); // in memory; with a driver: Redis, …
 * await storage.set('user-7', '{}');
 * console.log(await storage.get('user-7')); // {}
 * ```
 */
export function fromUnstorage(storage: UnstorageLike): StoragePort {
  return {
    async get(key) {
      const value = await storage.getItem(key);
      // unstorage parses what looks like JSON.
      return value === null || value === undefined || typeof value === 'string'
        ? (value ?? null)
        : JSON.stringify(value);
    },
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  };
}
