import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { titleOf } from '../../examples/react/texts/states.ts';
import { ROUTES } from '../../src/platforms/server/routes.ts';
import { REST } from '../../vitest.config.ts';
import { leaves } from '../machine/coverage.ts';
import { BUGS } from '../mutation/by-hand.ts';
import { WEAKENINGS as OF_OPENID } from '../openid/attacks/weakenings.ts';
import { WEAKENINGS } from '../server/attacks/weakenings.ts';

/*
 * Lists in files that the compiler does not compare. Each test names the file to change and the missing item.
 */

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Target = string | { [condition: string]: Target };
const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, Target> };
const entries = Object.entries(exports).filter(([path]) => path !== './package.json');

const filesOf = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);
/** The file for an importer with these conditions: the first of them that the entry names counts. */
const fileOf = (target: Target, conditions: string[]): string => {
  if (typeof target === 'string') return target;
  const [, next = ''] = Object.entries(target).find(([condition]) => conditions.includes(condition)) ?? [];
  return fileOf(next, conditions);
};
const sourceOf = (built: string) => built.replace('./dist/', '').replace(/(\.d\.ts|\.js)$/, '.ts');

/** Entries for programs and servers. Their weight in a page is not limited. */
const NOT_IN_PAGES = ['./node', './server', './sandbox', './testing', './openid', './restate'];

const pages = ['docs', 'docs/guides']
  .flatMap((folder) => readdirSync(join(root, folder)).map((name) => posix.join(folder, name)))
  .filter((path) => path.endsWith('.md'))
  .sort();

const typedoc = JSON.parse(read('docs/site/typedoc.json')) as {
  entryPoints: string[];
  projectDocuments: string[];
};
const fromDocsSite = (paths: string[]) => paths.map((path) => posix.join('docs/site', path)).sort();

test('every export of package.json is built from a source file', () => {
  const sources = entries.flatMap(([, target]) => filesOf(target).map(sourceOf));
  expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
});

test('docs/site/typedoc.json has every export of package.json as an entry point', () => {
  const sources = entries.map(([, target]) => sourceOf(fileOf(target, ['node', 'types'])));
  expect(fromDocsSite(typedoc.entryPoints)).toEqual(sources.sort());
});

test('.size-limit.js limits every export of package.json that a page may load', async () => {
  const { default: limits } = (await import(pathToFileURL(join(root, '.size-limit.js')).href)) as {
    default: { path: string }[];
  };
  const built = entries
    .filter(([path]) => !NOT_IN_PAGES.includes(path))
    .map(([, target]) => fileOf(target, ['default']).slice('./'.length));
  expect([...new Set(limits.map(({ path }) => path))].sort()).toEqual(built.sort());
});

test('README.md or a page of docs names every export of package.json', () => {
  const text = ['README.md', ...pages].map(read).join('\n');
  const unnamed = entries
    .map(([path]) => path.replace('.', 'tmdb-auth'))
    .filter((name) => !new RegExp(`\\b${name}(?![\\w/-])`).test(text));
  expect(unnamed).toEqual([]);
});

test('docs/site/typedoc.json has every page of docs', () => {
  const listed = fromDocsSite(typedoc.projectDocuments).filter((path) => path.startsWith('docs/'));
  expect(listed).toEqual(pages);
});

test('docs/README.md links to every page of docs', () => {
  const links = [...read('docs/README.md').matchAll(/\]\(([^)#]+)/g)].map(([, link = '']) =>
    posix.join('docs', link),
  );
  expect(pages.filter((page) => page !== 'docs/README.md' && !links.includes(page))).toEqual([]);
});

test('docs/llms.txt links to every page of docs, and to no other', () => {
  const links = [...read('docs/llms.txt').matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) =>
    posix.join('docs', link),
  );
  expect(links.sort()).toEqual(pages.filter((page) => page !== 'docs/README.md'));
});

test('docs/server.md describes every route of the handler', () => {
  const described = [...read('docs/server.md').matchAll(/(GET|POST) \/auth\/([\w-]+)/g)].map(
    ([, , name]) => name,
  );
  expect(Object.keys(ROUTES).filter((name) => !described.includes(name))).toEqual([]);
});

test('examples/react/texts/states.ts has a title for every state', () => {
  expect(leaves.filter((state) => titleOf(state) === state)).toEqual([]);
});

test('test/browser/contract.test.ts plays every adapter of src/ui', () => {
  const played = read('test/browser/contract.test.ts');
  const adapters = readdirSync(join(root, 'src/ui'));
  expect(adapters.filter((name) => !played.includes(`page: 'contract-${name}.`))).toEqual([]);
});

test('test/mutation/stryker.config.js mutates every file of machines but the two that only repeat others', () => {
  const config = read('test/mutation/stryker.config.js');
  const repeating = ['index', 'auth.restoring'];
  const machines = readdirSync(join(root, 'machines')).map((name) => name.replace(/\.ts$/, ''));
  expect(machines.filter((name) => !config.includes(`'${name}'`) && !repeating.includes(name))).toEqual([]);
});

test('every folder and file that vitest.config.ts leaves out exists', () => {
  expect(REST.filter((pattern) => !existsSync(join(root, pattern.replace(/\*.*/, ''))))).toEqual([]);
});

test('every weakening of the server and of the OpenID provider and every bug made by hand changes text that stands once in the sources', () => {
  const edits = [...WEAKENINGS, ...OF_OPENID, ...BUGS].flatMap((change) => change.edits);
  const stale = edits.filter(([file, from]) => read(file).split(from).length !== 2);
  expect(stale).toEqual([]);
});
