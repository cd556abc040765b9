import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

test('a keychain whose package is not installed says what to install', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // Far from this repository's packages.
  const outfile = join(folder, 'keychain.mjs');
  const entryPoints = [join(import.meta.dirname, '../../../src/platforms/node/keychain.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'esm' });
  const { keychain } = await import(pathToFileURL(outfile).href);
  await expect(keychain().get('name', AbortSignal.timeout(60_000))).rejects.toMatchObject({
    code: 'storage_unavailable',
    message: expect.stringContaining('npm install @napi-rs/keyring'),
  });
});
