import { readdir } from 'node:fs/promises';
import { type Account, type Failure, failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { defaultStorageKey } from '../../options.ts';
import { isNewer, parseFacts } from '../../record/session-record.ts';
import { defaultFolder } from './default-folder.ts';
import { addressesFromEnvironment } from './environment.ts';
import { fileStorage } from './file-storage.ts';
import { keptIn, recordIn } from './split-record.ts';

/** The profile of a client that names none. */
export const DEFAULT_PROFILE = 'default';

/** What is stored of one profile. TMDB was not asked, nor was the keychain. */
export interface Profile {
  /** Its name: `default` for the record of clients that name no profile. */
  name: string;
  /** Who is signed in. `pending`: a sign-in is under way. `unreadable`: `failure` says why. */
  status: 'user' | 'guest' | 'pending' | 'signedOut' | 'unreadable';
  /** The user, or null where none is signed in, or not known yet. */
  account: Account | null;
  /** Where the session is. */
  secrets: 'file' | 'keychain';
  /** Why the record cannot be read, or null. */
  failure: Failure | null;
}

/** Options of `listProfiles`. */
export interface ListProfilesOptions {
  /** Folder of the records. Default: the user's own for configuration. */
  folder?: string;
  /** The TMDB they are for. Default: the environment's `TMDB_BASE_URL`, else `https://api.themoviedb.org`. */
  baseURL?: string;
}

/**
 * The profile's name as it is stored: case does not count, as not every file system knows it. Throws a `TypeError` for
 * anything but up to 40 letters, digits, `-` and `_`.
 */
export function profileNamed(name: string): string {
  if (/^[a-z\d_-]{1,40}$/i.test(name)) return name.toLowerCase();
  throw new TypeError(
    'tmdb-auth: a profile has a name of 1 to 40 characters: letters (a to z), digits, "-" and "_".',
  );
}

/** The key of a profile's record, beside that of clients without a profile. `~` is in no key of ours. */
export function profileKey(key: string, profile: string = DEFAULT_PROFILE): string {
  const name = profileNamed(profile);
  return name === DEFAULT_PROFILE ? key : `${key}~${name}`;
}

/**
 * The profiles that have a record, by name, the default one first. Resolves to none where there is no folder yet; rejects
 * if the folder cannot be read.
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

/** Names of files in that folder; none if there is no folder. */
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
