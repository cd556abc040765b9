import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

test('a keychain whose package is not installed says what to install, and its process ends', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // Outside of the repository, where its packages cannot be found.
  const outfile = join(folder, 'keychain.mjs');
  const entryPoints = [join(import.meta.dirname, '../../../src/platforms/node/keychain.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  const program = `
    import { keychain } from ${JSON.stringify(pathToFileURL(outfile).href)};
    const asked = keychain().get('name', new AbortController().signal);
    await asked.catch(({ code, message }) => console.log(JSON.stringify({ code, message })));
  `;
  // The timeout kills a process that does not end by itself, which rejects.
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  expect(JSON.parse(stdout)).toEqual({
    code: 'storage_unavailable',
    message: expect.stringContaining('npm install @napi-rs/keyring'),
  });
});
