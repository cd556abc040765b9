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
   * The text of the record; the first read is shared. Rejects with `storage_unavailable` or `record_newer`: neither
   * means that there is no record.
   */
  open(): Promise<string | null>;
  /** A write failed, or has not finished. */
  isLost(): boolean;
  /** The record has a newer name than this browser's cookie, and belongs to the same sign-in. */
  hasFollowed(): boolean;
  /**
   * The record has a newer name, which this browser gets in another answer. This answer must not set another cookie.
   */
  isMoved(): boolean;
  /** The record's name in the store, or null. */
  name(): string | null;
  /** Values of `Set-Cookie`; none if nothing changed. */
  cookies(): Promise<string[]>;
}

/** The name of the cookie for `part`. With `__Host-`, other hosts and plain http cannot set it. */
export const nameOf = ({ cookieName, isSecure }: ServerSettings, part: string) =>
  `${isSecure ? '__Host-' : ''}${cookieName}.${part}`;

/**
 * The values of all cookies of that name, unchanged. A parser would return only the first, and other hosts or paths
 * may have set it.
 */
export const cookiesNamed = (header: string | null, name: string): string[] => [
  ...new Set(header?.split(';').flatMap((pair) => parseCookie(pair, AS_IT_IS)[name] ?? [])),
];
const AS_IT_IS = { decode: (value: string) => value };

/** Maximum length of a cookie's value. A longer one is not ours and is not decrypted. */
const LONGEST_COOKIE = 4_000;

/**
 * The opened cookie of that part. Null if none can be opened, or if two can: then one was planted, and we cannot tell
 * which.
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

/** Throws `record_newer` for a record of a newer version, which is neither read nor removed. */
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
 * Keeps the record in sealed cookies, and nothing on the server. Writes only the parts that changed, so that
 * concurrent requests do not undo each other: a sign-in that fails late removes no session. A cookie that cannot be
 * opened is left alone: it may belong to another app, or be sealed by an instance with a newer secret.
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
