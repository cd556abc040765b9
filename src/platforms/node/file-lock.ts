import { lstat, mkdir, rm, rmdir, utimes } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { TmdbAuthError } from '../../errors.ts';

/** If a lock's modification time has not changed for this long, in ms, the process that held it has died. */
const DEAD_AFTER = 1_000;
/** How often the holder updates that time, in ms: a job may wait seconds for a keychain. */
const ALIVE = 250;
/**
 * Longest wait for the lock, in ms. Shorter than the client's `storageTimeout`, so that the client learns which lock
 * blocks it.
 */
const LONGEST_WAIT = 4_000;
const LOOK_AGAIN = 10;

/**
 * Runs `job` while no other process runs one for that file. The lock is an empty folder beside the file: creating one
 * is atomic on every file system. If none can be created (read-only, full), `job` runs without a lock. Rejects with
 * `storage_unavailable`, without running `job`, if another process keeps the lock.
 */
export async function withLock<T>(file: string, job: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const isHeld = await take(lock);
  const beat = isHeld ? setInterval(() => void touch(lock), ALIVE) : undefined;
  try {
    return await job();
  } finally {
    clearInterval(beat);
    if (isHeld) await rmdir(lock).catch(() => {});
  }
}

const touch = (lock: string) => utimes(lock, new Date(), new Date()).catch(() => {});

async function take(lock: string): Promise<boolean> {
  // Measured only by this process's clock: the file system's may be wrong.
  const begun = performance.now();
  let seen = { holder: Number.NaN, since: begun };
  for (;;) {
    try {
      await mkdir(lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    const now = performance.now();
    if (now - begun > LONGEST_WAIT) throw inTheWay(lock);
    const holder = await lstat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.NaN,
    );
    if (holder !== seen.holder) seen = { holder, since: now };
    else if (now - seen.since > DEAD_AFTER) await removeLeftOver(lock);
    await pause(LOOK_AGAIN);
  }
}

/**
 * Removes an empty folder, or an empty file, as which storages without folders (S3, a sync tool) show one. Anything
 * with content, or a link, is left alone.
 */
async function removeLeftOver(lock: string): Promise<void> {
  try {
    const found = await lstat(lock);
    await (found.isFile() && found.size === 0 ? rm(lock) : rmdir(lock));
  } catch (error) {
    // ENOENT: another process has removed it.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw inTheWay(lock);
  }
}

const inTheWay = (lock: string) =>
  new TmdbAuthError('storage_unavailable', {
    message: `${lock} blocks the lock of the stored record. Delete it. Until then tmdb-auth continues without a lock.`,
  });
