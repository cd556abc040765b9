import { authDelays } from '../../../machines/index.ts';
import { within } from '../../lib/within.ts';
import { digestOf } from './names.ts';
import type { ServerSettings, ServerStore } from './options.ts';

/** Short-lived values: in the store if there is one, else in this instance only. */
export interface Notes {
  /** Keeps `value` for `ms`. Never rejects: after a failed write, `read` finds nothing. */
  keep(purpose: string, key: string, value: string, ms: number): Promise<void>;
  /** The value, or null if there is none, it has expired, or it cannot be read. */
  read(purpose: string, key: string): Promise<string | null>;
  /** Reads the value and removes it. */
  take(purpose: string, key: string): Promise<string | null>;
}

/** Maximum number of notes of one purpose without a store. The oldest are dropped. */
const MOST = 1_000;

/** Each note is stored under the hash of its key, and sealed for that name. */
export function createNotes({
  client,
  seal,
  store,
}: Pick<ServerSettings, 'client' | 'seal' | 'store'>): Notes {
  const { clock } = client;
  const place = store ?? memory();
  const nameOf = async (purpose: string, key: string) => `tmdb-auth:${purpose}:${await digestOf(key)}`;
  const bounded = <T>(work: () => Promise<T>) => within(clock, authDelays.storageTimeout, work);

  const get = async (name: string, isLast: boolean): Promise<string | null> => {
    try {
      const sealed = await bounded(() => place.getItem(name));
      if (typeof sealed !== 'string') return null;
      if (isLast) await bounded(() => place.removeItem(name));
      return await seal.open(name, sealed);
    } catch {
      return null;
    }
  };

  return {
    async keep(purpose, key, value, ms) {
      try {
        const name = await nameOf(purpose, key);
        const sealed = await seal.close(name, value, clock.now() + ms);
        await bounded(() => place.setItem(name, sealed, { ttl: Math.ceil(ms / 1_000) }));
      } catch {
        // Only a later request would need the note.
      }
    },
    read: async (purpose, key) => get(await nameOf(purpose, key), false),
    take: async (purpose, key) => get(await nameOf(purpose, key), true),
  };
}

function memory(): Pick<ServerStore, 'getItem' | 'setItem' | 'removeItem'> {
  const purposes = new Map<string, Map<string, string>>();
  const valuesBeside = (name: string) => {
    const purpose = name.slice(0, name.lastIndexOf(':'));
    const values = purposes.get(purpose) ?? new Map<string, string>();
    purposes.set(purpose, values);
    return values;
  };
  return {
    getItem: async (name) => valuesBeside(name).get(name) ?? null,
    async setItem(name, value) {
      const values = valuesBeside(name);
      values.set(name, value);
      const [oldest] = values.keys();
      if (values.size > MOST && oldest !== undefined) values.delete(oldest);
    },
    async removeItem(name) {
      valuesBeside(name).delete(name);
    },
  };
}
