import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
/** npm writes this file last. */
const INSTALLED = join(here, 'node_modules/.package-lock.json');
const LOCK = join(here, '.installing');
/** An installation that takes longer has died. In ms. */
const PATIENCE = 600_000;

/**
 * Downloads Restate's server, 150 MB, at the first start of the example. A lock keeps two starts from installing at
 * once.
 */
export function installServer(): void {
  if (existsSync(INSTALLED) && !existsSync(LOCK)) return;
  while (!lock()) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 250);
  }
  try {
    if (!existsSync(INSTALLED)) install();
  } finally {
    rmdirSync(LOCK);
  }
}

function install(): void {
  console.error("Installing Restate's server once, 150 MB (npm ci --prefix examples/restate) …");
  const { status } = spawnSync('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error("Restate's server could not be installed: see npm's message above.");
}

/** False if another process is installing. */
function lock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const { mtimeMs = Date.now() } = statSync(LOCK, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > PATIENCE) rmdirSync(LOCK);
    return false;
  }
}
