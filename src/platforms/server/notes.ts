import { authDelays } from '../../../machines/index.ts';
import { within } from '../../lib/within.ts';
import { digestOf } from './names.ts';
import type { ServerSettings, ServerStore } from './options.ts';

/** What is remembered for a while: in the store if there is one, else in this instance only. */
export interface Notes {
  /** Keeps `value` for `ms`. Never rejects: what could not be kept is not there later. */
  keep(purpose: string, key: string, value: string, ms: number): Promise<void>;
  /** The value. Null if there is none, or it has ended, or cannot be read. */
  read(purpose: string, key: string): Promise<string | null>;
  /** The same, and forgets it. */
  take(purpose: string, key: string): Promise<string | null>;
}

/** As many of a purpose as an instance without a store remembers; the oldest make room. */
const MOST = 1_000;

/** Every note is under a name that tells nothing of its key, and sealed for that name. */
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
        // The request that is answered now does not need it.
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
