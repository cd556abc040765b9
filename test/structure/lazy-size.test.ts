import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { sourcesIn } from '../support/built.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Gzipped bytes that a signed-out visitor loads. */
const BUDGET = 1_650;

/** Bundles these imports as an app does: the scripts that every visitor gets, and those that come later. */
async function bundled(contents: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'out',
    write: false,
    metafile: true,
    external: ['react'],
  });
  const { outputs } = metafile;
  const atOnce = new Set<string>();
  const take = (path: string) => {
    atOnce.add(path);
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external && !atOnce.has(next)) take(next);
  };
  take('out/stdin.js');
  const partOf = (isWanted: (path: string) => boolean) => {
    const paths = Object.keys(outputs).filter(isWanted);
    const files = outputFiles.filter(({ path }) =>
      paths.some((wanted) => path.replaceAll(sep, '/').endsWith(`/${wanted}`)),
    );
    return {
      size: files.reduce((sum, file) => sum + gzipSync(file.contents, { level: 9 }).length, 0),
      /** Our source files in them. */
      sources: paths
        .flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}))
        .flatMap((path) => (path.startsWith('dist/') ? sourcesIn(path) : path)),
    };
  };
  return { atOnce: partOf((path) => atOnce.has(path)), later: partOf((path) => !atOnce.has(path)) };
}

test(`a signed-out visitor loads at most ${BUDGET} bytes for tmdb-auth/lazy, and nothing of the engine`, async () => {
  const { atOnce, later } = await bundled(`export { createLazyAuth } from 'tmdb-auth/lazy'`);
  expect(atOnce.size).toBeGreaterThan(500);
  expect(atOnce.size).toBeLessThanOrEqual(BUDGET);
  expect(atOnce.sources.filter((source) => !source.startsWith('src/platforms/lazy/'))).toEqual(['<stdin>']);
  expect(later.sources).toContain('machines/auth.machine.ts');
});

test('the later scripts contain the client and its dependencies: no panel, inspector, sandbox or server', async () => {
  const { later } = await bundled(`export { createLazyAuth } from 'tmdb-auth/lazy'`);
  const folders = later.sources.map((source) =>
    source.replace(
      /^(node_modules\/[^/]+|machines|src\/(platforms|ui|tools)\/\w+|src\/\w+(?=\/)|src).*/,
      '$1',
    ),
  );
  expect([...new Set(folders)].sort()).toEqual([
    'machines',
    'node_modules/destr',
    'node_modules/ofetch',
    'node_modules/ufo',
    'node_modules/xstate',
    'src',
    'src/client',
    'src/direct',
    'src/lib',
    'src/platforms/browser',
    'src/platforms/lazy',
    'src/record',
    'src/remote',
    'src/tmdb',
  ]);
});

// A chunk that hook and engine share loads at once: scripts/build/chunks.ts keeps it small.
test('the React hook does not load the engine either', async () => {
  const { atOnce } = await bundled(
    `export { createLazyAuth } from 'tmdb-auth/lazy'; export { useTmdbAuth, TmdbAuthProvider } from 'tmdb-auth/react';`,
  );
  const isOfEngine = (source: string) => /node_modules|auth\.machine|create-tmdb-auth/.test(source);
  expect(atOnce.sources.filter(isOfEngine)).toEqual([]);
});
