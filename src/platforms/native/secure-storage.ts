import type { StoragePort } from '../../ports.ts';
import type { SecureStore } from './ports.ts';

/** The secure store as a `StoragePort`. Throws a `TypeError` for a key that the store would refuse. */
export function storagePortOf(storage: SecureStore | StoragePort, key: string): StoragePort {
  if (!('getItemAsync' in storage)) return storage;
  if (!/^[\w.-]+$/.test(key)) {
    throw new TypeError(
      'tmdb-auth: a secure store takes only letters, digits, ".", "-" and "_" in storageKey.',
    );
  }
  return {
    isSmall: true,
    get: (name) => storage.getItemAsync(name),
    set: (name, value) => storage.setItemAsync(name, value),
    remove: (name) => storage.deleteItemAsync(name),
  };
}
