import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { BUILT_ENTRIES, builtFiles, loadedWith, sourcesIn } from '../support/built.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The most built files that an entry loads at once, including itself: a page without a bundler fetches each.
 */
const MOST: Record<string, number> = {
  'dist/src/platforms/browser/index.js': 4,
  'dist/src/platforms/lazy/index.js': 2,
  'dist/src/account/react/index.js': 6,
  'dist/src/platforms/node/index.js': 6,
  'dist/src/platforms/restate/index.js': 6,
  'dist/src/platforms/server/index.js': 9,
  'dist/src/platforms/openid/index.js': 8,
  'dist/src/tools/inspect/index.js': 6,
  'dist/src/tools/inspect/node/index.js': 6,
  'dist/src/tools/devtools/index.js': 7,
  'dist/src/tools/devtools/react/index.js': 8,
};
const MOST_OF_OTHERS = 5;

/** The most bytes that may stay of an unused file: numbers that esbuild does not fold. */
const MOST_LEFT = 300;

let files = new Map<string, string[]>();
beforeAll(async () => {
  files = await builtFiles();
});

test.each(BUILT_ENTRIES)('%s loads few files at once', (entry) => {
  const loaded = loadedWith(entry, files);
  expect(files.has(entry)).toBe(true);
  expect(loaded.length, loaded.join(', ')).toBeLessThanOrEqual(MOST[entry] ?? MOST_OF_OTHERS);
});

test('every source is in one built file, so that its state exists once', () => {
  const places = new Map<string, string[]>();
  for (const file of files.keys())
    for (const source of sourcesIn(file)) places.set(source, [...(places.get(source) ?? []), file]);
  expect(places.size).toBeGreaterThan(150);
  expect([...places].filter(([, where]) => where.length > 1)).toEqual([]);
});

test('no two built files import each other', () => {
  const isInCircle = (file: string) =>
    (files.get(file) ?? []).some((imported) => loadedWith(imported, files).includes(file));
  expect([...files.keys()].filter(isInCircle)).toEqual([]);
});

const exportsOf = async (file: string) => {
  const { metafile } = await build({
    entryPoints: [file],
    absWorkingDir: ROOT,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'out',
    write: false,
    metafile: true,
  });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
};

test.each(BUILT_ENTRIES)('%s exports what its source exports', async (entry) => {
  const source = entry.replace('dist/', '').replace(/\.js$/, '.ts');
  expect(await exportsOf(entry)).toEqual(await exportsOf(source));
});

/** Marks only the imported file as having side effects. */
const effectsOf = (file: string): Plugin => ({
  name: 'effects',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind, importer }) => {
      if (kind === 'entry-point') return undefined;
      if (kind === 'dynamic-import' || !/^[./]/.test(path))
        return { path, external: true, sideEffects: false };
      const imported = importer === '<stdin>' ? path : posix.join(posix.dirname(importer), path);
      return { path: imported, sideEffects: imported === file };
    });
  },
});

test('an app’s bundler drops every built file that the app does not use', async () => {
  const left = await Promise.all(
    [...files.keys()].map(async (file) => {
      const path = posix.join(ROOT, file);
      const { outputFiles } = await build({
        stdin: { contents: `import ${JSON.stringify(path)}`, resolveDir: ROOT },
        bundle: true,
        minifySyntax: true,
        minifyWhitespace: true,
        platform: 'node',
        format: 'esm',
        write: false,
        plugins: [effectsOf(path)],
      });
      const text = outputFiles[0]?.text ?? '';
      return { file, text: text.replace(/import[^;]*;/g, '') };
    }),
  );
  expect(left.filter(({ text }) => text.length > MOST_LEFT)).toEqual([]);
});
