// marimo-team/marimo#2986, WordPress/wordpress-playground#2887: An app stayed white on televisions and older phones, because their engines lack a new method or syntax.
// Here: Our files are ES2020. They, XState and ofetch call only what Chrome 79 has; a bundler lowers newer syntax for older engines.
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { type BuildOptions, build } from 'esbuild';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const FRAMEWORKS = ['react', 'vue', 'svelte', 'solid'];
const ENTRIES = [
  'machines/index',
  'src/index',
  'src/platforms/browser/index',
  'src/platforms/lazy/index',
  ...FRAMEWORKS.map((name) => `src/ui/${name}/index`),
];

/** Methods that came after Chrome 79, on any object. */
const METHODS = [
  ...['at', 'findLast', 'findLastIndex', 'toReversed', 'toSorted', 'toSpliced', 'replaceAll', 'hasOwn'],
  ...['groupBy', 'withResolvers', 'fromAsync', 'isWellFormed', 'canParse', 'randomUUID', 'throwIfAborted'],
  ...['replaceChildren', 'isSubsetOf', 'getOrInsert', 'toBase64', 'fromBase64'],
];
/** Only as methods of these globals: other objects have an `any`, too. */
const STATICS = ['Promise.any', 'Promise.try', 'AbortSignal.any', 'AbortSignal.timeout', 'URL.parse'];
const GLOBALS = ['structuredClone', 'WeakRef', 'FinalizationRegistry', 'AggregateError', 'URLPattern'];

type Found = Record<string, unknown> & { type: string };
const isNode = (value: unknown): value is Found => typeof (value as Found | null)?.type === 'string';

/**
 * Calls in the script that are too new. A global checked with `typeof` may be missing. Throws for newer
 * syntax.
 */
function tooNewIn(script: string): string[] {
  const found = new Set<string>();
  const asked = new Set<unknown>();
  const visit = (node: Found) => {
    const part = (key: string) => (isNode(node[key]) ? node[key] : undefined);
    if (node.operator === 'typeof') asked.add(part('argument')?.name);
    const callee = node.type === 'CallExpression' ? part('callee') : undefined;
    const [object, method] = [callee?.object, callee?.property].map((each) => isNode(each) && each.name);
    const path = `${object}.${method}`;
    if (METHODS.includes(String(method)) || STATICS.includes(path)) found.add(path);
    if (node.type === 'Identifier' && GLOBALS.includes(String(node.name))) found.add(String(node.name));
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child);
  };
  visit(parse(script, { ecmaVersion: 2020, sourceType: 'module' }) as unknown as Found);
  return [...found].filter((name) => !asked.has(name)).sort();
}

/** An entry with all its imports, bundled for such an engine; or our own files alone, unbundled. */
async function scriptOf(entry: string, options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${ROOT}dist/${entry}.js`],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: ['react', 'vue', 'solid-js'],
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

test.each(ENTRIES)('dist/%s.js runs in Chrome 79 after a bundler, and is ES2020 before', async (entry) => {
  expect(tooNewIn(await scriptOf(entry, { target: 'chrome79' }))).toEqual([]);
  expect(tooNewIn(await scriptOf(entry, { target: 'esnext', packages: 'external' }))).toEqual([]);
});

test.each([
  ['URL.canParse(list.at(-1))', ['URL.canParse', 'list.at']],
  ['Promise.any([]); some.any([])', ['Promise.any']],
  ['typeof WeakRef === "undefined" || new WeakRef({}); structuredClone({})', ['structuredClone']],
])('the check finds calls that are too new: %s', (script, expected) => {
  expect(tooNewIn(script)).toEqual(expected);
});

test('the check finds newer syntax', () => {
  for (const script of ['let a; a ??= 1', 'class A { b = 1 }', 'await 1'])
    expect(() => tooNewIn(script), script).toThrow(SyntaxError);
});
