import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
/** npm writes it last. */
const INSTALLED = join(here, 'node_modules/.package-lock.json');
const LOCK = join(here, '.installing');
/** An installation that has not ended by then has died, in ms. */
const PATIENCE = 600_000;

/**
 * Restate's server is 150 MB to download, so it comes with the first start, and to nobody who does not start it. Two
 * that start at once do not install over each other.
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

/** False if somebody else is at it. */
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
