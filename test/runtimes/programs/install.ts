import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

/** Downloads the runtimes, some hundred MB, at the first run; nothing else needs them. */
export function installRuntimes(): void {
  // npm writes the second file last.
  const [wanted = 0, installed = 0] = ['package-lock.json', 'node_modules/.package-lock.json'].map(
    (file) => statSync(join(here, file), { throwIfNoEntry: false })?.mtimeMs,
  );
  if (installed > wanted) return;
  console.error('Installing the runtimes once, 900 MB on disk (npm ci --prefix test/runtimes/programs) …');
  // No install script is needed: the programs are started by their paths.
  const ci = ['ci', '--prefix', here, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ci, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error("The runtimes could not be installed: see npm's message above.");
}
