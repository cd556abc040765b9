import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** Imports go one way. Each folder names what it may import besides itself; the core is what lies in `src` itself. */
const MAY_IMPORT: Record<string, string[]> = {
  machines: ['xstate'],
  'src/sandbox': ['node:'],
  'src/tmdb': ['machines', 'src', 'ofetch'],
  'src/actors': ['machines', 'src', 'src/tmdb', 'xstate'],
  src: ['machines', 'src/tmdb', 'src/actors', 'xstate', 'ofetch'],
  'src/platforms/node': ['machines', 'src', 'node:', 'env-paths', 'open', 'qr'],
  'src/remote': ['machines', 'src'],
  'src/platforms/browser': ['machines', 'src', 'src/remote'],
  'src/lazy': ['machines', 'src', 'src/platforms/browser'],
  'src/react': ['machines', 'src', 'react'],
  'src/vue': ['machines', 'src', 'vue'],
  'src/svelte': ['machines', 'src'],
  'src/solid': ['machines', 'src', 'solid-js'],
  'src/server': ['machines', 'src', 'src/tmdb', 'cookie', 'jose'],
  'src/restate': [
    'machines',
    'src',
    'src/tmdb',
    'src/server',
    'xstate',
    '@restatedev/restate-sdk',
    '@restatedev/xstate',
    '@restatedev/xstate/promise',
  ],
  'src/inspect': ['machines', 'src', 'xstate', 'src/devtools'],
  'src/inspect/node': ['src', 'src/inspect', 'node:', 'ws'],
  'src/devtools': ['machines', 'src', 'src/inspect', 'xstate'],
  'src/devtools/react': ['src/devtools', 'src/react', 'react'],
  'src/cli': [
    'src/inspect/node',
    'machines',
    'src',
    'src/platforms/node',
    'src/sandbox',
    'node:',
    'xstate',
    'commander',
    'read',
  ],
};

const files = ['machines', 'src'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

/** The longest folder of the table that holds the file. */
const folderOf = (file: string) =>
  Object.keys(MAY_IMPORT)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length)[0] ?? '';

/** Examples in doc comments import what they like. */
const withoutComments = (text: string) => text.replace(/^ *\*.*$/gm, '');

const importsOf = (file: string) =>
  [...withoutComments(readFileSync(join(root, file), 'utf8')).matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    ([, name = '']) => (name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : name),
  );

const isAllowed = (folder: string, imported: string) => {
  const home = folderOf(imported);
  if (home !== '') return home === folder || (MAY_IMPORT[folder] ?? []).includes(home);
  return (MAY_IMPORT[folder] ?? []).some((name) =>
    name.endsWith(':') ? imported.startsWith(name) : imported === name,
  );
};

test('imports go one way: xstate, machines, core, platforms, command; the sandbox stands alone', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !isAllowed(folderOf(file), imported))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});
