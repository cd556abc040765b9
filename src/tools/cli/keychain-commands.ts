import { tryOut } from '../../platforms/node/entries.ts';
import { fileStorage } from '../../platforms/node/file-storage.ts';
import { keychain as systemKeychain } from '../../platforms/node/keychain.ts';
import { filesIn } from '../../platforms/node/profiles.ts';
import { keptIn, secretsOf } from '../../platforms/node/split-record.ts';
import { moveSecrets, splitStorage } from '../../platforms/node/split-storage.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';
import { folderOf, readSettings, writeSettings } from './settings.ts';

/** Moves the sessions of this folder into the system's keychain or back, and prints where they are. */
export async function keychain(invocation: Invocation): Promise<number> {
  const [wanted = 'status'] = invocation.args ?? [];
  switch (wanted) {
    case 'on':
      return turnOn(invocation);
    case 'off':
      return turnOff(invocation);
    case 'status':
      return status(invocation);
    default:
      throw new TypeError('Use: tmdb-auth keychain on, off or status.');
  }
}

/** Tests the keychain first: if it does not work, nothing is changed. */
async function turnOn(invocation: Invocation): Promise<number> {
  const folder = folderOf(invocation);
  const secrets = systemKeychain();
  await tryOut(secrets);
  await writeSettings(folder, { keychain: true });
  const storage = splitStorage(fileStorage(folder, { sharedFolder: true }), { folder, secrets });
  tell(invocation, true, await moveAll(invocation, 'file', storage));
  return EXIT.done;
}

/** Writes the setting last: until then sessions that are still in the keychain are found. */
async function turnOff(invocation: Invocation): Promise<number> {
  const folder = folderOf(invocation);
  const files = fileStorage(folder, { sharedFolder: true });
  const storage = splitStorage(files, { folder, secrets: systemKeychain(), isLeaving: true });
  const moved = await moveAll(invocation, 'keychain', storage);
  await writeSettings(folder, { keychain: false });
  tell(invocation, false, moved);
  return EXIT.done;
}

/** Moves the sessions and prints the records that cannot be read. Resolves to the number of moved sessions. */
async function moveAll(
  invocation: Invocation,
  from: 'file' | 'keychain',
  to: ReturnType<typeof splitStorage>,
): Promise<number> {
  const found = await records(folderOf(invocation));
  const keys = found.filter(({ place }) => place === from).map(({ key }) => key);
  for (const key of keys) await moveSecrets(to, key);
  for (const { key, place } of found) {
    if (place === 'unreadable') invocation.output.note(`${key}: unreadable, left as it is`, true);
  }
  return keys.length;
}

function tell({ output }: Invocation, isOn: boolean, moved: number) {
  output.json({ keychain: isOn, moved });
  output.say(`Sessions are kept in ${isOn ? "the system's keychain" : 'private files'}; moved: ${moved}`);
}

/** Exits with 1 if sessions are kept in a keychain that does not work now. */
async function status(invocation: Invocation): Promise<number> {
  const folder = folderOf(invocation);
  const { keychain: isOn = false } = await readSettings(folder);
  const found = await records(folder);
  const trouble = await tryOut(systemKeychain()).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const { output } = invocation;
  output.json({ keychain: isOn, works: trouble === null, trouble, records: found });
  output.say(`Sessions are kept in ${isOn ? "the system's keychain" : 'private files'}`);
  for (const { key, place } of found) output.say(`  ${key}: ${place}`);
  output.say(trouble ?? "The system's keychain works");
  const isNeeded = isOn || found.some(({ place }) => place === 'keychain');
  return trouble !== null && isNeeded ? EXIT.failed : EXIT.done;
}

interface Found {
  key: string;
  place: 'file' | 'keychain' | 'unreadable';
}

/** The records of this folder and the place of each session. */
async function records(folder: string): Promise<Found[]> {
  const { get } = fileStorage(folder, { sharedFolder: true });
  const keys = (await filesIn(folder)).flatMap((name) => keyOf(name) ?? []);
  const found = keys.map(async (key): Promise<Found | null> => {
    try {
      const text = await get(key);
      if (keptIn(text) !== null) return { key, place: 'keychain' };
      return text !== null && secretsOf(text) !== null ? { key, place: 'file' } : null;
    } catch {
      // Skip it and continue: the other records can still be moved.
      return { key, place: 'unreadable' };
    }
  });
  return (await Promise.all(found)).filter((record) => record !== null);
}

/** Null if the file is not a record. */
function keyOf(name: string): string | null {
  const [, encoded] = /^(tmdb-auth.*)\.json$/.exec(name) ?? [];
  try {
    return encoded === undefined ? null : decodeURIComponent(encoded);
  } catch {
    return null;
  }
}
