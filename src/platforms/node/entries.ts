import { randomBytes } from 'node:crypto';
import { TmdbAuthError } from '../../errors.ts';
import type { SecretsPort } from './secrets-port.ts';

/** The end of every call of the keychain, in ms. Shorter than a client waits for any storage (`storageTimeout`). */
const LIMIT = 3_000;
/** An entry that no file names was left by a process that was killed; within a day it may still be about to name it. */
const LEFT_BEHIND = 86_400_000;

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
  /** Removes an entry that the file no longer names, and what killed processes left. Never rejects. */
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
      if (last && last.name === present && last.text === text) return present;
      const family = present?.startsWith(own) ? familyOf(present) : `${own}${random()}.`;
      const name = `${family}${Date.now()}.${random()}`;
      await inTime(limit, (signal) => secrets.set(name, text, signal));
      last = { name, text };
      return name;
    },
    async clean(old, present) {
      // A copied file names an entry of the original, which goes on needing it.
      if (!old?.startsWith(own) || old === present) return;
      await remove(old);
      const isLeft = (name: string) =>
        name !== present && name.startsWith(familyOf(old)) && Date.now() - timeOf(name) > LEFT_BEHIND;
      const names = await inTime(limit, async (signal) => secrets.list?.(signal)).catch(() => {});
      for (const name of (names ?? []).filter(isLeft)) await remove(name);
    },
  };
}

/** Rejects if an entry cannot be written, read and removed now. */
export async function tryOut(secrets: SecretsPort): Promise<void> {
  const name = `test#${random()}`;
  await inTime(LIMIT, (signal) => secrets.set(name, name, signal));
  const found = await inTime(LIMIT, (signal) => secrets.get(name, signal));
  await inTime(LIMIT, (signal) => secrets.remove(name, signal));
  if (found !== name) throw unavailable("The system's keychain does not give back what was written.");
}

const random = () => randomBytes(6).toString('hex');
/** `<file>#<random>.<epoch ms>.<random>`: without the last two. */
const familyOf = (name: string) => `${name.split('.').slice(0, -2).join('.')}.`;
const timeOf = (name: string) => Number(name.split('.').at(-2));

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
