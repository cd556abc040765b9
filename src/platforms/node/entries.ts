import { TmdbAuthError } from '../../errors.ts';
import { randomHex } from './random-hex.ts';
import type { SecretsPort } from './secrets-port.ts';

/** The end of every call of the keychain, in ms. Shorter than a client waits for any storage (`storageTimeout`). */
const LIMIT = 3_000;
/** An entry that no file names was left by a process that was killed; within a day it may still be about to name it. */
const LEFT_BEHIND = 86_400_000;
/** Entries that only try a keychain out. */
const TEST = 'test#';

export const unavailable = (message: string) => new TmdbAuthError('storage_unavailable', { message });

const SILENT =
  "The system's keychain did not answer within 3 s. It may be waiting to be unlocked, or cannot be reached from here (SSH, a service). Unlock it and try again.";

export interface Entry {
  name: string;
  text: string;
}

/** The entries of one file. They never change: new secrets get a new name, which the file then tells. */
export interface Entries {
  read(name: string): Promise<string | null>;
  /** Resolves to the entry's name: the present one's if it holds just that. `present` is the entry that the file names. */
  write(text: string, present: string | null): Promise<string>;
  /** Removes an entry that the file no longer names, and all that killed processes left. Never rejects. */
  clean(old: string | null, present: string | null): Promise<void>;
}

export function createEntries(file: string, secrets: SecretsPort, limit: number = LIMIT): Entries {
  const own = `${file}#`;
  /** What was read once is not asked for again: a keychain that is locked later ends nothing. */
  let last: Entry | null = null;

  const remove = (name: string) => inTime(limit, (signal) => secrets.remove(name, signal)).catch(() => {});

  return {
    async read(name) {
      if (last?.name === name) return last.text;
      const text = await inTime(limit, (signal) => secrets.get(name, signal));
      if (text !== null) last = { name, text };
      return text;
    },
    async write(text, present) {
      const isOwn = present?.startsWith(own) === true;
      if (isOwn && last?.name === present && last.text === text) return present;
      // A folder that was moved here names entries of its old place, where another record may sweep them one day.
      const name = `${own}${stamp()}`;
      await inTime(limit, (signal) => secrets.set(name, text, signal));
      last = { name, text };
      return name;
    },
    async clean(old, present) {
      if (old === present) return;
      // A copied file names an entry of the original, which goes on needing it.
      if (old?.startsWith(own)) await remove(old);
      const isLeft = (name: string) =>
        name !== present &&
        (name.startsWith(own) || name.startsWith(TEST)) &&
        Date.now() - timeOf(name) > LEFT_BEHIND;
      const names = await inTime(limit, async (signal) => secrets.list?.(signal)).catch(() => {});
      for (const name of (names ?? []).filter(isLeft)) await remove(name);
    },
  };
}

/** Rejects if an entry cannot be written, read and removed now. */
export async function tryOut(secrets: SecretsPort): Promise<void> {
  const name = `${TEST}${stamp()}`;
  await inTime(LIMIT, (signal) => secrets.set(name, name, signal));
  const found = await inTime(LIMIT, (signal) => secrets.get(name, signal));
  await inTime(LIMIT, (signal) => secrets.remove(name, signal));
  if (found !== name) throw unavailable("The system's keychain does not give back what was written.");
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
