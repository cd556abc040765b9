import { parseCookie, stringifySetCookie } from 'cookie';
import { TmdbAuthError } from '../../errors.ts';
import type { StoragePort } from '../../ports.ts';
import { isNewer, parseRecord } from '../../record/session-record.ts';
import type { ServerSettings } from './options.ts';
import { endOf, join, NO_PARTS, PARTS, split } from './parts.ts';

/** The record of the browser that sent a request, as a storage that lives as long as the request. */
export interface Jar {
  storage: StoragePort;
  /**
   * The text of the record; its first reading is shared. Rejects with `storage_unavailable` or `record_newer`, neither
   * of which is the same as having no record.
   */
  open(): Promise<string | null>;
  /** Something was to be kept, and is not. */
  isLost(): boolean;
  /** The record has got a new name since this browser was told one, and is the same sign-in's. */
  hasFollowed(): boolean;
  /** The record has got a new name, and this browser will be told it by another answer: it must be told nothing else. */
  isMoved(): boolean;
  /** What the record is called in the store. */
  name(): string | null;
  /** What the browser is to keep from now on: values of `Set-Cookie`. None if nothing changed. */
  cookies(): Promise<string[]>;
}

/** The cookies of this name; `__Host-` keeps other hosts and plain http from setting them. */
export const nameOf = ({ cookieName, isSecure }: ServerSettings, part: string) =>
  `${isSecure ? '__Host-' : ''}${cookieName}.${part}`;

/**
 * The values of all cookies of that name, byte for byte; a parser alone would tell of the first one only. Other hosts
 * and other paths may have set some of them.
 */
export const cookiesNamed = (header: string | null, name: string): string[] => [
  ...new Set(header?.split(';').flatMap((pair) => parseCookie(pair, AS_IT_IS)[name] ?? [])),
];
const AS_IT_IS = { decode: (value: string) => value };

/** What a cookie can hold. Anything longer is none of ours, and not worth a decryption. */
const LONGEST_COOKIE = 4_000;

/**
 * What the cookie of that part says. Null if none can be opened, and if two can: one of them was planted, and which is
 * not to be told.
 */
export async function openCookie(
  settings: ServerSettings,
  part: string,
  header: string | null,
): Promise<string | null> {
  const sealed = cookiesNamed(header, nameOf(settings, part)).filter(
    ({ length }) => length <= LONGEST_COOKIE,
  );
  const opened = await Promise.all(sealed.map((each) => settings.seal.open(part, each)));
  const [only = null, ...others] = opened.filter((text) => text !== null);
  return others.length === 0 ? only : null;
}

/** Throws `record_newer`: what a newer version wrote is neither read nor removed. */
export function readable<Text extends string | null>(text: Text): Text {
  if (text !== null && isNewer(text)) throw new TmdbAuthError('record_newer');
  return text;
}

export const setCookie = (settings: ServerSettings, part: string, value: string, endsAt: number): string =>
  stringifySetCookie({
    name: nameOf(settings, part),
    value,
    path: '/',
    maxAge: Math.max(0, Math.ceil((endsAt - settings.client.clock.now()) / 1_000)),
    httpOnly: true,
    sameSite: 'lax',
    secure: settings.isSecure,
  });

/**
 * Everything in sealed cookies, and nothing on the server. Of a record only the parts that changed are written, so
 * that requests side by side do not undo each other: a sign-in that failed late takes no session away. A cookie that
 * cannot be opened is left alone: it may be another app's, or sealed by an instance with a newer secret.
 */
export function cookieJar(settings: ServerSettings, header: string | null): Jar {
  const { seal, client } = settings;
  const before = { ...NO_PARTS };
  let text: string | null = null;

  const read = async () => {
    for (const part of PARTS) before[part] = readable(await openCookie(settings, part, header));
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
    hasFollowed: () => false,
    isMoved: () => false,
    name: () => null,
    storage: {
      isSmall: true,
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
      const after = record ? split(record, before) : NO_PARTS;
      const now = client.clock.now();
      const changed: string[] = [];
      for (const part of PARTS) {
        const value = after[part];
        if (value === before[part]) continue;
        const endsAt = record && value ? endOf(part, record, now) : 0;
        const sealed = value ? await seal.close(part, value, endsAt) : '';
        if (sealed.length > LONGEST_COOKIE) throw new RangeError(`tmdb-auth: the ${part} cookie is too long`);
        changed.push(setCookie(settings, part, sealed, endsAt));
      }
      return changed;
    },
  };
}
