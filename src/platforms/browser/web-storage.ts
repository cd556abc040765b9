import { type Failure, failure } from '../../../machines/index.ts';
import type { StoragePort } from '../../ports.ts';

export interface WebStorage extends StoragePort {
  /** False once the browser has refused a read or write: from then on values last only as long as the page. */
  isPersistent(): boolean;
}

/**
 * `localStorage` or `sessionStorage`. If it is blocked (private window, policy: the property itself throws) or full,
 * warns once and continues in this page's memory.
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
