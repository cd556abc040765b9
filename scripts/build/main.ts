/**
 * Bundles what the package runs into `dist`, beside the declarations that the compiler puts there. `npm run build`.
 *
 * The entries of the library share chunks, so that a page without a bundler fetches few files and what a module
 * remembers is there once. The command and the viewer's page are programs of their own: each brings all it needs. A
 * library leaves XState to its app; the command has no app where `yarn dlx` or `npm --legacy-peer-deps` installs it.
 */
import { copyFileSync, readFileSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'rolldown';
import { chunksOf, type ModuleInfo, reach } from './chunks.ts';
import { deleteUnusedDeclarations } from './declarations.ts';
import { pure } from './pure.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The prefix of an entry's own file, before the path of its source. */
const FACADE = 'entry:';

type Target = string | { [condition: string]: Target };
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, Target>;
};
const filesOf = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);
const targets = Object.values(exports).flatMap(filesOf);
/** The entries: the path in `dist`, without its extension, and the source. */
const entries = Object.fromEntries(
  targets
    .flatMap((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1] ?? [])
    .map((name) => [name, `${FACADE}${join(root, `${name}.ts`)}`]),
);

/** A package that is installed with this one, or by the app. Helpers of newer syntax are none. */
const isOther = (id: string) =>
  !/^(\.|\/|@oxc-project\/)/.test(id) && !isAbsolute(id) && !id.startsWith(FACADE);

/** Builds one bundle with the options that all share. Names stay, for stack traces; comments are in the declarations. */
const bundle = (options: BuildOptions) =>
  build({
    cwd: root,
    platform: 'neutral',
    tsconfig: 'tsconfig.build.json',
    transform: { target: 'es2020' },
    treeshake: { moduleSideEffects: false },
    // The directive is kept (test/structure/use-client.test.ts), and the QR code is loaded late by the command alone.
    checks: { moduleLevelDirective: false, ineffectiveDynamicImport: false, bundlerTimings: false },
    ...options,
    output: {
      dir: 'dist',
      entryFileNames: '[name].js',
      comments: { legal: false, jsdoc: false },
      ...options.output,
    },
  });

/** Files of their own for the entries: chunks import from none of them, so they export what their source exports. */
const facades: Plugin = {
  name: 'entries',
  async resolveId(id, importer, { kind }) {
    if (id.startsWith(FACADE)) return id;
    if (kind !== 'dynamic-import') return null;
    const { id: source } = (await this.resolve(id, importer, { skipSelf: true })) ?? {};
    return Object.values(entries).find((entry) => entry === `${FACADE}${source}`) ?? null;
  },
  load(id) {
    if (!id.startsWith(FACADE)) return null;
    const source = id.slice(FACADE.length);
    const [directive = ''] = /^'use client';/m.exec(readFileSync(source, 'utf8')) ?? [];
    return `${directive}export * from ${JSON.stringify(source)}`;
  },
};

/** A name that no other source has: chunks of one name would be one. */
const nameOf = (source: string) =>
  relative(root, source)
    .replace(/^src\W|\.tsx?$/g, '')
    .replaceAll(sep, '-');

/** The chunk of each source, by the name of the largest source in it. */
const chunkNames = new Map<string, string>();
const shared: Plugin = {
  name: 'chunks that entries share',
  buildEnd() {
    const known = new Map<string, ModuleInfo>();
    for (const id of this.getModuleIds()) {
      const { code = null, importedIds = [], dynamicallyImportedIds = [] } = this.getModuleInfo(id) ?? {};
      if (isAbsolute(id) || id.startsWith(FACADE))
        known.set(id, { code, importedIds, dynamicallyImportedIds });
    }
    const lengthOf = (id: string) => known.get(id)?.code?.length ?? 0;
    for (const chunk of chunksOf(Object.values(entries), (id) => known.get(id))) {
      const [largest = ''] = [...chunk].sort((one, other) => lengthOf(other) - lengthOf(one));
      for (const id of chunk) chunkNames.set(id, nameOf(largest));
    }
  },
};

await bundle({
  input: entries,
  external: (id) => isOther(id),
  plugins: [facades, pure, shared],
  preserveEntrySignatures: 'allow-extension',
  output: {
    chunkFileNames: 'parts/[name].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: (id) => chunkNames.get(id), debugName: 'shared' }],
    },
  },
});

/** The sandbox needs nothing of the rest, and the rest nothing of it: the command takes it from the library. */
const besideSandbox: Plugin = {
  name: 'the sandbox',
  resolveId: (id) =>
    id.endsWith('/sandbox/index.ts') ? { id: '../sandbox/index.js', external: true } : null,
};

/** Commander loads it at the start, for commands that are programs of their own. This command has none. */
const withoutProcesses: Plugin = {
  name: 'no processes in commander',
  resolveId: (id, importer) =>
    id === 'node:child_process' && importer?.includes('commander') ? '\0no-processes' : null,
  load: (id) => (id === '\0no-processes' ? 'export {}' : null),
};

/** Most commands load these one after another. Each is one file, without the modules of those before it: every file costs about 1 ms. */
const STEPS = ['program', 'output', 'account-commands'];
const stepOf = new Map<string, string>();
const steps: Plugin = {
  name: 'steps of the command',
  buildEnd() {
    const importsOf = (id: string) =>
      this.getModuleInfo(id)?.importedIds.filter((other) => !isOther(other)) ?? [];
    for (const step of STEPS)
      for (const id of reach([join(root, `src/tools/cli/${step}.ts`)], importsOf))
        if (!stepOf.has(id)) stepOf.set(id, step);
  },
};

const minify = { mangle: false, compress: true, codegen: { removeWhitespace: true } };
await bundle({
  input: { 'src/tools/cli/main': 'src/tools/cli/main.ts' },
  platform: 'node',
  plugins: [besideSandbox, withoutProcesses, steps],
  preserveEntrySignatures: 'allow-extension',
  external: (id) => isOther(id) && !/^(xstate|commander)(\/|$)/.test(id),
  transform: { target: 'node20' },
  output: {
    minify,
    chunkFileNames: 'src/tools/cli/part-[hash].js',
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: (id) => stepOf.get(id), debugName: 'steps' }],
    },
  },
});
for (const name of ['xstate', 'commander'])
  copyFileSync(join(root, `node_modules/${name}/LICENSE`), join(root, `dist/src/tools/cli/LICENSE-${name}`));

await bundle({
  input: { 'src/tools/inspect/page/main': 'src/tools/inspect/page/main.ts' },
  output: { minify },
});

deleteUnusedDeclarations(
  join(root, 'dist'),
  targets.filter((file) => file.endsWith('.d.ts')).map((file) => join(root, file)),
);
