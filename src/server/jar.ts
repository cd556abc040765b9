import type { StoragePort } from '../ports.ts';
import { parseRecord } from '../session-record.ts';
import type { ServerSettings } from './options.ts';
import { endOf, join, NO_PARTS, PARTS, split } from './parts.ts';

/** The record of whoever sent a request, as a storage that lives as long as the request. */
export interface Jar {
  storage: StoragePort;
  /**
   * The text of the record, read once for whoever asks at the beginning. Rejects with `storage_unavailable`: nobody
   * knows then who this is, which is not the same as nobody.
   */
  open(): Promise<string | null>;
  /** Something was to be kept, and is not. */
  isLost(): boolean;
  /** What the browser is to keep from now on: values of `Set-Cookie`. None if nothing changed. */
  cookies(): Promise<string[]>;
}

/** The cookies of this name; `__Host-` keeps other hosts and plain http from setting them. */
export const nameOf = ({ cookieName, isSecure }: ServerSettings, part: string) =>
  `${isSecure ? '__Host-' : ''}${cookieName}.${part}`;

/** The first cookie of that name, if it is short enough to be ours. */
export function cookieOf(header: string | null, name: string): string | null {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/** What a cookie can hold. Anything longer is none of ours, and not worth a decryption. */
const LONGEST_COOKIE = 4_000;

/** What a cookie says, or null. */
export const openCookie = async ({ seal }: ServerSettings, part: string, sealed: string) =>
  sealed.length > LONGEST_COOKIE ? null : seal.open(part, sealed);

export function setCookie(settings: ServerSettings, part: string, value: string, endsAt: number): string {
  const maxAge = Math.max(0, Math.ceil((endsAt - settings.client.clock.now()) / 1_000));
  const secure = settings.isSecure ? '; Secure' : '';
  return `${nameOf(settings, part)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}

/**
 * Everything in sealed cookies, and nothing on the server. Of a record only the parts that changed are written, so
 * that requests side by side do not undo each other: a sign-in that failed late takes no session away.
 */
export function cookieJar(settings: ServerSettings, header: string | null): Jar {
  const { seal, client } = settings;
  const before = { ...NO_PARTS };
  const isUnreadable = new Set<string>();
  let text: string | null = null;

  const read = async () => {
    for (const part of PARTS) {
      const sealed = cookieOf(header, nameOf(settings, part));
      if (sealed === null) continue;
      before[part] = await openCookie(settings, part, sealed);
      if (before[part] === null) isUnreadable.add(part);
    }
    text = join(before);
  };
  let isRead: Promise<void> | undefined;
  const get = async () => {
    isRead ??= read();
    await isRead;
    return text;
  };

  return {
    open: get,
    isLost: () => false,
    storage: {
      get,
      set(_key, value) {
        text = value;
      },
      remove() {
        text = null;
      },
    },
    async cookies() {
      const record = text === null ? null : parseRecord(text);
      const after = record ? split(record) : NO_PARTS;
      const now = client.clock.now();
      const changed: string[] = [];
      for (const part of PARTS) {
        const value = after[part];
        if (value === before[part] && !isUnreadable.has(part)) continue;
        const endsAt = record && value ? endOf(part, record, now) : 0;
        const sealed = value ? await seal.close(part, value, endsAt) : '';
        if (sealed.length > LONGEST_COOKIE) throw new RangeError(`tmdb-auth: the ${part} cookie is too long`);
        changed.push(setCookie(settings, part, sealed, endsAt));
      }
      return changed;
    },
  };
}
