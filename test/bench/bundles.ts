import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

export interface Size {
  /** In bytes, like the others. */
  minified: number;
  gzip: number;
  brotli: number;
}

const sizeOf = (contents: Uint8Array): Size => ({
  minified: contents.length,
  gzip: gzipSync(contents, { level: 9 }).length,
  brotli: brotliCompressSync(contents).length,
});

/** Each file is compressed on its own, as a server sends it. */
export const sizeOfAll = (files: Iterable<Uint8Array>): Size =>
  [...files].map(sizeOf).reduce(
    (all, one) => ({
      minified: all.minified + one.minified,
      gzip: all.gzip + one.gzip,
      brotli: all.brotli + one.brotli,
    }),
    { minified: 0, gzip: 0, brotli: 0 },
  );

export interface Bundle {
  /** Each script by its path in the site: the entry is `/entry.js`. */
  files: Map<string, Uint8Array>;
  outputs: Metafile['outputs'];
}

/** Bundles a file of this folder, named without its ending, as for an app’s production build. React is not counted. */
export async function bundleOf(entry: string, options: BuildOptions = {}): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: { entry: fileURLToPath(new URL(`${entry}.js`, import.meta.url)) },
    absWorkingDir: '/',
    outdir: '/',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'error',
    external: ['react'],
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
    write: false,
    metafile: true,
  });
  return {
    files: new Map(outputFiles.map(({ path, contents }) => [path, contents])),
    outputs: metafile.outputs,
  };
}

/** Leaves out what `import()` loads from these files. */
export const withoutImportsOf = (sources: ReadonlySet<string>): Plugin => ({
  name: 'without what this visit does not load',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /.*/ }, async ({ path, kind, pluginData, ...from }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolved') return null;
      const found = await resolve(path, { ...from, kind, pluginData: 'resolved' });
      return sources.has(found.path) ? { path, external: true } : null;
    });
  },
});
