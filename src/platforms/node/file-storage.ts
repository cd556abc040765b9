import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import envPaths from 'env-paths';
import writeFileAtomic from 'write-file-atomic';
import type { StoragePort } from '../../ports.ts';

/**
 * One private file a key (0600, in a folder made 0700), written whole or not at all: a process that dies while it
 * writes leaves the old file. Default folder: the user's own for configuration, e.g. `~/.config/tmdb-auth`.
 */
export function fileStorage(folder: string = envPaths('tmdb-auth', { suffix: '' }).config): StoragePort {
  const fileOf = (key: string) => join(folder, `${key.replace(/[^\w.-]/g, '_')}.json`);
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
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      await writeFileAtomic(fileOf(key), value, { mode: 0o600 });
    },
    async remove(key) {
      await rm(fileOf(key), { force: true });
    },
  };
}
