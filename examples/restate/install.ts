import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Restate's server is 150 MB to download, so it comes with the first start, and to nobody who does not start it. */
export function installServer(): void {
  const here = import.meta.dirname;
  if (existsSync(join(here, 'node_modules/@restatedev/restate-server'))) return;
  console.error("Installing Restate's server once, 150 MB (npm ci --prefix examples/restate) …");
  const { status } = spawnSync('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error("Restate's server could not be installed: see npm's message above.");
}
