import { readFileSync } from 'node:fs';
import { type BuildOptions, version } from 'esbuild';
import { launchChromium } from '../../browser/chromium.ts';
import { bundleOf, type Size, sizeOfAll, withoutImportsOf } from '../bundles.ts';
import { kB, ratio, type Section } from '../section.ts';
import { type Visits, visit } from '../visits.ts';

/** In bytes, gzipped. */
const MOST = { whole: 31_000, signedOut: 1_650, returning: 5_000 };
const PEERS = [
  'oidc-client-ts',
  'supabase-auth-js',
  'firebase',
  'auth0-spa-js',
  'moviedb-promise',
  'msal-browser',
];
/** Texts that occur only in these. */
const MARKERS = { panel: 'tmdb-auth-devtools', sandbox: 'Sandra Box' };

const json = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8'));

async function textOf(entry: string, options?: BuildOptions): Promise<string> {
  const { files } = await bundleOf(entry, options);
  return [...files.values()].map((contents) => Buffer.from(contents).toString()).join('\n');
}

const oneFile = async (entry: string, options?: BuildOptions): Promise<Size> =>
  sizeOfAll((await bundleOf(entry, options)).files.values());

interface Downloads {
  /** Each script that the browser requested. */
  inChunks: Size;
  /** The same code in one file, as for the other packages. */
  inOne: Size;
}

/** Code that is loaded on demand, and was not in this visit. */
function notLoaded({ bundle }: Visits, loaded: ReadonlySet<string>): ReadonlySet<string> {
  const chunks = Object.entries(bundle.outputs).filter(([path]) => !loaded.has(`/${path}`));
  return new Set(chunks.flatMap(([, { entryPoint }]) => (entryPoint ? [`/${entryPoint}`] : [])));
}

async function downloadsOf(
  entry: string,
  visits: Visits,
  which: Exclude<keyof Visits, 'bundle'>,
): Promise<Downloads> {
  const loaded = visits[which];
  const files = [...visits.bundle.files].filter(([path]) => loaded.has(path));
  return {
    inChunks: sizeOfAll(files.map(([, contents]) => contents)),
    inOne: await oneFile(entry, { plugins: [withoutImportsOf(notLoaded(visits, loaded))] }),
  };
}

/** Neither is in a production page. The check with the markers shows that they are right. */
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

/** The downloads of a page for a whole sign-in, and for one with other packages. */
export async function measure(): Promise<Section> {
  await checkMarkers();
  const [whole, browser, lazy] = ['entries/whole', 'entries/browser', 'entries/lazy'] as const;
  const chromium = await launchChromium();
  const byHook = await visit(chromium, whole, { page: 'react' });
  const plain = await visit(chromium, browser);
  const lazily = await visit(chromium, lazy);
  const throughServer = await visit(chromium, browser, { isThroughServer: true });
  const lazilyThroughServer = await visit(chromium, lazy, { isThroughServer: true });
  await chromium.close();

  const signIn = await downloadsOf(whole, byHook, 'signIn');
  const signedOut = await downloadsOf(lazy, lazily, 'signedOut');
  const returning = await downloadsOf(lazy, lazily, 'returningAndCall');
  const line = (what: string, { inChunks, inOne }: Downloads) => [
    what,
    kB(inChunks.minified),
    kB(inChunks.gzip),
    kB(inChunks.brotli),
    kB(inOne.gzip),
    ratio(inOne.gzip / signIn.inOne.gzip),
  ];
  const lineInOne = (what: string, inOne: Size) => line(what, { inChunks: inOne, inOne });
  const onlySignIn: BuildOptions = { plugins: [withoutImportsOf(notLoaded(byHook, byHook.signIn))] };
  const withoutModule = await oneFile(whole, { ...onlySignIn, conditions: [] });
  const rows = [
    line('**the whole sign-in in a page: `createBrowserAuth`, React hook, XState**', signIn),
    line('with a first call by `auth.api`', await downloadsOf(whole, byHook, 'signInAndCall')),
    line('without React', await downloadsOf(browser, plain, 'signIn')),
    line('through a server, without React', await downloadsOf(browser, throughServer, 'signIn')),
    line('`tmdb-auth/lazy`: a signed-out visitor', signedOut),
    line(
      '`tmdb-auth/lazy`: a signed-in visitor, who sees their name',
      await downloadsOf(lazy, lazily, 'returning'),
    ),
    line('`tmdb-auth/lazy`: the same with a call by `auth.api`', returning),
    line(
      '`tmdb-auth/lazy`: the same through a server',
      await downloadsOf(lazy, lazilyThroughServer, 'returningAndCall'),
    ),
    line('`tmdb-auth/lazy`: a sign-in', await downloadsOf(lazy, lazily, 'signIn')),
    lineInOne('part of the whole: XState, which is the least possible', await oneFile('entries/floor')),
    lineInOne(
      'part of the whole: our own code',
      await oneFile(whole, { ...onlySignIn, external: ['react', 'xstate', 'ofetch'] }),
    ),
    lineInOne('the whole without the `module` condition (XState as CommonJS)', withoutModule),
    lineInOne('`createTmdbAuth` alone', await oneFile('entries/core', onlySignIn)),
  ];
  for (const peer of PEERS) rows.push(lineInOne(versionOf(peer), await oneFile(`peers/${peer}`)));
  const growth = withoutModule.gzip / signIn.inOne.gzip - 1;
  return {
    head: [
      'In a page',
      'minified',
      'gzip',
      'brotli',
      'gzip, as one file',
      'relative to the whole, as one file',
    ],
    rows,
    goals: [
      {
        what: 'A signed-in visitor of `tmdb-auth/lazy`, who sees their name and makes a call, gzip',
        is: returning.inChunks.gzip,
        most: MOST.returning,
        unit: 'kB',
      },
      {
        what: 'A signed-out visitor of `tmdb-auth/lazy`, gzip',
        is: signedOut.inChunks.gzip,
        most: MOST.signedOut,
        unit: 'kB',
      },
      {
        what: 'The whole sign-in in a page with the React hook, gzip',
        is: signIn.inChunks.gzip,
        most: MOST.whole,
        unit: 'kB',
      },
    ],
    notes: [
      `A figure of \`tmdb-auth\` is the sum of the scripts that Chromium loaded while it played that visit against a local TMDB, each compressed on its own. "As one file" is the same code in one script, as the peers are measured. Goals are for the sum.`,
      `esbuild ${version}, browser, ESM, code splitting, minified, for production; React and the page's own lines are not counted. gzip at 9, brotli at 11. Each peer's file in \`test/bench/peers\` imports the parts that a sign-in with it needs.`,
      `Without the \`module\` condition the whole grows by ${(100 * growth).toFixed(0)} %. The panel and the sandbox are not in it, nor in a production page with the panel in its source: the benchmark searches for both.`,
    ],
  };
}

/** The installed size, under the package’s name on npm. */
function versionOf(peer: string): string {
  const { dependencies } = json('peers/package.json') as { dependencies: Record<string, string> };
  const name = Object.keys(dependencies).find((full) =>
    full.replace('@', '').replace('/', '-').endsWith(peer),
  );
  const { version: installed } = json(`peers/node_modules/${name}/package.json`);
  return `${name} ${installed}`;
}
