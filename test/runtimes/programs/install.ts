import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

/** Some hundred MB, so they come with the first run, and to nobody who does not run this. */
export function installRuntimes(): void {
  // npm writes the second of them last.
  const [wanted = 0, installed = 0] = ['package-lock.json', 'node_modules/.package-lock.json'].map(
    (file) => statSync(join(here, file), { throwIfNoEntry: false })?.mtimeMs,
  );
  if (installed > wanted) return;
  console.error('Installing the runtimes once, 900 MB on disk (npm ci --prefix test/runtimes/programs) …');
  // Nothing of theirs has to run: the programs are called by their paths.
  const ci = ['ci', '--prefix', here, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status } = spawnSync('npm', ci, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error("The runtimes could not be installed: see npm's message above.");
}
