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
  /** Other users may write to the folder (a container's `/config`), and that is meant: no warning. Default: `false`. */
  sharedFolder?: boolean;
  /** Told once if other users may write to the folder. Default: `console.warn`. */
  onWarning?: (failure: Failure) => void;
}

/** How long `check` waits for the file system, in ms. */
const PATIENCE = 4_000;

/**
 * One private file a key (0600; a folder it has to make is 0700), written whole or not at all: a process that dies while it
 * writes leaves the old file. Default folder: the user's own for configuration, e.g. `~/.config/tmdb-auth`.
 *
 * Rejects with `storage_unavailable`, naming the file, if it is a link or belongs to a user who is neither root nor this
 * one; the folder may be a link. `exclusively` waits 4 s at most and rejects, too, if its lock is not to be had. `check`
 * rejects, naming the folder, where this user may not write to it.
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
  // When it is used: a program without a home folder may go without a record.
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
        message: `Other users may write to ${folderOf()} and could replace the session there. Use a folder of your own (chmod 700), or say that it is shared on purpose (sharedFolder, --shared-folder).`,
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
      // A network's file system may not answer: then nothing is known.
      await Promise.race([assertKept(fileOf(key)), pause(PATIENCE, undefined, { ref: false })]);
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

/** Rejects with `storage_unavailable` where it is known that this file cannot be read or replaced. */
async function assertKept(file: string): Promise<void> {
  await readPrivate(file).catch((error: unknown) => {
    if (TmdbAuthError.is(error)) throw error;
  });
  await assertWritable(dirname(file));
}

/** Another user may replace files in it. In a folder with the sticky bit (`/tmp`) only their owner may. */
const isShared = ({ mode, uid }: Stats) =>
  process.geteuid !== undefined && (!isOwn(uid) || ((mode & 0o022) !== 0 && (mode & 0o1000) === 0));

/** A folder that was there before is somebody's own: its mode stays. */
async function makeFolder(folder: string): Promise<void> {
  const isNew = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (isNew) await chmod(folder, 0o700);
}

/** A write takes moments; what is older, in ms, was left by a process that died in it. */
const LEFT_BEHIND = 60_000;

/** Removes temporary files of this one that killed processes left: they hold secrets. */
async function sweep(file: string): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => []);
  const leftovers = names.filter((name) => name.startsWith(`${basename(file)}.`) && /\.\d+$/.test(name));
  for (const name of leftovers) {
    const leftover = join(dirname(file), name);
    const age = await lstat(leftover).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    // Another user may have planted what cannot be removed; the record is written all the same.
    if (age > LEFT_BEHIND) await rm(leftover, { force: true }).catch(() => {});
  }
}
