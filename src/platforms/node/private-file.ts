import { constants } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { TmdbAuthError } from '../../errors.ts';
import { randomHex } from './random-hex.ts';

/** Does not follow a link, nor wait for the writer of a pipe. Windows has neither flag. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

const refused = (message: string) => new TmdbAuthError('storage_unavailable', { message });

/**
 * Whether `owner` is this user or root, who can replace every file anyway. Always true on Windows, which has no user
 * ids.
 */
export function isOwn(owner: number): boolean {
  const user = process.geteuid?.();
  return user === undefined || owner === user || owner === 0;
}

/**
 * The file's text, or null if there is no file. Rejects with `storage_unavailable`, naming the file, if it is a link,
 * belongs to another user, or may not be read by this user.
 */
export async function readPrivate(file: string): Promise<string | null> {
  const handle = await open(file, READ).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw explained(file, error);
  });
  if (!handle) return null;
  try {
    // Checks the open file, as its name may point to another file by now.
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
      return refused(`${file} is a link. Replace it with the file itself; only its folder may be a link.`);
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
 * Writes the file atomically, readable only by its owner. Writes to a temporary file first; its random name keeps
 * others from planting a link there. Rejects like `readPrivate` if the existing file is not this user's.
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
