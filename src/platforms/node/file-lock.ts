import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/** A holder reads and writes one small file; one that takes longer than this, in ms, has died in it. */
const DEAD_AFTER = 1_000;
const LOOK_AGAIN = 10;

/**
 * Runs `job` while no other process runs one for that file. The lock is an empty folder beside it, as making one
 * either succeeds or fails everywhere. Where none can be made (read-only, full), `job` runs without.
 */
export async function withLock<T>(file: string, job: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const isHeld = await take(lock);
  try {
    return await job();
  } finally {
    if (isHeld) await rmdir(lock).catch(() => {});
  }
}

async function take(lock: string): Promise<boolean> {
  let seen = { holder: Number.NaN, since: 0 };
  for (;;) {
    try {
      await mkdir(lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
    // By our own watch alone: the file system's may be wrong.
    const now = performance.now();
    const holder = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.NaN,
    );
    if (holder !== seen.holder) seen = { holder, since: now };
    else if (now - seen.since > DEAD_AFTER) await rmdir(lock).catch(() => {});
    await pause(LOOK_AGAIN);
  }
}
