import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TmdbAuthError } from '../../errors.ts';
import { defaultFolder } from '../../platforms/node/default-folder.ts';
import { keychain } from '../../platforms/node/keychain.ts';
import { readPrivate, writePrivate } from '../../platforms/node/private-file.ts';
import { DEFAULT_PROFILE, profileNamed } from '../../platforms/node/profiles.ts';
import type { SecretsPort } from '../../platforms/node/secrets-port.ts';
import { assertWritable } from '../../platforms/node/writable-folder.ts';
import type { Invocation } from './invocation.ts';

/** Settings of the command, stored beside the records. They hold no secret. */
export interface CommandSettings {
  /** The profile of commands without `--profile`. */
  profile?: string;
  /** Sessions are kept in the system's keychain. */
  keychain?: boolean;
}

export const folderOf = ({ options }: Invocation): string => options.folder ?? defaultFolder();

/** Null for a user without a home folder: a command that needs the record reports it. */
function folderIfAny(invocation: Invocation): string | null {
  try {
    return folderOf(invocation);
  } catch {
    return null;
  }
}

const fileIn = (folder: string) => join(folder, 'settings');

/** Rejects with `storage_unavailable` if the file is broken: defaults could use the wrong profile. */
export async function readSettings(folder: string): Promise<CommandSettings> {
  const file = fileIn(folder);
  const text = await readPrivate(file).catch((error: NodeJS.ErrnoException) => {
    // The folder is a file: reading the record reports it.
    if (error.code === 'ENOTDIR') return null;
    throw error;
  });
  try {
    const { profile, keychain: isKept } = JSON.parse(text ?? '{}');
    return { ...(typeof profile === 'string' && { profile }), keychain: isKept === true };
  } catch {
    const message = `${file} is broken. Delete it: it holds only the default profile and whether the keychain is used.`;
    throw new TmdbAuthError('storage_unavailable', { message });
  }
}

export async function writeSettings(folder: string, changes: CommandSettings): Promise<void> {
  const settings = { ...(await readSettings(folder)), ...changes };
  await assertWritable(folder, 'this setting');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writePrivate(fileIn(folder), `${JSON.stringify(settings)}\n`);
}

/** The profile of this command, and the store of its secrets. Throws a `TypeError` for an invalid profile name. */
export async function chosen(invocation: Invocation): Promise<{ profile: string; secrets?: SecretsPort }> {
  const folder = folderIfAny(invocation);
  const settings = folder === null ? {} : await readSettings(folder);
  return {
    profile: profileOf(invocation, settings, folder),
    ...(settings.keychain && { secrets: keychain() }),
  };
}

function profileOf({ options }: Invocation, settings: CommandSettings, folder: string | null): string {
  const { TMDB_AUTH_PROFILE } = process.env;
  if (options.profile !== undefined) return profileNamed(options.profile);
  if (TMDB_AUTH_PROFILE) return named(TMDB_AUTH_PROFILE, 'It comes from TMDB_AUTH_PROFILE.');
  if (!settings.profile) return DEFAULT_PROFILE;
  return named(settings.profile, `It comes from ${fileIn(folder ?? '')}; "tmdb-auth switch" changes it.`);
}

function named(name: string, origin: string): string {
  try {
    return profileNamed(name);
  } catch (error) {
    throw new TypeError(`${(error as Error).message} ${JSON.stringify(name)} is not one. ${origin}`);
  }
}
