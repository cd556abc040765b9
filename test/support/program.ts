import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/**
 * Inside the repository, so that imported packages are found. Each test worker has its own folder, so that no file is
 * read half written.
 */
const FOLDER = join(ROOT, 'coverage/programs', process.env.VITEST_POOL_ID ?? '0');
const made = new Map<string, string>();

/**
 * Bundles a program of this repository, such as `src/tools/cli/main.ts`, from its current sources into one JavaScript
 * file. Node starts it in an eighth of a second; compiling at the start would cost each process half a second more.
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
