import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Plugin, version } from 'esbuild';
import { type Goal, kB, ratio, type Section } from '../section.ts';

const MOST = 23_000;
const MOST_LAZY = 1_650;
const PEERS = [
  'oidc-client-ts',
  'supabase-auth-js',
  'firebase',
  'auth0-spa-js',
  'moviedb-promise',
  'msal-browser',
];
/** Texts that only these have in them. */
const MARKERS = { panel: 'tmdb-auth-devtools', sandbox: 'Sandra Box' };

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const json = (path: string) => JSON.parse(readFileSync(file(path), 'utf8'));
const { exports: entries } = json('../../../package.json') as { exports: Record<string, unknown> };

interface Size {
  minified: number;
  gzip: number;
  brotli: number;
}

const sizeOf = (contents: Uint8Array): Size => ({
  minified: contents.length,
  gzip: gzipSync(contents, { level: 9 }).length,
  brotli: brotliCompressSync(contents).length,
});

const sum = (sizes: Size[]): Size => ({
  minified: sizes.reduce((all, { minified }) => all + minified, 0),
  gzip: sizes.reduce((all, { gzip }) => all + gzip, 0),
  brotli: sizes.reduce((all, { brotli }) => all + brotli, 0),
});

/** As an app is built for production; React is there anyway. */
const bundle = (entry: string, options: BuildOptions = {}) =>
  build({
    entryPoints: [file(`../${entry}.js`)],
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'error',
    external: ['react'],
    define: { 'process.env.NODE_ENV': '"production"' },
    ...options,
  });

/** Loaded by `import()` where it is asked for, so that the sign-in itself does not load it. ofetch it does. */
const ON_DEMAND = /\/(remote-backend|carry-over-ratings)\.js$/;
const withoutOnDemand: Plugin = {
  name: 'without what is loaded on demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, kind }) =>
      kind === 'dynamic-import' && ON_DEMAND.test(path) ? { path, external: true } : null,
    );
  },
};
const SIGN_IN: BuildOptions = { plugins: [withoutOnDemand] };

async function textOf(entry: string, options?: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await bundle(entry, options);
  return outputFiles.map(({ text }) => text).join('\n');
}

async function measureEntry(entry: string, options?: BuildOptions): Promise<Size> {
  const { outputFiles = [] } = await bundle(entry, options);
  return sum(outputFiles.map(({ contents }) => sizeOf(contents)));
}

/** What a page loads at once of a bundle in chunks: the entry, and what it imports other than by `import()`. */
async function measureFirstChunks(entry: string): Promise<{ first: Size; all: Size }> {
  const { outputFiles = [], metafile } = await bundle(entry, { ...SIGN_IN, splitting: true });
  const outputs = metafile?.outputs ?? {};
  const first = new Set<string>();
  const add = (path: string) => {
    if (first.has(path)) return;
    first.add(path);
    for (const { path: imported, kind } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported]) add(imported);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs))
    if (entryPoint?.endsWith('lazy.js')) add(path);
  const isFirst = (path: string) => [...first].some((name) => path.endsWith(name));
  return {
    first: sum(outputFiles.filter(({ path }) => isFirst(path)).map(({ contents }) => sizeOf(contents))),
    all: sum(outputFiles.map(({ contents }) => sizeOf(contents))),
  };
}

/** Neither is in a page for production; and the markers are right, or this would say nothing. */
async function checkMarkers(): Promise<void> {
  const isIn = (text: string, marker: string) => text.includes(marker);
  const development: BuildOptions = {
    conditions: ['development', 'module'],
    define: { 'process.env.NODE_ENV': '"development"' },
  };
  const asDeveloped = await textOf('entries/panel', development);
  if (!isIn(asDeveloped, MARKERS.panel)) throw new Error('The panel has lost its marker: choose another.');
  const sandbox = await textOf('entries/sandbox', { platform: 'node' });
  if (!isIn(sandbox, MARKERS.sandbox)) throw new Error('The sandbox has lost its marker: choose another.');
  const text = await textOf('entries/panel');
  for (const [what, marker] of Object.entries(MARKERS))
    if (isIn(text, marker)) throw new Error(`The ${what} is in a page built for production.`);
}

/** What a page downloads for a whole sign-in, beside what it downloads for one with others. */
export async function measure(): Promise<Section> {
  await checkMarkers();
  const whole = await measureEntry('entries/whole', SIGN_IN);
  const line = (what: string, { minified, gzip, brotli }: Size) => [
    what,
    kB(minified),
    kB(gzip),
    kB(brotli),
    ratio(gzip / whole.gzip),
  ];
  const withoutModule = await measureEntry('entries/whole', { ...SIGN_IN, conditions: [] });
  const goals: Goal[] = [{ what: 'The whole sign-in, gzip', is: whole.gzip, most: MOST, unit: 'kB' }];
  const rows = [
    line('**the whole sign-in in a page: `createBrowserAuth`, React hook, XState, ofetch**', whole),
    line('the same without the `module` condition (XState as CommonJS)', withoutModule),
    line('of it XState and ofetch: the floor', await measureEntry('entries/floor')),
    line(
      'of it our own',
      await measureEntry('entries/whole', { ...SIGN_IN, external: ['react', 'xstate', 'ofetch'] }),
    ),
    line(
      'with the way through a server and carry-over, which are loaded on demand',
      await measureEntry('entries/whole'),
    ),
    line('without React', await measureEntry('entries/browser', SIGN_IN)),
    line('`createTmdbAuth` alone', await measureEntry('entries/core', SIGN_IN)),
    line('the client that asks a server, alone', await measureEntry('entries/through-server')),
  ];
  const notes = [
    `esbuild ${version}, browser, ESM, minified, for production; React is not counted. gzip at 9, brotli at 11. Each peer has what a sign-in with it needs, in a file of its own in \`test/bench/peers\`.`,
    `Without the \`module\` condition the whole grows by ${(100 * (withoutModule.gzip / whole.gzip - 1)).toFixed(0)} %. Panel and sandbox are not in it, nor in a page for production that has the panel in its source: both were looked for.`,
  ];
  if (entries['./lazy']) {
    const { first, all } = await measureFirstChunks('entries/lazy');
    rows.push(
      line('`tmdb-auth/lazy`, what a signed-out visitor loads', first),
      line('`tmdb-auth/lazy`, with what a sign-in loads', all),
    );
    goals.push({
      what: '`tmdb-auth/lazy` for a signed-out visitor, gzip',
      is: first.gzip,
      most: MOST_LAZY,
      unit: 'kB',
    });
  } else {
    notes.push('There is no `tmdb-auth/lazy` in this version: it was not measured.');
  }
  for (const peer of PEERS) rows.push(line(versionOf(peer), await measureEntry(`peers/${peer}`)));
  return { head: ['In a page', 'minified', 'gzip', 'brotli', 'gzip, of the whole'], rows, goals, notes };
}

/** As it is installed, under the name npm has for it. */
function versionOf(peer: string): string {
  const { dependencies } = json('../peers/package.json') as { dependencies: Record<string, string> };
  const name = Object.keys(dependencies).find((full) =>
    full.replace('@', '').replace('/', '-').endsWith(peer),
  );
  const { version: installed } = json(`../peers/node_modules/${name}/package.json`);
  return `${name} ${installed}`;
}
