/**
 * Bundles the package's code into `dist`, beside the compiler's declarations. `npm run build`.
 *
 * The library's entries share chunks, so that a page without a bundler fetches few files and module state exists
 * once. The command and the viewer's page are separate, self-contained programs. The library leaves XState to the
 * app; the command bundles it, as `yarn dlx` and `npm --legacy-peer-deps` install no peer dependencies.
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
/** Entries: path in `dist` without extension, and source. */
const entries = Object.fromEntries(
  targets
    .flatMap((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1] ?? [])
    .map((name) => [name, `${FACADE}${join(root, `${name}.ts`)}`]),
);

/** Whether it is another package, installed with this one or by the app. Rolldown's syntax helpers are not. */
const isOther = (id: string) =>
  !/^(\.|\/|@oxc-project\/)/.test(id) && !isAbsolute(id) && !id.startsWith(FACADE);

/** Builds a bundle with the common options. Names are kept for stack traces; comments are in the declarations. */
const bundle = (options: BuildOptions) =>
  build({
    cwd: root,
    platform: 'neutral',
    tsconfig: 'tsconfig.build.json',
    transform: { target: 'es2020' },
    treeshake: { moduleSideEffects: false },
    // False alarms: the directive is kept (test/structure/use-client.test.ts), and only the command loads the QR code
    // late.
    checks: { moduleLevelDirective: false, ineffectiveDynamicImport: false, bundlerTimings: false },
    ...options,
    output: {
      dir: 'dist',
      entryFileNames: '[name].js',
      comments: { legal: false, jsdoc: false },
      ...options.output,
    },
  });

/**
 * A file for each entry that re-exports its source. Chunks import the source, never the entry, so that entries export
 * nothing else.
 */
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

/** A unique name: rolldown joins chunks of the same name. */
const nameOf = (source: string) =>
  relative(root, source)
    .replace(/^src\W|\.tsx?$/g, '')
    .replaceAll(sep, '-');

/** The chunk name of each source: that of the largest source in the chunk. */
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

/** The command imports the sandbox from the library: the two share no modules with the rest. */
const besideSandbox: Plugin = {
  name: 'the sandbox',
  resolveId: (id) =>
    id.endsWith('/sandbox/index.ts') ? { id: '../sandbox/index.js', external: true } : null,
};

/** Commander loads `node:child_process` for commands in separate executables, of which this command has none. */
const withoutProcesses: Plugin = {
  name: 'no processes in commander',
  resolveId: (id, importer) =>
    id === 'node:child_process' && importer?.includes('commander') ? '\0no-processes' : null,
  load: (id) => (id === '\0no-processes' ? 'export {}' : null),
};

/**
 * Most commands load these modules in this order. Each becomes one file, without the modules of the previous ones:
 * every file costs about 1 ms.
 */
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
