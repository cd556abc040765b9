/**
 * The package as it would be published: what is in it, and whether everybody's resolution finds code and types.
 * `npm run check`, after `npm run build`
 */
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionsOf } from '../../test/support/options.ts';
import { pack } from '../../test/support/pack.ts';
import { wrongContents } from './contents.ts';

optionsOf('npm run check', {});
const folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-package-'));

const asText = { encoding: 'utf8' } as const;

/** False if a tool found something; only then is there anything to read. */
function passed({ status, stdout, stderr }: SpawnSyncReturns<string>): boolean {
  if (status !== 0) console.error(`${stdout}${stderr}`);
  return status === 0;
}

try {
  const packed = pack(folder);
  execFileSync('tar', ['-xzf', packed.tarball, '-C', folder]);
  const wrong = wrongContents(packed, join(folder, 'package'));
  for (const complaint of wrong) console.error(complaint);
  const fine = [
    wrong.length === 0,
    passed(spawnSync('npx', ['publint', packed.tarball, '--strict'], asText)),
    passed(spawnSync('npx', ['attw', packed.tarball, '--profile', 'esm-only', '--format', 'ascii'], asText)),
  ];
  if (fine.includes(false)) process.exitCode = 1;
  else
    console.log(
      `${packed.files.length} files, ${(packed.size / 1_000).toFixed(0)} kB packed; nothing wrong.`,
    );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
