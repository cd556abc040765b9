import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Failure, failure } from '../../../machines/index.ts';
import { TmdbAuthError } from '../../errors.ts';
import { warnOnConsole } from '../../options.ts';
import type { StoragePort } from '../../ports.ts';
import { defaultFolder } from './default-folder.ts';
import { withLock } from './file-lock.ts';
import { isOwn, readPrivate, writePrivate } from './private-file.ts';
import { assertWritable } from './writable-folder.ts';

/** Options of `fileStorage`. */
export interface FileStorageOptions {
  /** Do not warn that other users may write to the folder (a container's `/config`). Default: `false`. */
  sharedFolder?: boolean;
  /** Called once if other users may write to the folder. Default: `console.warn`. */
  onWarning?: (failure: Failure) => void;
}

/** How long `check` waits for the file system, in ms. */
const CHECK_WITHIN = 4_000;

/**
 * Keeps each key in a private file (0600; a new folder is 0700), written atomically: a process that dies while
 * writing leaves the old file. Default folder: the user's configuration folder, e.g. `~/.config/tmdb-auth`.
 *
 * Rejects with `storage_unavailable`, naming the file, if it is a link or belongs to another user than this one or
 * root; the folder may be a link. `exclusively` rejects as well if it does not get the lock within 4 s. `check`
 * rejects, naming the folder, if this user may not write to it.
 *
 * @example
 * ```ts
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { fileStorage } from 'tmdb-auth/node';
 *
 * const storage = fileStorage(await mkdtemp(`${tmpdir()}/films-`));
 * await storage.set('user-7', '{}');
 * console.log(await storage.get('user-7')); // {}
 * ```
 */
export function fileStorage(folder?: string, options: FileStorageOptions = {}): StoragePort {
  const { sharedFolder = false, onWarning = warnOnConsole } = options;
  // Evaluated late: a program without a home folder may work without a record.
  const folderOf = () => folder ?? defaultFolder();
  const fileOf = (key: string) => join(folderOf(), `${encodeURIComponent(key).replaceAll('*', '%2A')}.json`);
  let isSilent = sharedFolder;

  const warnIfShared = async () => {
    if (isSilent) return;
    const found = await stat(folderOf()).catch(() => null);
    if (isSilent || !found || !isShared(found)) return;
    isSilent = true;
    onWarning(
      failure('storage_unavailable', {
        message: `Other users may write to ${folderOf()} and could replace the session there. Use a folder of your own (chmod 700), or confirm that it is shared on purpose (sharedFolder, --shared-folder).`,
        retryable: false,
      }),
    );
  };

  return {
    async get(key) {
      await warnIfShared();
      return readPrivate(fileOf(key));
    },
    async set(key, value) {
      await makeFolder(folderOf());
      await warnIfShared();
      await writePrivate(fileOf(key), value);
      await sweep(fileOf(key));
    },
    async check(key) {
      // A network file system may not answer: then the folder counts as writable.
      await Promise.race([assertKept(fileOf(key)), pause(CHECK_WITHIN, undefined, { ref: false })]);
    },
    async exclusively(key, job) {
      const file = fileOf(key);
      await makeFolder(folderOf()).catch(() => {});
      return withLock(file, job);
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
      await sweep(fileOf(key));
    },
  };
}

/** Rejects with `storage_unavailable` if this file certainly cannot be read or replaced. */
async function assertKept(file: string): Promise<void> {
  await readPrivate(file).catch((error: unknown) => {
    if (TmdbAuthError.is(error)) throw error;
  });
  await assertWritable(dirname(file));
}

/** Whether another user may replace files in the folder. With the sticky bit (`/tmp`) only their owner may. */
const isShared = ({ mode, uid }: Stats) =>
  process.geteuid !== undefined && (!isOwn(uid) || ((mode & 0o022) !== 0 && (mode & 0o1000) === 0));

/** Sets the mode of a new folder only. */
async function makeFolder(folder: string): Promise<void> {
  const isNew = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (isNew) await chmod(folder, 0o700);
}

/** Temporary files older than this, in ms, were left by a process that died while writing. */
const LEFT_BEHIND = 60_000;

/** Removes temporary files that killed processes left beside this file: they hold secrets. */
async function sweep(file: string): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => []);
  const leftovers = names.filter((name) => name.startsWith(`${basename(file)}.`) && /\.\d+$/.test(name));
  for (const name of leftovers) {
    const leftover = join(dirname(file), name);
    const age = await lstat(leftover).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    // Another user's file may not be removable. Ignore that: the record is written.
    if (age > LEFT_BEHIND) await rm(leftover, { force: true }).catch(() => {});
  }
}
