import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { waitFor } from 'xstate';
import type { Failure } from '../../src/index.ts';
import { createNodeAuth, type FileStorageOptions, fileStorage } from '../../src/platforms/node/index.ts';
import { NOBODY } from '../node/processes.ts';
import { programOf } from '../support/program.ts';
import { createWorld } from '../support/world.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Windows has neither file modes nor user ids. */
const hasModes = process.platform !== 'win32';
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the private file', () => {
  test.runIf(hasModes)(
    'belongs to its owner alone, in a folder that belongs to its owner alone',
    async () => {
      const folder = join(await temporaryFolder(), 'config', 'tmdb-auth');
      await fileStorage(folder).set('record', '{}');
      const [file = ''] = await readdir(folder);
      expect(await modeOf(join(folder, file))).toBe('600');
      expect(await modeOf(folder)).toBe('700');
    },
  );

  test.runIf(hasModes)('becomes private again if its mode was opened', async () => {
    const folder = join(await temporaryFolder(), 'config');
    const storage = fileStorage(folder);
    await storage.set('record', '{"old":1}');
    const [file = ''] = await readdir(folder);
    await chmod(join(folder, file), 0o666);
    await storage.set('record', '{"new":1}');
    expect(await modeOf(join(folder, file))).toBe('600');
  });

  test.runIf(hasModes)('leaves the mode of an existing folder unchanged', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    await fileStorage(folder).set('record', '{}');
    expect(await modeOf(folder)).toBe('755');
  });

  test('leaves no other file in the folder', async () => {
    const folder = await temporaryFolder();
    const storage = fileStorage(folder);
    await Promise.all(Array.from({ length: 20 }, (_, index) => storage.set('record', `{"n":${index}}`)));
    expect(await readdir(folder)).toHaveLength(1);
    await storage.remove('record');
    expect(await readdir(folder)).toEqual([]);
  });

  test.each(['../escape', '/etc/passwd', '..', 'a/b/c', 'C:\\x', 'nul\0byte'])(
    'stays in its folder, whatever the key: %s',
    async (key) => {
      const parent = await temporaryFolder();
      const folder = join(parent, 'config');
      const storage = fileStorage(folder);
      await storage.set(key, '{}');
      expect(await storage.get(key)).toBe('{}');
      expect(await readdir(parent)).toEqual(['config']);
      expect(await readdir(folder)).toHaveLength(1);
    },
  );

  test('is never torn while two processes write it at once', async () => {
    const folder = await temporaryFolder();
    const storage = fileStorage(folder);
    await storage.set('contested', 'a'.repeat(200_000));
    const writers = ['a', 'b'].map((letter) =>
      spawn(process.execPath, [programOf('test/contracts/fixtures/writer.ts'), folder, letter], {
        stdio: 'inherit',
      }),
    );
    onTestFinished(() => {
      for (const writer of writers) writer.kill();
    });
    let writing = writers.length;
    const codes = writers.map(async (writer) => {
      const [code] = await once(writer, 'close');
      writing -= 1;
      return code as number;
    });
    const seen = new Set<string>();
    while (writing > 0) {
      const value = (await storage.get('contested')) ?? '';
      seen.add(`${value.length} ${[...new Set(value)].join('')}`);
    }
    expect(await Promise.all(codes)).toEqual([0, 0]);
    expect([...seen].sort()).toEqual(['200000 a', '200000 b']);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('holds one record for a signed-in user and is deleted at the logout', async () => {
    const world = await createWorld();
    const folder = await temporaryFolder();
    const auth = world.client({ storage: fileStorage(folder) });
    await world.signIn(auth);
    const [file = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(JSON.parse(await readFile(join(folder, file), 'utf8'))).toMatchObject({ v: 1 });
    const again = world.client({ storage: fileStorage(folder) });
    await world.reaches(again, 'sessionActive.ready');
    await again.logout();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is named before TMDB is asked if its folder cannot exist', async () => {
    const world = await createWorld();
    const file = join(await temporaryFolder(), 'a-file');
    await writeFile(file, 'not a folder');
    const auth = world.client({ storage: fileStorage(file) });
    await world.reaches(auth, 'idle.fresh');
    expect(auth.getView().failure).toMatchObject({ code: 'storage_unavailable', retryable: true });
    for (const signIn of [() => auth.login(), () => auth.loginAsGuest()]) {
      const error = await signIn().catch((reason) => reason);
      expect(error).toMatchObject({ code: 'storage_unavailable', message: expect.stringContaining(file) });
    }
    expect(world.tmdb.requests).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe('not a folder');
  });

  test('causes an error instead of an empty record if it is a folder', async () => {
    const folder = await temporaryFolder();
    const storage = fileStorage(folder);
    await storage.set('record', '{}');
    const [file = ''] = await readdir(folder);
    await storage.remove('record');
    await mkdir(join(folder, file));
    await expect(Promise.resolve(storage.get('record'))).rejects.toThrow();
  });
});

const isRoot = process.getuid?.() === 0;

/** A folder with this mode, a storage in it, and its warnings. */
async function folderOf(mode: number, options: FileStorageOptions = {}) {
  const folder = await temporaryFolder();
  await chmod(folder, mode);
  const warnings: Failure[] = [];
  const storage = fileStorage(folder, { onWarning: (warning) => warnings.push(warning), ...options });
  return { folder, storage, warnings };
}

describe.runIf(hasModes)('a folder that other users may write to', () => {
  test.each([0o777, 0o775, 0o757])('causes one warning that names it: mode %o', async (mode) => {
    const { folder, storage, warnings } = await folderOf(mode);
    await storage.set('record', '{}');
    await storage.set('record', '{"v":1}');
    expect(await storage.get('record')).toBe('{"v":1}');
    expect(warnings).toMatchObject([{ message: expect.stringContaining(folder), retryable: false }]);
  });

  test.each([0o700, 0o755, 0o1777])(
    'causes no warning if other users cannot replace a file in it: mode %o',
    async (mode) => {
      const { storage, warnings } = await folderOf(mode);
      await storage.set('record', '{}');
      expect(warnings).toEqual([]);
    },
  );

  test('causes no warning with sharedFolder', async () => {
    const { storage, warnings } = await folderOf(0o777, { sharedFolder: true });
    await storage.set('record', '{}');
    expect(await storage.get('record')).toBe('{}');
    expect(warnings).toEqual([]);
  });

  test.runIf(isRoot)('may also be another user’s folder, whatever its mode', async () => {
    const { folder, storage, warnings } = await folderOf(0o700);
    await chown(folder, NOBODY, NOBODY);
    await storage.get('record');
    expect(warnings).toHaveLength(1);
  });

  test('causes a warning to the client’s own onWarning', async () => {
    const { folder } = await folderOf(0o777);
    const warnings: string[] = [];
    const credentials = { apiKey: '0'.repeat(32) };
    using auth = createNodeAuth({ credentials, folder, onWarning: ({ message }) => warnings.push(message) });
    await waitFor(auth.actor, (snapshot) => snapshot.matches('idle'));
    expect(warnings).toEqual([expect.stringContaining(folder)]);
  });
});

describe.runIf(hasModes)('a file that another user may have planted in place of the record', () => {
  test('a link is neither followed nor replaced', async () => {
    const { folder, storage } = await folderOf(0o700);
    const target = join(folder, 'target');
    await writeFile(target, 'mine');
    await symlink(target, join(folder, 'record.json'));
    const refusal = expect.stringContaining(`${join(folder, 'record.json')} is a link.`);
    await expect(storage.get('record')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: refusal,
    });
    await expect(storage.set('record', '{}')).rejects.toMatchObject({ message: refusal });
    expect(await readFile(target, 'utf8')).toBe('mine');
    expect((await readdir(folder)).sort()).toEqual(['record.json', 'target']);
  });

  test('a dangling link is refused, too', async () => {
    const { folder, storage } = await folderOf(0o700);
    await symlink('nowhere', join(folder, 'record.json'));
    await expect(storage.get('record')).rejects.toMatchObject({ code: 'storage_unavailable' });
    await expect(storage.set('record', '{}')).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(await readdir(folder)).toEqual(['record.json']);
  });

  test('a pipe is refused instead of awaited', async () => {
    const { folder, storage } = await folderOf(0o700);
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(folder, 'record.json')]);
    await expect(storage.get('record')).rejects.toThrow('is not a regular file');
  });

  test('a leftover file that cannot be removed does not fail a write', async () => {
    const { folder, storage } = await folderOf(0o700);
    const planted = join(folder, 'record.json.17');
    await mkdir(planted);
    await utimes(planted, 0, 0);
    await storage.set('record', '{}');
    expect(await storage.get('record')).toBe('{}');
  });
});
