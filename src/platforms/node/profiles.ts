import { readdir } from 'node:fs/promises';
import { type Account, type Failure, failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { defaultStorageKey } from '../../options.ts';
import { isNewer, parseFacts } from '../../record/session-record.ts';
import { defaultFolder } from './default-folder.ts';
import { addressesFromEnvironment } from './environment.ts';
import { fileStorage } from './file-storage.ts';
import { keptIn, recordIn } from './split-record.ts';

/** The profile of a client without the option `profile`. */
export const DEFAULT_PROFILE = 'default';

/** One stored profile. Neither TMDB nor the keychain was asked. */
export interface Profile {
  /** Its name; `default` for clients without a profile. */
  name: string;
  /** `pending`: a sign-in is under way. `unreadable`: `failure` says why. */
  status: 'user' | 'guest' | 'pending' | 'signedOut' | 'unreadable';
  /** The user's account, or null if no user is signed in or it is not known yet. */
  account: Account | null;
  /** Where the session is stored. */
  secrets: 'file' | 'keychain';
  /** Why the record cannot be read, or null. */
  failure: Failure | null;
}

/** Options of `listProfiles`. */
export interface ListProfilesOptions {
  /** Folder of the records. Default: the user's configuration folder. */
  folder?: string;
  /**
   * The API that the profiles belong to. Default: the environment's `TMDB_BASE_URL`, else
   * `https://api.themoviedb.org`.
   */
  baseURL?: string;
}

/**
 * The profile's name in lower case, as some file systems ignore case. Throws a `TypeError` for anything but 1 to 40
 * letters, digits, `-` and `_`.
 */
export function profileNamed(name: string): string {
  if (/^[a-z\d_-]{1,40}$/i.test(name)) return name.toLowerCase();
  throw new TypeError(
    'tmdb-auth: a profile name has 1 to 40 characters: letters (a to z), digits, "-" and "_".',
  );
}

/** The key of a profile's record. No default key contains `~`. */
export function profileKey(key: string, profile: string = DEFAULT_PROFILE): string {
  const name = profileNamed(profile);
  return name === DEFAULT_PROFILE ? key : `${key}~${name}`;
}

/**
 * Lists the profiles that have a record, sorted by name, the default one first. Empty if the folder does not exist;
 * rejects if it cannot be read.
 *
 * @example
 * ```ts
 * import { listProfiles } from 'tmdb-auth/node';
 *
 * for (const { name, account } of await listProfiles()) console.log(name, account?.username);
 * ```
 */
export async function listProfiles(options: ListProfilesOptions = {}): Promise<Profile[]> {
  const { folder = defaultFolder(), baseURL = addressesFromEnvironment().baseURL } = options;
  const key = defaultStorageKey(baseURL);
  const names = (await filesIn(folder)).flatMap((file) => nameOf(file, key) ?? []);
  const others = names.filter((name) => name !== DEFAULT_PROFILE).sort();
  const inOrder = names.includes(DEFAULT_PROFILE) ? [DEFAULT_PROFILE, ...others] : others;
  const { get } = fileStorage(folder, { sharedFolder: true });
  const found = inOrder.map(async (name) => {
    try {
      return profileOf(name, await get(profileKey(key, name)));
    } catch (error) {
      return unreadable(name, reasonOf(error));
    }
  });
  return (await Promise.all(found)).filter((profile) => profile !== null);
}

/** The names of the files in that folder; empty if it does not exist. */
export async function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

function nameOf(file: string, key: string): string | null {
  if (file === `${key}.json`) return DEFAULT_PROFILE;
  const name = file.startsWith(`${key}~`) && /^[a-z\d_-]{1,40}(?=\.json$)/.exec(file.slice(key.length + 1));
  return name ? name[0] : null;
}

const BROKEN = 'The stored record is not readable.';

const reasonOf = (error: unknown): Failure =>
  TmdbAuthError.is(error) ? error.failure : failure('storage_unavailable');

const unreadable = (name: string, reason: Failure): Profile => ({
  name,
  status: 'unreadable',
  account: null,
  secrets: 'file',
  failure: reason,
});

/** Null if the record was removed in the meantime. */
function profileOf(name: string, text: string | null): Profile | null {
  if (text === null) return null;
  const record = recordIn(text);
  const facts = parseFacts(record?.facts);
  if (isNewer(JSON.stringify(record))) return unreadable(name, failure('record_newer'));
  if (!facts) return unreadable(name, failure('storage_unavailable', { message: BROKEN }));
  const { session, access, account, guest, token } = facts;
  const isAlive = (end: number) => end > Date.now();
  const isGuest = guest !== null && isAlive(guest.used ? guest.expiresAt : guest.unusedUntil);
  const isPending = access !== null || (token !== null && isAlive(token.expiresAt));
  const status = session ? 'user' : isGuest ? 'guest' : isPending ? 'pending' : 'signedOut';
  const secrets = keptIn(text) === null ? 'file' : 'keychain';
  return { name, status, account: session && account, secrets, failure: null };
}
