import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs';
import memoryDriver from 'unstorage/drivers/memory';
import { onTestFinished } from 'vitest';
import { memoryStorage } from '../../src/index.ts';
import { fileStorage, fromUnstorage } from '../../src/platforms/node/index.ts';
import { storageContract } from './storage.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

storageContract('memory', memoryStorage);
storageContract('file', async () => fileStorage(await temporaryFolder()));
storageContract('a folder that does not exist yet', async () =>
  fileStorage(join(await temporaryFolder(), 'a', 'b')),
);
storageContract('unstorage in memory', () => fromUnstorage(createStorage({ driver: memoryDriver() })));
storageContract(
  'unstorage in files',
  async () => fromUnstorage(createStorage({ driver: fsDriver({ base: await temporaryFolder() }) })),
  // unstorage's fs driver writes in place; use `fileStorage` to share a file between processes.
  { isAtomic: false },
);
