import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Below the packages that they import; each worker of the tests has its own, so that none is read half written. */
const FOLDER = join(ROOT, 'coverage/programs', process.env.VITEST_POOL_ID ?? '0');
const made = new Map<string, string>();

/**
 * A program of this repository as one file of JavaScript, from its sources as they are now: `src/tools/cli/main.ts`.
 * Node starts it in an eighth of a second; to compile on the way in takes each process half a second more.
 */
export function programOf(file: string): string {
  const known = made.get(file);
  if (known) return known;
  const outfile = join(FOLDER, `${made.size}-${basename(file, extname(file))}.mjs`);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    jsx: 'automatic',
    packages: 'external',
  });
  made.set(file, outfile);
  return outfile;
}
