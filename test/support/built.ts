import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Target = string | { [condition: string]: Target };

const filesOf = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);

/** The scripts of every entry of the package, as paths in the repository. */
export const BUILT_ENTRIES = [
  ...new Set(
    Object.values(
      JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).exports as Record<string, Target>,
    )
      .flatMap(filesOf)
      .filter((file) => file.endsWith('.js'))
      .map((file) => file.replace('./', '')),
  ),
];

/** The sources in a built file, from the comments that the bundler leaves. */
export const sourcesIn = (file: string): string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^\/\/ ((?:machines|src)\/\S+\.tsx?)$/gm)].map(
    ([, source = '']) => source,
  );

/** The built files that can be reached from the entries, each with the files of ours that it imports statically. */
export async function builtFiles(): Promise<Map<string, string[]>> {
  const { metafile } = await build({
    entryPoints: BUILT_ENTRIES,
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const files = Object.entries(metafile.inputs).map(([path, { imports }]): [string, string[]] => [
    path,
    imports.flatMap((each) => (each.kind === 'import-statement' && !each.external ? [each.path] : [])),
  ]);
  return new Map(files);
}

/** The file and all files that it loads statically. */
export function loadedWith(file: string, files: ReadonlyMap<string, string[]>): string[] {
  const found = new Set([file]);
  for (const each of found) for (const imported of files.get(each) ?? []) found.add(imported);
  return [...found];
}
