import { authDelays } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { within } from '../../lib/within.ts';
import type { SessionRecord } from '../../record/session-record.ts';
import { parseRecord } from '../../record/session-record.ts';
import { sameSecret } from '../../tmdb/approval.ts';
import { type Jar, openCookie, readable, setCookie } from './jar.ts';
import { isRandomName, randomName, stateIn } from './names.ts';
import type { ServerSettings, ServerStore } from './options.ts';
import { endOfRecord } from './parts.ts';

const RECORD = 'tmdb-auth:record:';
const ACCOUNT = 'tmdb-auth:account:';
export const storeUnavailable = () =>
  new TmdbAuthError('storage_unavailable', {
    message: 'The session store is unavailable. Try again later.',
  });
export const isRecordNewer = (error: unknown) => TmdbAuthError.is(error) && error.code === 'record_newer';
/** Seals a record for its own name: a copy under another name cannot be opened. */
const purposeOf = (name: string) => `record:${name}`;

export interface StoreJar extends Jar {
  /** Every record in which this account is signed in. */
  recordsOf(accountId: number): Promise<Jar[]>;
}

/** Keeps the record sealed in a store, and only its name in a sealed cookie. Claims reach every instance. */
export function storeJar(
  settings: ServerSettings,
  store: ServerStore,
  header: string | null,
  presented: readonly string[] = [],
): StoreJar {
  const named = openCookie(settings, 'id', header).then((name) => (name && isRandomName(name) ? name : null));
  const jar = recordJar(settings, store, named, presented);
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

/** Removes a record by its name: its browser is signed out at its next request. */
export async function removeRecord(
  settings: ServerSettings,
  store: ServerStore,
  name: string,
): Promise<void> {
  const jar = recordJar(settings, store, Promise.resolve(name));
  await jar.open();
  await jar.storage.remove('');
}

function recordJar(
  settings: ServerSettings,
  store: ServerStore,
  named: Promise<string | null>,
  presented: readonly string[] = [],
): Jar {
  const { seal, client } = settings;
  let id: string | null = null;
  let before: SessionRecord | null = null;
  let hasChanged = false;

  /** The text under that name: a record, or a note with the record's new name. */
  const readNamed = async (name: string): Promise<string | null> => {
    const found = await store.getItem(RECORD + name);
    return typeof found === 'string' ? readable(await seal.open(purposeOf(name), found)) : null;
  };

  const read = async () => {
    let name = id ?? (await named);
    let text = name && (await readNamed(name));
    for (let note = noteIn(text); note !== null && mayFollow(note); note = noteIn(text)) {
      // A return is followed once. A waiting request may run beside others that need the note, too.
      if (!isWaiting()) await store.removeItem(RECORD + name);
      hasFollowed = true;
      hasChanged = true;
      name = note.movedTo;
      text = await readNamed(name);
    }
    id = name;
    isMoved = noteIn(text) !== null;
    before = text === null ? null : parseRecord(text);
    return before && text;
  };

  let hasFollowed = false;
  let isMoved = false;
  /**
   * A record gets a new name with its session. Two kinds of requests may follow it: one that has read the pending
   * sign-in and waits for its session, and a return that presents the sign-in's token or `state` (if the instance
   * died, its browser never got the new name). A planted name alone is not enough.
   */
  const mayFollow = ({ knownBy }: Note) =>
    hasFollowed ||
    isWaiting() ||
    knownBy.some((secret) => presented.some((each) => sameSecret(each, secret)));
  const isWaiting = () => before !== null && (before.facts.token ?? before.facts.access) !== null;

  let opened: Promise<string | null> | null = null;
  let isLost = false;
  /** A write first reads what others wrote. While either step hangs, the write counts as lost. */
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

  const endOfAll = (record: SessionRecord) => endOfRecord(record, client.clock.now());

  const forget = async (name: string, record: SessionRecord | null, hasNote = false) => {
    if (!hasNote) await store.removeItem(RECORD + name);
    const account = record?.facts.account;
    if (account) await store.removeItem(`${ACCOUNT}${account.id}:${name}`);
  };

  const leaveNote = async (old: string, movedTo: string, secrets: SessionRecord['secrets'] | undefined) => {
    const { requestToken = null, redirectTo = null } = secrets ?? {};
    const knownBy = [requestToken, stateIn(redirectTo)].filter((each) => each !== null);
    const endsAt = client.clock.now() + NOTE_LASTS;
    const note = await seal.close(purposeOf(old), JSON.stringify({ movedTo, knownBy }), endsAt);
    await store.setItem(RECORD + old, note, { ttl: NOTE_LASTS / 1_000 });
  };

  const write = async (text: string) => {
    const record = parseRecord(text);
    if (!record) throw new TypeError('tmdb-auth: not a record');
    const old = id;
    // A new record, a new sign-in and a new session each get a new name, so that a planted name is useless.
    const isNew = (fact: 'token' | 'access' | 'session') =>
      isNewFact(record.facts[fact], before?.facts[fact]);
    const hasMoved = isNew('access') || isNew('session');
    if (before === null || isNew('token') || hasMoved) id = randomName();
    const name = id as string;
    const endsAt = endOfAll(record);
    const options = { ttl: Math.ceil((endsAt - client.clock.now()) / 1_000) };
    await store.setItem(RECORD + name, await seal.close(purposeOf(name), text, endsAt), options);
    const { account } = record.facts;
    if (account) await store.setItem(`${ACCOUNT}${account.id}:${name}`, 'here', options);
    if (old !== null && old !== name) {
      if (hasMoved) await leaveNote(old, name, before?.secrets);
      await forget(old, before, hasMoved);
    }
    before = record;
    hasChanged = true;
  };

  return {
    open() {
      opened ??= within(client.clock, authDelays.storageTimeout, read).catch((error) => {
        throw isRecordNewer(error) ? error : storeUnavailable();
      });
      return opened;
    },
    isLost: () => isLost,
    hasFollowed: () => hasFollowed,
    isMoved: () => isMoved,
    name: () => (before ? id : null),
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
      exclusively: (_key, job) => queued(id, job),
    },
    async cookies() {
      if (!hasChanged) return [];
      if (!before || id === null) return [setCookie(settings, 'id', '', 0)];
      const endsAt = endOfAll(before);
      return [setCookie(settings, 'id', await seal.close('id', id, endsAt), endsAt)];
    },
  };
}

/** Lifetime of a note, in ms: longer than the requests of a sign-in take. */
const NOTE_LASTS = 60_000;

/** Left under a record's old name: its new name, and the token or `state` that identifies its sign-in in a return. */
interface Note {
  movedTo: string;
  knownBy: string[];
}

function noteIn(text: string | null): Note | null {
  const { movedTo, knownBy } = text === null ? {} : (JSON.parse(text) as Partial<Note>);
  return movedTo !== undefined && isRandomName(movedTo) && knownBy ? { movedTo, knownBy } : null;
}

const isNewFact = (now: Times | null, before: Times | null | undefined) =>
  now !== null && (now.createdAt ?? now.requestedAt) !== (before?.createdAt ?? before?.requestedAt);
type Times = { createdAt?: number; requestedAt?: number };

const queues = new Map<string, Promise<unknown>>();

/** Runs the jobs of one process for the same record one after another. */
export async function queued<T>(name: string | null, job: () => Promise<T>): Promise<T> {
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
