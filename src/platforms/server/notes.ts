import { authDelays } from '../../../machines/index.ts';
import { within } from '../../lib/within.ts';
import { digestOf } from './names.ts';
import type { ServerSettings, ServerStore } from './options.ts';
import { storeUnavailable } from './store-jar.ts';

/** Short-lived values: in the store if there is one, else in this instance only. */
export interface Notes {
  /** Keeps `value` for `ms`. Never rejects: after a failed write, `read` finds nothing. */
  keep(purpose: string, key: string, value: string, ms: number): Promise<void>;
  /** The value, or null if there is none, it has expired, or it cannot be read. */
  read(purpose: string, key: string): Promise<string | null>;
  /** Reads the value and removes it. In one process, only one caller gets it. */
  take(purpose: string, key: string): Promise<string | null>;
  /**
   * The same for a user who waits for the value. Reject with `storage_unavailable`: a store that cannot be read must not
   * look like a missing value.
   */
  strictly: Pick<Notes, 'read' | 'take'>;
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
  const place = store ?? memory(clock.now);
  const nameOf = async (purpose: string, key: string) => `tmdb-auth:${purpose}:${await digestOf(key)}`;
  const bounded = <T>(work: () => Promise<T>) => within(clock, authDelays.storageTimeout, work);

  const taking = new Set<string>();

  const get = async (purpose: string, key: string): Promise<string | null> => {
    const name = await nameOf(purpose, key);
    const sealed = await bounded(() => place.getItem(name));
    return typeof sealed === 'string' ? seal.open(name, sealed) : null;
  };
  const take = async (purpose: string, key: string): Promise<string | null> => {
    const name = await nameOf(purpose, key);
    if (taking.has(name)) return null;
    taking.add(name);
    try {
      const value = await get(purpose, key);
      if (value !== null) await bounded(() => place.removeItem(name));
      return value;
    } finally {
      taking.delete(name);
    }
  };
  const orNull = (found: Promise<string | null>) => found.catch(() => null);
  const orThrow = (found: Promise<string | null>) =>
    found.catch(() => {
      throw storeUnavailable();
    });

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
    read: (purpose, key) => orNull(get(purpose, key)),
    take: (purpose, key) => orNull(take(purpose, key)),
    strictly: {
      read: (purpose, key) => orThrow(get(purpose, key)),
      take: (purpose, key) => orThrow(take(purpose, key)),
    },
  };
}

/** Values of one purpose live about equally long, so that the oldest expires first. */
function memory(now: () => number): Pick<ServerStore, 'getItem' | 'setItem' | 'removeItem'> {
  const purposes = new Map<string, Map<string, { value: string; endsAt: number }>>();
  const valuesBeside = (name: string) => {
    const purpose = name.slice(0, name.lastIndexOf(':'));
    const values = purposes.get(purpose) ?? new Map<string, { value: string; endsAt: number }>();
    purposes.set(purpose, values);
    return values;
  };
  return {
    getItem: async (name) => valuesBeside(name).get(name)?.value ?? null,
    async setItem(name, value, { ttl } = { ttl: Number.POSITIVE_INFINITY }) {
      const values = valuesBeside(name);
      values.delete(name);
      values.set(name, { value, endsAt: now() + ttl * 1_000 });
      for (const [oldest, { endsAt }] of values) {
        if (endsAt > now() && values.size <= MOST) break;
        values.delete(oldest);
      }
    },
    async removeItem(name) {
      valuesBeside(name).delete(name);
    },
  };
}
