import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
/** npm writes it last. */
const INSTALLED = join(here, 'node_modules/.package-lock.json');
const WANTED = join(here, 'package-lock.json');

const writtenAt = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Other packages are installed with the first measurement only. */
export function installPeers(): void {
  if (writtenAt(INSTALLED) >= writtenAt(WANTED)) return;
  console.error('Installing what is measured beside, once, 230 MB (npm ci --prefix test/bench/peers) …');
  const { status } = spawnSync('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error("The peers could not be installed: see npm's message above.");
}
