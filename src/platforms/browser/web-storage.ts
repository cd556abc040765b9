import { type Failure, failure } from '../../../machines/index.ts';
import type { StoragePort } from '../../ports.ts';

export interface WebStorage extends StoragePort {
  /** False as soon as the browser refused to store something: what is kept here ends with the page. */
  isPersistent(): boolean;
}

/**
 * `localStorage` or `sessionStorage`. Blocked (a private window, a policy: the property itself throws) or full, it
 * goes on in memory for this page and says so once.
 */
export function webStorage(kind: 'local' | 'session', onWarning: (failure: Failure) => void): WebStorage {
  const kept = new Map<string, string>();
  let isPersistent = true;

  const attempt = <T>(operation: (storage: Storage) => T, otherwise: T): T => {
    try {
      return operation(kind === 'local' ? window.localStorage : window.sessionStorage);
    } catch {
      if (isPersistent) onWarning(failure('storage_unavailable'));
      isPersistent = false;
      return otherwise;
    }
  };

  return {
    isPersistent: () => isPersistent,
    get: (key) => kept.get(key) ?? attempt((storage) => storage.getItem(key), null),
    set(key, value) {
      const isStored = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      }, false);
      if (isStored) kept.delete(key);
      else kept.set(key, value);
    },
    remove(key) {
      kept.delete(key);
      attempt((storage) => storage.removeItem(key), undefined);
    },
  };
}
