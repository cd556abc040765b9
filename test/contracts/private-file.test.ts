/** How a record's file is replaced, with the names and the errors of the system in the test's hands. */
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

// Other tests of this worker have it with the real system, and shall have it so again.
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

/** `rename` fails so often with this code, as on a system of that name. */
function failRename(platform: string, code: string, times: number) {
  vi.stubGlobal('process', { ...process, platform, geteuid: undefined });
  for (let time = 0; time < times; time++) {
    vi.mocked(rename).mockRejectedValueOnce(Object.assign(new Error(code), { code }));
  }
}

test('a link at the name of the new file is not written through', async () => {
  const { folder, file } = await temporaryFile();
  const target = join(folder, 'target');
  await writeFile(target, 'mine');
  vi.mocked(randomHex).mockReturnValueOnce((17).toString(16));
  await symlink(target, `${file}.17`);
  await expect(writePrivate(file, 'secret')).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(target, 'utf8')).toBe('mine');
});

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'Windows may refuse for a moment to replace the file: %s',
  async (code) => {
    const { folder, file } = await temporaryFile();
    failRename('win32', code, 3);
    await writePrivate(file, 'text');
    expect(await readFile(file, 'utf8')).toBe('text');
    expect(await readdir(folder)).toEqual(['record.json']);
  },
);

test('a file that Windows never lets go of fails the write, and leaves no temporary file', async () => {
  const { folder, file } = await temporaryFile();
  failRename('win32', 'EBUSY', 100);
  await expect(writePrivate(file, 'text')).rejects.toMatchObject({ code: 'EBUSY' });
  expect(await readdir(folder)).toEqual([]);
});

test('another system that refuses to replace the file is not asked again', async () => {
  const { folder, file } = await temporaryFile();
  failRename('linux', 'EPERM', 1);
  await expect(writePrivate(file, 'text')).rejects.toMatchObject({ code: 'EPERM' });
  expect(await readdir(folder)).toEqual([]);
});
