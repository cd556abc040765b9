/**
 * Writes the next version, from `.changeset`, to `package.json`, the lock file and `CHANGELOG.md`. `npm run release
 * version`
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { optionsOf } from '../test/support/options.ts';

optionsOf('npm run release version', {});
const file = new URL('../package.json', import.meta.url);
const read = () => JSON.parse(readFileSync(file, 'utf8'));
const write = (manifest: object) => writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'inherit' });

const { workspaces, ...manifest } = read();
// With workspaces, changesets ignores the root package.
write(manifest);
try {
  run('npx', 'changeset', 'version');
} finally {
  write({ ...read(), workspaces });
}
run('npm', 'install', '--package-lock-only', '--ignore-scripts');
