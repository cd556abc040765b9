import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretsPort } from '../../../src/platforms/node/index.ts';

/** A keychain for several processes: one file for each entry. `changes` replace its operations. */
export function secretsIn(folder: string, changes: Partial<SecretsPort> = {}): SecretsPort {
  const fileOf = (name: string) => join(folder, encodeURIComponent(name));
  return {
    get: (name) => readFile(fileOf(name), 'utf8').catch(() => null),
    async set(name, text) {
      await mkdir(folder, { recursive: true });
      await writeFile(fileOf(name), text);
    },
    remove: (name) => rm(fileOf(name), { force: true }),
    list: async () => (await readdir(folder).catch(() => [])).map(decodeURIComponent),
    ...changes,
  };
}

export const never = () => new Promise<never>(() => {});
