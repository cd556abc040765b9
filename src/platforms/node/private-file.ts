import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { TmdbAuthError } from '../../errors.ts';
import { randomHex } from './random-hex.ts';

/** Follows no link, and does not wait for the writer of a pipe. Windows has neither flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const refused = (message: string) => new TmdbAuthError('storage_unavailable', { message });

/** Root can read and replace every file anyway. Windows has no user ids. */
export function isOwn(owner: number): boolean {
  const user = process.geteuid?.();
  return user === undefined || owner === user || owner === 0;
}

/**
 * The file's text, or null if there is none. Rejects with `storage_unavailable`, naming the file, if it is a link,
 * belongs to another user or cannot be opened by this one.
 */
export async function readPrivate(file: string): Promise<string | null> {
  const handle = await open(file, READ).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw explained(file, error);
  });
  if (!handle) return null;
  try {
    // The open file is asked, as its name may lead to another one by now.
    const found = await handle.stat();
    if (!found.isFile()) throw refused(`${file} is not a regular file. Move it away.`);
    if (!isOwn(found.uid)) {
      throw refused(`${file} belongs to another user. Delete it, or make it yours with chown.`);
    }
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

function explained(file: string, error: NodeJS.ErrnoException): Error {
  switch (error.code) {
    case 'ELOOP': // Linux, macOS
    case 'EMLINK': // FreeBSD
      return refused(`${file} is a link. Put the file itself there; its folder may be a link.`);
    case 'EACCES':
    case 'EPERM':
      return refused(
        `This user may not read ${file} (${error.code}). If it was made with sudo, delete it or make it yours with chown.`,
      );
    default:
      return error;
  }
}

/**
 * Writes the file whole or not at all, for its owner alone. The text goes to a new file first, whose random name
 * nobody can guess and plant a link at. Rejects as `readPrivate` does if the present file is not this user's.
 */
export async function writePrivate(file: string, text: string): Promise<void> {
  await readPrivate(file);
  const temporary = `${file}.${Number.parseInt(randomHex(6), 16)}`;
  try {
    await writeFile(temporary, text, { flag: 'wx', mode: 0o600, flush: true });
    await replace(file, temporary);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Windows refuses to replace a file while another process (a virus scanner, an indexer) has it open. */
const BUSY = ['EPERM', 'EACCES', 'EBUSY'];
const TRIES = 20;
const TRY_AGAIN = 50;

async function replace(file: string, temporary: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await rename(temporary, file);
    } catch (error) {
      const isBusy = BUSY.includes((error as NodeJS.ErrnoException).code ?? '');
      if (process.platform !== 'win32' || !isBusy || tries === TRIES) throw error;
    }
    await pause(TRY_AGAIN);
  }
}
