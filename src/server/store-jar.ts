import { authDelays } from '../../machines/index.ts';
import { TmdbAuthError } from '../errors.ts';
import type { SessionRecord } from '../session-record.ts';
import { parseRecord } from '../session-record.ts';
import { within } from '../within.ts';
import { cookieOf, type Jar, nameOf, openCookie, setCookie } from './jar.ts';
import type { ServerSettings, ServerStore } from './options.ts';
import { endOf, PARTS, split } from './parts.ts';

const RECORD = 'tmdb-auth:record:';
const ACCOUNT = 'tmdb-auth:account:';
export const away = () =>
  new TmdbAuthError('storage_unavailable', {
    message: 'The place where sign-ins are kept does not work now. Try again later.',
  });
/** Good under its own name only: who can write to the store cannot copy a record. */
const purposeOf = (name: string) => `record:${name}`;

export interface StoreJar extends Jar {
  /** Every record in which this account is signed in. */
  recordsOf(accountId: number): Promise<Jar[]>;
}

/** The record in a store, sealed, and only its name in a sealed cookie. Claims reach every instance. */
export function storeJar(settings: ServerSettings, store: ServerStore, header: string | null): StoreJar {
  const sealed = cookieOf(header, nameOf(settings, 'id'));
  const opened = sealed ? openCookie(settings, 'id', sealed) : Promise.resolve(null);
  const named = opened.then((name) => (name && NAME.test(name) ? name : null));
  const jar = recordJar(settings, store, named);
  return {
    ...jar,
    async recordsOf(accountId) {
      const base = `${ACCOUNT}${accountId}:`;
      const keys = await store.getKeys(base);
      return keys.map((key) =>
        recordJar(settings, store, Promise.resolve(key.slice(key.lastIndexOf(':') + 1))),
      );
    },
  };
}

function recordJar(settings: ServerSettings, store: ServerStore, named: Promise<string | null>): Jar {
  const { seal, client } = settings;
  let id: string | null = null;
  let before: SessionRecord | null = null;
  let hasChanged = false;

  const read = async () => {
    const name = await named;
    const found = name && (await store.getItem(RECORD + name));
    const text = name && typeof found === 'string' ? await seal.open(purposeOf(name), found) : null;
    id ??= name;
    before = text === null ? null : parseRecord(text);
    // Nothing is behind that name any more.
    if (name && text === null) hasChanged = true;
    return text;
  };

  let opened: Promise<string | null> | null = null;
  let isLost = false;
  /** A write is done by a read that looks for others, and then the writing. What hangs is lost until it is done. */
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    const wasLost = isLost;
    isLost = true;
    const done = await work();
    isLost = wasLost;
    return done;
  };
  const keep = async (work: () => Promise<void>) => {
    await attempt(work);
    isLost = false;
  };

  const endOfAll = (record: SessionRecord) => {
    const parts = split(record);
    const now = client.clock.now();
    return Math.max(now, ...PARTS.filter((part) => parts[part]).map((part) => endOf(part, record, now)));
  };

  const forget = async (name: string, record: SessionRecord | null) => {
    await store.removeItem(RECORD + name);
    const account = record?.facts.account;
    if (account) await store.removeItem(`${ACCOUNT}${account.id}:${name}`);
  };

  const write = async (text: string) => {
    const record = parseRecord(text);
    if (!record) throw new TypeError('tmdb-auth: not a record');
    const old = id;
    // A sign-in begins under a new name: one that was planted in this browser leads nowhere.
    const isNewSignIn = record.facts.token?.requestedAt !== before?.facts.token?.requestedAt;
    if (old === null || (record.facts.token && isNewSignIn)) id = newName();
    const name = id as string;
    const endsAt = endOfAll(record);
    const options = { ttl: Math.ceil((endsAt - client.clock.now()) / 1_000) };
    await store.setItem(RECORD + name, await seal.close(purposeOf(name), text, endsAt), options);
    const { account } = record.facts;
    if (account) await store.setItem(`${ACCOUNT}${account.id}:${name}`, 'here', options);
    if (old !== null && old !== name) await forget(old, before);
    before = record;
    hasChanged = true;
  };

  return {
    open() {
      opened ??= within(client.clock, authDelays.storageTimeout, read).catch(() => {
        throw away();
      });
      return opened;
    },
    isLost: () => isLost,
    storage: {
      get() {
        const first = opened;
        opened = null;
        return first ?? attempt(read);
      },
      set: (_key, text) => keep(() => write(text)),
      remove: () =>
        keep(async () => {
          if (id !== null) await forget(id, before);
          before = null;
          hasChanged = true;
        }),
      exclusively: (_key, job) => inTurn(id, job),
    },
    async cookies() {
      if (!hasChanged) return [];
      if (!before || id === null) return [setCookie(settings, 'id', '', 0)];
      const endsAt = endOfAll(before);
      return [setCookie(settings, 'id', await seal.close('id', id, endsAt), endsAt)];
    },
  };
}

const queues = new Map<string, Promise<unknown>>();

/** Requests for one record, in one process, read and write one after another. */
async function inTurn<T>(name: string | null, job: () => Promise<T>): Promise<T> {
  if (name === null) return job();
  const run = (queues.get(name) ?? Promise.resolve()).then(job);
  const tail = run.catch(() => {});
  queues.set(name, tail);
  try {
    return await run;
  } finally {
    if (queues.get(name) === tail) queues.delete(name);
  }
}

const NAME = /^[0-9a-f]{32}$/;

/** 128 bits that nobody guesses. */
function newName(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
