/** Replacing a record's file, with file names and system errors chosen by the test. */
import { mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';

vi.mock('../../src/platforms/node/random-hex.ts', async (original) => {
  const { randomHex } = await original<typeof import('../../src/platforms/node/random-hex.ts')>();
  return { randomHex: vi.fn(randomHex) };
});
vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof import('node:fs/promises')>();
  return { ...files, rename: vi.fn(files.rename) };
});

// Other tests of this worker use the real system before and after this file.
vi.resetModules();
const { writePrivate } = await import('../../src/platforms/node/private-file.ts');
const { randomHex } = await import('../../src/platforms/node/random-hex.ts');
afterAll(() => vi.resetModules());

afterEach(() => {
  vi.resetAllMocks();
  vi.unstubAllGlobals();
});

async function temporaryFile(): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return { folder, file: join(folder, 'record.json') };
}

/** `rename` fails this many times with this code, as on that platform. */
function failRename(platform: string, code: string, times: number) {
  vi.stubGlobal('process', { ...process, platform, geteuid: undefined });
  for (let time = 0; time < times; time++) {
    vi.mocked(rename).mockRejectedValueOnce(Object.assign(new Error(code), { code }));
  }
}

test('a link at the name of the new file is not followed', async () => {
  const { folder, file } = await temporaryFile();
  const target = join(folder, 'target');
  await writeFile(target, 'mine');
  vi.mocked(randomHex).mockReturnValueOnce((17).toString(16));
  await symlink(target, `${file}.17`);
  await expect(writePrivate(file, 'secret')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(target, 'utf8')).toBe('mine');
});

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'a write succeeds although Windows refuses to replace the file for a moment: %s',
  async (code) => {
    const { folder, file } = await temporaryFile();
    failRename('win32', code, 3);
    await writePrivate(file, 'text');
    expect(await readFile(file, 'utf8')).toBe('text');
    expect(await readdir(folder)).toEqual(['record.json']);
  },
);

test('a write fails and leaves no temporary file if Windows never releases the file', async () => {
  const { folder, file } = await temporaryFile();
  failRename('win32', 'EBUSY', 100);
  await expect(writePrivate(file, 'text')).rejects.toMatchObject({ code: 'EBUSY' });
  expect(await readdir(folder)).toEqual([]);
});

test('a write on another system is not repeated after a refusal', async () => {
  const { folder, file } = await temporaryFile();
  failRename('linux', 'EPERM', 1);
  await expect(writePrivate(file, 'text')).rejects.toMatchObject({ code: 'EPERM' });
  expect(await readdir(folder)).toEqual([]);
});
