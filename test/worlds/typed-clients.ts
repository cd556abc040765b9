/**
 * docs/guides/typed-clients.md: clients of other packages, in the versions that the page names, with `auth.fetch`.
 * Its code is type-checked and run as printed, as a user, as a guest, and in Chromium in a page that sends its
 * requests through a server.
 */
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../browser/chromium.ts';
import { expectKept } from './clients/play.ts';
import { SECRET, writeMount } from './mounts.ts';
import { blocksOf, type Consumer, filesOf, type Project, playProgram, startSite } from './project.ts';

const GUIDE = 'docs/guides/typed-clients.md';
const text = readFileSync(new URL(`../../${GUIDE}`, import.meta.url), 'utf8');
const DOCUMENT = 'tmdb-openapi.json';

/** The package with the version that the page names as tried. */
function tried(name: string): string {
  const [, version] = new RegExp(`(?:^|\\s)${name} (\\d+\\.\\d+\\.\\d+)`).exec(text) ?? [];
  if (!version) throw new Error(`${GUIDE} does not say which version of ${name} was tried.`);
  return `${name}@${version}`;
}

/** Generates the types with the page's own command, from a document with three of TMDB's paths. */
function makeTypes(project: Project): void {
  const commands = blocksOf(GUIDE).find(({ language }) => language === 'sh')?.code ?? '';
  const [, tool, output] = /npx (openapi-typescript@\S+) https:\S+ --output (\S+)/.exec(commands) ?? [];
  if (!tool) throw new Error(`${GUIDE} does not say how to make the types.`);
  project.write(DOCUMENT, readFileSync(new URL(DOCUMENT, import.meta.url), 'utf8'));
  project.run(`--yes ${tool} ${DOCUMENT} --output ${output}`);
}

const compilerOptions = {
  module: 'NodeNext',
  target: 'ES2023',
  lib: ['ES2023', 'DOM'],
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
};

function check(project: Project, files: string[]): void {
  project.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  try {
    project.run('tsc');
  } catch (error) {
    throw new Error(`${GUIDE} does not type-check:\n${(error as { stdout: string }).stdout}`);
  }
}

const FILM = { media_type: 'movie', media_id: 550 };
const rated = (value: number) => [{ ...FILM, value }];

/** The data that each program of the page leaves at TMDB. */
const PROGRAMS: Record<string, (tmdb: Sandbox) => [unknown, unknown]> = {
  'openapi-fetch.ts': (tmdb) => [tmdb.account().ratings, rated(9)],
  'api.ts': (tmdb) => [tmdb.account().ratings, rated(8)],
  'tmdb-ts.ts': (tmdb) => [tmdb.account().ratings, rated(8)],
  'lorenzopant.ts': (tmdb) => [
    [tmdb.account().favorites, tmdb.account().lists.map(({ name }) => name)],
    [[FILM], ['To see']],
  ],
  'guest.ts': (tmdb) => [tmdb.guests().map(({ ratings }) => ratings), [1]],
  'lorenzopant-v4.ts': (tmdb) => [
    tmdb.account().lists.map(({ name, items }) => [name, items]),
    [
      ['To see', []],
      ['To see', [550]],
    ],
  ],
};

/** The output that a program must end with. */
const SAID: Record<string, RegExp> = {
  'tmdb-ts.ts': / sandra$/,
  'guest.ts': /201\n.+\nsession_invalid$/,
};

/** Blocks of the page that a site runs. */
const ON_SITE = ['page.ts', 'on-server.ts'];

async function playPrograms(project: Project, tmdb: Sandbox): Promise<void> {
  for (const [file, left] of Object.entries(PROGRAMS)) {
    const said = await playProgram(project, ['npx', 'tsx', file], tmdb);
    if (!(SAID[file] ?? /./).test(said)) throw new Error(`${file} said:\n${said}`);
    expectKept(file, ...left(tmdb));
  }
}

const HTML =
  '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Page</title><button>Sign in</button><script type="module" src="/page.js"></script>';

/** A Hono site, mounted as in docs/server.md, with the page and its script. */
function writeSite(project: Project, script: string): void {
  const page = `app.get('/', (c) => c.html(${JSON.stringify(HTML)}));\n`;
  const own = "app.get('/greeting', async (c) => c.text(await greeting(auth, c.req.raw)));\n";
  const js = `app.get('/page.js', (c) => c.body(${JSON.stringify(script)}, 200, { 'content-type': 'text/javascript' }));\n`;
  const imported = "import { greeting } from './on-server.ts';\n";
  writeMount(project, 'hono.ts', (code) => imported + code.replace(/^serve\(/m, `${page}${js}${own}serve(`));
}

async function playPage(project: Project, tmdb: Sandbox): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [`${project.folder}/page.ts`],
    bundle: true,
    write: false,
    format: 'esm',
  });
  writeSite(project, outputFiles[0]?.text ?? '');
  using site = await startSite(project, tmdb, { environment: { SECRET }, start: '--import tsx hono.ts' });
  const chromium = await launchChromium();
  try {
    const page = await chromium.newPage();
    const asked = watch(page);
    await page.goto(site.origin);
    await page.getByText('Sign in').click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page
      .waitForFunction(() => document.title === 'sandra 201', { timeout: 20_000 })
      .catch(() => {
        throw new Error(`In the page: ${asked.said.join('\n')}`);
      });
    expectKept('page.ts', tmdb.account().ratings, rated(6));
    const elsewhere = asked.urls.filter(
      (url) => !url.startsWith(`${site.origin}/`) && !url.startsWith(tmdb.webURL),
    );
    expectNone('page.ts asked others', elsewhere);
    expectNone('page.ts sent a credential', asked.withCredential);
    await page.goto(`${site.origin}/greeting`);
    const greeting = await page.textContent('body');
    if (!/^sandra: \w+/.test(greeting ?? '')) throw new Error(`on-server.ts answered ${greeting}`);
  } finally {
    await chromium.close();
  }
}

function expectNone(what: string, found: string[]): void {
  if (found.length > 0) throw new Error(`${what}: ${found.join(', ')}`);
}

/** Records every request and console line of a page. */
function watch(page: Page) {
  const asked = { urls: [] as string[], withCredential: [] as string[], said: [] as string[] };
  page.on('console', (message) => asked.said.push(message.text()));
  page.on('pageerror', (error) => asked.said.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (url.startsWith('data:')) return;
    asked.urls.push(url);
    if (/api_key|session_id/.test(url) || request.headers().authorization) asked.withCredential.push(url);
  });
  return asked;
}

export const typedClients: Consumer = {
  dependencies: ['xstate', 'hono', '@hono/node-server'],
  tools: ['typescript', 'tsx', '@types/node@20'].concat(
    ['openapi-fetch', 'tmdb-ts', '@lorenzopant/tmdb'].map(tried),
  ),
  async play(project, tmdb) {
    const files = filesOf(GUIDE);
    for (const [name, code] of Object.entries(files)) project.write(name, code);
    makeTypes(project);
    check(project, Object.keys(files));
    await playPrograms(project, tmdb);
    const unplayed = Object.keys(files).filter((name) => !(name in PROGRAMS) && !ON_SITE.includes(name));
    expectNone('Examples are not run', unplayed);
    tmdb.reset();
    await playPage(project, tmdb);
    return `${Object.keys(files).length} examples type-check and run, two of them at a site in Chromium.`;
  },
};
