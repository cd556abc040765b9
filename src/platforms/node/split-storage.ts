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
  /** Folder of the storage's files; with the key it names entries. */
  folder: string;
  secrets: SecretsPort;
  /** Told if secrets stay in the file, as `secrets` fails. Default: `console.warn`. */
  onWarning?: ((failure: Failure) => void) | undefined;
  /** End of every call of `secrets`, in ms. Default: `3000`. */
  limit?: number;
  /** Writes records whole again: the way back. Default: `false`. */
  isLeaving?: boolean;
}

type LockingStorage = StoragePort & Required<Pick<StoragePort, 'exclusively'>>;

/**
 * Keeps the secrets of every record in `secrets`, and all the rest in `storage`. New secrets get an entry of a new name,
 * the file then names it, and the old entry is removed last: a process that dies in between leaves facts and secrets
 * that belong together. Secrets found in the file are moved.
 */
export function splitStorage(storage: StoragePort, options: SplitOptions): LockingStorage {
  const { folder, secrets, onWarning = warnOnConsole, limit, isLeaving = false } = options;
  const known = new Map<string, Entries>();
  const hasTried = new Set<string>();
  /** Jobs that hold the lock, or wait for it. */
  let turns = 0;

  const fileOf = (key: string) => `${resolve(folder, key)}.json`;
  const entriesOf = (key: string): Entries => {
    const entries = known.get(key) ?? createEntries(fileOf(key), secrets, limit);
    known.set(key, entries);
    return entries;
  };

  const exclusively = async <T>(key: string, job: () => Promise<T>): Promise<T> => {
    turns += 1;
    try {
      return await (storage.exclusively ? storage.exclusively(key, job) : job());
    } finally {
      turns -= 1;
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
      // Another process may have replaced the entry in the meantime.
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

  /** Once: a keychain that does not answer is not asked with every read. The session goes on working where it is. */
  const moveSoon = (key: string) => {
    if (isLeaving || turns > 0 || hasTried.has(key)) return;
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

/** Writes the record again, so that its secrets are where `to` keeps them. */
export async function moveSecrets(
  to: Pick<LockingStorage, 'exclusively' | 'get' | 'set'>,
  key: string,
): Promise<void> {
  await to.exclusively(key, async () => {
    const text = await to.get(key);
    if (text !== null) await to.set(key, text);
  });
}

/** A storage whose records may have their secrets elsewhere: such a record is refused, and left as it is. */
export function wholeStorage(storage: StoragePort): StoragePort {
  return {
    ...storage,
    async get(key) {
      const text = await storage.get(key);
      if (keptIn(text) === null) return text;
      throw unavailable(ELSEWHERE);
    },
  };
}

const ELSEWHERE =
  'The session is in the system\'s keychain. Use it from there ("tmdb-auth keychain on", or secrets: keychain()), or move it back with "tmdb-auth keychain off".';

const lost = (file: string) =>
  `The system's keychain does not have the session that ${file} belongs to. If it is the right keychain, delete that file and sign in again.`;

const reasonOf = (error: unknown): Failure =>
  TmdbAuthError.is(error) ? error.failure : failure('storage_unavailable');
