import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const PORTS = ['machines', 'src/errors.ts', 'src/ports.ts'];
const OPTIONS = [...PORTS, 'src/lib', 'src/options.ts'];
const CLIENT = [...OPTIONS, 'src/tmdb', 'src/record', 'src/client'];

/** Imports go down only. Each layer names the lower layers and packages that it may import besides itself. */
const MAY_IMPORT: Record<string, string[]> = {
  machines: ['xstate'],
  'src/errors.ts': ['machines', 'src/lib'],
  'src/ports.ts': PORTS,
  'src/lib': PORTS,
  'src/options.ts': [...PORTS, 'src/lib'],
  'src/tmdb': [...OPTIONS, 'ofetch'],
  'src/record': OPTIONS,
  'src/client': [...CLIENT, 'xstate'],
  'src/direct': CLIENT,
  'src/remote': CLIENT,
  'src/account': CLIENT,
  'src/account/observe': ['machines', 'src/client', 'src/errors.ts', 'src/lib', 'src/account'],
  'src/account/query': ['src/client', 'src/lib', 'src/account'],
  'src/account/react': ['src/account', 'src/account/observe', 'src/ui/react', 'react'],
  'src/account/vue': ['src/client', 'src/account', 'src/account/observe', 'vue'],
  'src/account/svelte': ['src/client', 'src/account', 'src/account/observe'],
  'src/account/solid': ['src/client', 'src/account', 'src/account/observe', 'solid-js'],
  'src/index.ts': [...CLIENT, 'src/direct'],
  'src/platforms/seal.ts': ['jose'],
  'src/platforms/node': [...CLIENT, 'src/direct', 'node:', 'open', 'qr'],
  'src/platforms/browser': [...CLIENT, 'src/direct', 'src/remote'],
  'src/platforms/lazy': [...CLIENT, 'src/direct', 'src/remote', 'src/platforms/browser'],
  'src/platforms/native': [...CLIENT, 'src/direct'],
  'src/platforms/server': [
    ...CLIENT,
    'src/direct',
    'src/remote',
    'src/platforms/seal.ts',
    'xstate',
    'cookie',
    'jose',
  ],
  'src/platforms/openid': [
    ...CLIENT,
    'src/platforms/seal.ts',
    'src/platforms/server',
    'node:',
    'oidc-provider',
  ],
  'src/platforms/restate': [
    ...CLIENT,
    'src/direct',
    'src/platforms/seal.ts',
    'xstate',
    '@restatedev/restate-sdk',
    '@restatedev/xstate',
    '@restatedev/xstate/promise',
  ],
  'src/ui/react': ['machines', 'src/client', 'react'],
  'src/ui/vue': ['machines', 'src/client', 'vue'],
  'src/ui/svelte': ['machines', 'src/client'],
  'src/ui/solid': ['machines', 'src/client', 'solid-js'],
  // The sandbox runs anywhere: only its server knows Node, by types.
  'src/tools/sandbox': ['src/tools/sandbox/server.ts'],
  'src/tools/sandbox/server.ts': ['src/tools/sandbox', 'node:'],
  'src/tools/testing': [...CLIENT, 'src/direct', 'src/platforms/browser', 'src/tools/sandbox'],
  'src/tools/feed': ['machines', 'src/client', 'xstate'],
  'src/tools/inspect': ['machines', 'src/client', 'src/tools/feed', 'xstate'],
  'src/tools/inspect/page': ['machines', 'src/tools/devtools'],
  'src/tools/inspect/node': ['src/client', 'src/tools/feed', 'src/tools/inspect', 'node:', 'ws'],
  'src/tools/devtools': ['machines', 'src/client', 'src/lib', 'src/tools/feed', 'xstate'],
  'src/tools/devtools/react': ['src/client', 'src/tools/devtools', 'src/ui/react', 'react'],
  'src/tools/mcp': [
    ...CLIENT,
    'src/index.ts',
    'src/account',
    '@modelcontextprotocol/server',
    '@modelcontextprotocol/server/stdio',
  ],
  'src/tools/cli': [
    ...CLIENT,
    // For the version, which the build writes into the command.
    'package.json',
    'src/index.ts',
    'src/account',
    'src/platforms/node',
    'src/tools/inspect/node',
    'src/tools/mcp',
    'src/tools/sandbox',
    'node:',
    'xstate',
    'commander',
    'read',
  ],
};

/** The table names layers with slashes, on Windows too. */
const withSlashes = (path: string) => path.replaceAll(sep, '/');

const files = ['machines', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => withSlashes(join(folder, name))),
);

/** The most specific layer of the table that contains the file. */
const layerOf = (file: string) =>
  Object.keys(MAY_IMPORT)
    .filter((layer) => file === layer || file.startsWith(`${layer}/`))
    .sort((one, other) => other.length - one.length)[0];

/** Examples in doc comments may import anything. */
const withoutComments = (text: string) => text.replace(/^ *\*.*$/gm, '');

const importsOf = (file: string) =>
  [...withoutComments(readFileSync(join(root, file), 'utf8')).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    ([, name = '']) =>
      name.startsWith('.') ? withSlashes(relative(root, resolve(root, dirname(file), name))) : name,
  );

const isAllowed = (file: string, imported: string) => {
  const layer = layerOf(file) ?? '';
  const allowed = MAY_IMPORT[layer] ?? [];
  const target = layerOf(imported);
  if (target) return target === layer || allowed.includes(target);
  return allowed.some((name) => (name.endsWith(':') ? imported.startsWith(name) : imported === name));
};

test('every file of machines and src belongs to a layer', () => {
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !layerOf(file))).toEqual([]);
});

test('every layer of the table has files', () => {
  const used = new Set(files.map(layerOf));
  expect(Object.keys(MAY_IMPORT).filter((layer) => !used.has(layer))).toEqual([]);
});

test('every layer imports only the layers below it and its own packages', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !isAllowed(file, imported))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(wrong).toEqual([]);
});

test('the root of src has at most 14 entries', () => {
  expect(readdirSync(join(root, 'src')).length).toBeLessThanOrEqual(14);
});
