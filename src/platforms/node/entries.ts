import { TmdbAuthError } from '../../errors.ts';
import { randomHex } from './random-hex.ts';
import type { SecretsPort } from './secrets-port.ts';

/** Time limit of each call to the keychain, in ms. Shorter than the client's `storageTimeout`. */
const LIMIT = 3_000;
/**
 * An entry that no file names and that is older than this, in ms, was left by a killed process. A younger one may
 * belong to a process that is about to write its file.
 */
const LEFT_BEHIND = 86_400_000;
/** Prefix of entries that only test a keychain. */
const TEST = 'test#';

export const unavailable = (message: string) => new TmdbAuthError('storage_unavailable', { message });

const SILENT =
  "The system's keychain did not answer within 3 s. It may be waiting to be unlocked, or cannot be reached from here (SSH, a service). Unlock it and try again.";

export interface Entry {
  name: string;
  text: string;
}

/**
 * The keychain entries of one file. Entries never change: new secrets get a new entry, and the file then names it.
 */
export interface Entries {
  read(name: string): Promise<string | null>;
  /** Resolves to the entry's name. `current`: the entry that the file names; it is reused if it holds the same text. */
  write(text: string, current: string | null): Promise<string>;
  /** Removes the entry `old`, which the file no longer names, and entries left by killed processes. Never rejects. */
  clean(old: string | null, current: string | null): Promise<void>;
}

export function createEntries(file: string, secrets: SecretsPort, limit: number = LIMIT): Entries {
  const own = `${file}#`;
  /** Cached, so that a keychain that is locked later does not end the session. */
  let last: Entry | null = null;

  const remove = (name: string) => inTime(limit, (signal) => secrets.remove(name, signal)).catch(() => {});

  return {
    async read(name) {
      if (last?.name === name) return last.text;
      const text = await inTime(limit, (signal) => secrets.get(name, signal));
      if (text !== null) last = { name, text };
      return text;
    },
    async write(text, current) {
      const isOwn = current?.startsWith(own) === true;
      if (isOwn && last?.name === current && last.text === text) return current;
      // A moved folder still names entries of its old path, which a new record there could remove.
      const name = `${own}${stamp()}`;
      await inTime(limit, (signal) => secrets.set(name, text, signal));
      last = { name, text };
      return name;
    },
    async clean(old, current) {
      if (old === current) return;
      // A copied file names an entry that the original still needs.
      if (old?.startsWith(own)) await remove(old);
      const isLeft = (name: string) =>
        name !== current &&
        (name.startsWith(own) || name.startsWith(TEST)) &&
        Date.now() - timeOf(name) > LEFT_BEHIND;
      const names = await inTime(limit, async (signal) => secrets.list?.(signal)).catch(() => {});
      for (const name of (names ?? []).filter(isLeft)) await remove(name);
    },
  };
}

/** Tests the keychain: writes, reads and removes an entry. Rejects if any of these fails. */
export async function tryOut(secrets: SecretsPort): Promise<void> {
  const name = `${TEST}${stamp()}`;
  await inTime(LIMIT, (signal) => secrets.set(name, name, signal));
  const found = await inTime(LIMIT, (signal) => secrets.get(name, signal));
  await inTime(LIMIT, (signal) => secrets.remove(name, signal));
  if (found !== name) throw unavailable("The system's keychain does not return what was written.");
}

const stamp = () => `${Date.now()}.${randomHex(6)}`;
/** `<file>#<epoch ms>.<random>`. */
const timeOf = (name: string) => Number(name.slice(name.lastIndexOf('#') + 1).split('.')[0]);

function inTime<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(unavailable(SILENT));
      end.abort();
    }, limit);
    work(end.signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
