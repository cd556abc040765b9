import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultFolder } from '../../platforms/node/default-folder.ts';
import { keychain } from '../../platforms/node/keychain.ts';
import { readPrivate, writePrivate } from '../../platforms/node/private-file.ts';
import { DEFAULT_PROFILE, profileNamed } from '../../platforms/node/profiles.ts';
import type { SecretsPort } from '../../platforms/node/secrets-port.ts';
import type { Invocation } from './invocation.ts';

/** What the command remembers for this user, beside the records. No secret. */
export interface CommandSettings {
  /** The profile of commands that name none. */
  profile?: string;
  /** Sessions are kept in the system's keychain. */
  keychain?: boolean;
}

export const folderOf = ({ options }: Invocation): string => options.folder ?? defaultFolder();

const fileIn = (folder: string) => join(folder, 'settings');

/** What cannot be read as settings counts as none; a file of another user rejects, as a record would. */
export async function readSettings(folder: string): Promise<CommandSettings> {
  const text = await readPrivate(fileIn(folder));
  try {
    const { profile, keychain: isKept } = JSON.parse(text ?? '{}');
    return { ...(typeof profile === 'string' && { profile }), keychain: isKept === true };
  } catch {
    return {};
  }
}

export async function writeSettings(folder: string, changes: CommandSettings): Promise<void> {
  const settings = { ...(await readSettings(folder)), ...changes };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writePrivate(fileIn(folder), `${JSON.stringify(settings)}\n`);
}

/** The profile of this command, and where its session is kept. Throws a `TypeError` for a name that no profile has. */
export async function chosen(invocation: Invocation): Promise<{ profile: string; secrets?: SecretsPort }> {
  const settings = await readSettings(folderOf(invocation));
  const name =
    invocation.options.profile ?? (process.env.TMDB_AUTH_PROFILE || settings.profile || DEFAULT_PROFILE);
  return { profile: profileNamed(name), ...(settings.keychain && { secrets: keychain() }) };
}
