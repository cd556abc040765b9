import { resolve } from 'node:path';
import { type Failure, failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { warnOnConsole } from '../../options.ts';
import type { StoragePort } from '../../ports.ts';
import { createEntries, type Entries, unavailable } from './entries.ts';
import type { SecretsPort } from './secrets-port.ts';
import { joined, keptIn, secretsOf, split } from './split-record.ts';

/** Options of `splitStorage`. */
export interface SplitOptions {
  /** Folder of the storage's files. Folder and key make up the names of entries. */
  folder: string;
  secrets: SecretsPort;
  /** Called if secrets stay in the file because `secrets` failed. Default: `console.warn`. */
  onWarning?: ((failure: Failure) => void) | undefined;
  /** Time limit of each call to `secrets`, in ms. Default: `3000`. */
  limit?: number;
  /** Moves secrets back into the file. Default: `false`. */
  isLeaving?: boolean;
}

type LockingStorage = StoragePort & Required<Pick<StoragePort, 'exclusively'>>;

/**
 * Keeps the secrets of every record in `secrets`, and the rest in `storage`. New secrets get a new entry, then the
 * file names it, and the old entry is removed last: if the process dies in between, facts and secrets still match.
 * Secrets found in the file are moved.
 */
export function splitStorage(storage: StoragePort, options: SplitOptions): LockingStorage {
  const { folder, secrets, onWarning = warnOnConsole, limit, isLeaving = false } = options;
  const known = new Map<string, Entries>();
  const hasTried = new Set<string>();
  /** Number of jobs that hold the lock or wait for it. */
  let locking = 0;

  const fileOf = (key: string) => `${resolve(folder, key)}.json`;
  const entriesOf = (key: string): Entries => {
    const entries = known.get(key) ?? createEntries(fileOf(key), secrets, limit);
    known.set(key, entries);
    return entries;
  };

  const exclusively = async <T>(key: string, job: () => Promise<T>): Promise<T> => {
    locking += 1;
    try {
      return await (storage.exclusively ? storage.exclusively(key, job) : job());
    } finally {
      locking -= 1;
    }
  };

  const get = async (key: string): Promise<string | null> => {
    for (let before: string | null = null; ; ) {
      const text = await storage.get(key);
      const name = keptIn(text);
      if (text === null || name === null) {
        if (text !== null && secretsOf(text) !== null) moveSoon(key);
        return text;
      }
      const kept = await entriesOf(key).read(name);
      if (kept !== null) return joined(text, kept);
      // If the file names a new entry now, another process has replaced it: read again.
      if (name === before) throw unavailable(lost(fileOf(key)));
      before = name;
    }
  };

  const set = async (key: string, text: string): Promise<void> => {
    const { write, clean } = entriesOf(key);
    const before = keptIn(await storage.get(key));
    const kept = isLeaving ? null : secretsOf(text);
    const name = kept === null ? null : await write(kept, before);
    try {
      await storage.set(key, name === null ? text : split(text, name));
    } catch (error) {
      void clean(name, before);
      throw error;
    }
    void clean(before, name);
  };

  /**
   * Tries once, so that an unresponsive keychain does not slow down every read. Until then the session works from the
   * file.
   */
  const moveSoon = (key: string) => {
    if (isLeaving || locking > 0 || hasTried.has(key)) return;
    hasTried.add(key);
    moveSecrets({ exclusively, get, set }, key).catch((error) => onWarning(reasonOf(error)));
  };

  return {
    ...(storage.isSmall && { isSmall: true }),
    ...(storage.check && { check: storage.check }),
    exclusively,
    get,
    set,
    async remove(key) {
      const before = await Promise.resolve(storage.get(key)).then(keptIn, () => null);
      await storage.remove(key);
      await entriesOf(key).clean(before, null);
    },
  };
}

/** Rewrites the record, which moves its secrets to where `to` keeps them. */
export async function moveSecrets(
  to: Pick<LockingStorage, 'exclusively' | 'get' | 'set'>,
  key: string,
): Promise<void> {
  await to.exclusively(key, async () => {
    const text = await to.get(key);
    if (text !== null) await to.set(key, text);
  });
}

/** Refuses records with their secrets in a keychain, and leaves them as they are. */
export function wholeStorage(storage: StoragePort): StoragePort {
  return {
    ...storage,
    async get(key) {
      const text = await storage.get(key);
      if (keptIn(text) === null) return text;
      throw unavailable(IN_KEYCHAIN);
    },
  };
}

const IN_KEYCHAIN =
  'The session is in the system\'s keychain. Use the keychain ("tmdb-auth keychain on", or secrets: keychain()), or move the session back with "tmdb-auth keychain off".';

const lost = (file: string) =>
  `The system's keychain does not have the session that ${file} belongs to. If this is the right keychain, delete that file and sign in again.`;

const reasonOf = (error: unknown): Failure =>
  TmdbAuthError.is(error) ? error.failure : failure('storage_unavailable');
