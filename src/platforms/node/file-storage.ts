import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import envPaths from 'env-paths';
import type { StoragePort } from '../../ports.ts';
import { withLock } from './file-lock.ts';

/** The user's own folder for configuration. */
export const defaultFolder = () => envPaths('tmdb-auth', { suffix: '' }).config;

/**
 * One private file a key (0600; a folder it has to make is 0700), written whole or not at all: a process that dies while it
 * writes leaves the old file. Default folder: the user's own for configuration, e.g. `~/.config/tmdb-auth`.
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
export function fileStorage(folder: string = defaultFolder()): StoragePort {
  const fileOf = (key: string) => join(folder, `${encodeURIComponent(key).replaceAll('*', '%2A')}.json`);
  return {
    async get(key) {
      try {
        return await readFile(fileOf(key), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async set(key, value) {
      await makeFolder(folder);
      const { default: writeFileAtomic } = await import('write-file-atomic');
      await writeFileAtomic(fileOf(key), value, { mode: 0o600 });
      await sweep(fileOf(key));
    },
    async exclusively(key, job) {
      await makeFolder(folder).catch(() => {});
      return withLock(fileOf(key), job);
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
      await sweep(fileOf(key));
    },
  };
}

/** A folder that was there before is somebody's own: its mode stays. */
async function makeFolder(folder: string): Promise<void> {
  const isNew = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (isNew) await chmod(folder, 0o700);
}

/** A write takes moments; what is older, in ms, was left by a process that died in it. */
const LEFT_BEHIND = 60_000;

/** Removes what processes that were killed while they wrote this file have left: it holds secrets. */
async function sweep(file: string): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => []);
  const halves = names.filter((name) => name.startsWith(`${basename(file)}.`) && /\.\d+$/.test(name));
  for (const name of halves) {
    const half = join(dirname(file), name);
    const age = await stat(half).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > LEFT_BEHIND) await rm(half, { force: true });
  }
}
