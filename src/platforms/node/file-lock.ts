import { lstat, mkdir, rm, rmdir, utimes } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { TmdbAuthError } from '../../errors.ts';

/** A lock whose time has not changed for this long, in ms, was left by a process that died. */
const DEAD_AFTER = 1_000;
/** How often a holder sets its time, in ms: a keychain may take seconds. */
const ALIVE = 250;
/**
 * The end of every wait, in ms. Shorter than a client waits for any storage (`storageTimeout`), so that the client
 * hears which lock is in the way.
 */
const LONGEST_WAIT = 4_000;
const LOOK_AGAIN = 10;

/**
 * Runs `job` while no other process runs one for that file. The lock is an empty folder beside it, as making one
 * either succeeds or fails everywhere. Where none can be made (read-only, full), `job` runs without. Rejects with
 * `storage_unavailable` before `job` has run if the lock is not to be had.
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
  // By our own watch alone: the file system's may be wrong.
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
 * Removes an empty folder, or an empty file: storages without folders (S3, a sync tool) show one as that. Neither
 * holds anything of another program's. What has content, or is a link, is left alone.
 */
async function removeLeftOver(lock: string): Promise<void> {
  try {
    const found = await lstat(lock);
    await (found.isFile() && found.size === 0 ? rm(lock) : rmdir(lock));
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw inTheWay(lock);
  }
}

const inTheWay = (lock: string) =>
  new TmdbAuthError('storage_unavailable', {
    message: `${lock} blocks the lock of the stored record. Delete it. Until then tmdb-auth goes on without the lock.`,
  });
