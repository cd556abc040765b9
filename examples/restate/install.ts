import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
/** The file that npm writes last. */
const INSTALLED = join(here, 'node_modules/.package-lock.json');
const LOCK = join(here, '.installing');
/** An installation that takes longer than this, in ms, has died. */
const LONGEST_INSTALL = 600_000;

/**
 * Installs Restate's server at the first start only, as it is a download of 150 MB. A lock keeps concurrent starts
 * from installing at the same time.
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
    if (Date.now() - mtimeMs > LONGEST_INSTALL) rmdirSync(LOCK);
    return false;
  }
}
