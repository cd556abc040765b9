/**
 * Compiles our types from the tarball with the compilers that apps use, and checks every declaration they reach: `npm
 * run proof types`. The first run installs the compilers.
 */
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOf } from '../../support/options.ts';
import { pack } from '../../support/pack.ts';

const here = import.meta.dirname;
const modules = join(here, 'node_modules');
const consumer = join(modules, '.consumer');

/**
 * unstorage's declarations need packages that apps do not install, and Solid's a newer DOM than TypeScript
 * 5.4 has.
 */
const NOT_OURS = /^node_modules\/(?!tmdb-auth\/|\.consumer\/)/;

/**
 * A bundler resolves for pages, without the condition `node`. Apps may be stricter about options than we
 * require.
 */
const RESOLUTIONS = {
  nodenext: { module: 'NodeNext', files: ['public.ts', 'account.ts', 'restate.ts', 'node.ts', 'entries.ts'] },
  bundler: {
    module: 'ESNext',
    exactOptionalPropertyTypes: true,
    files: ['public.ts', 'account.ts', 'restate.ts', 'entries.ts'],
  },
  // This resolution does not know `exports`.
  node10: { module: 'ESNext', files: ['entries.ts'] },
};

/** TypeScript 6 first reports `node10` as deprecated, and TypeScript 7 lacks it. */
const HAS_NODE10 = /-5\.\d$/;
/** README names the resolutions to use instead, and the compiler must do the same for every entry. */
const ADVICE = /Consider updating to 'node16', 'nodenext', or 'bundler'/;

const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};
const COMPILERS = Object.keys(dependencies).filter((name) => name.startsWith('typescript-'));

const { only } = optionsOf(
  `npm run proof types -- [--only ${COMPILERS[0]}]`,
  { only: { type: 'string' } },
  ({ only }) => !!only && !COMPILERS.includes(only) && `--only is one of ${COMPILERS.join(', ')}`,
);

function install(): void {
  const installed = statSync(join(modules, '.package-lock.json'), { throwIfNoEntry: false });
  if (!installed || installed.mtimeMs < statSync(join(here, 'package-lock.json')).mtimeMs)
    execFileSync('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund'], { stdio: 'inherit' });
  const ours = join(modules, 'tmdb-auth');
  for (const folder of [ours, consumer]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  const { tarball } = pack(consumer);
  execFileSync('tar', ['-xzf', tarball, '-C', ours, '--strip-components=1']);
}

/** A file that imports every export of the package, so that no entry is forgotten. */
function importEverything(): string {
  const { exports } = JSON.parse(readFileSync(join(modules, 'tmdb-auth/package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const entries = Object.keys(exports).filter((path) => !path.endsWith('.json'));
  const imports = entries.map((path, at) => `import type * as entry${at} from 'tmdb-auth${path.slice(1)}';`);
  return `${imports.join('\n')}\nexport type Everything = [${entries.map((_, at) => `typeof entry${at}`)}];\n`;
}

/** The compiler's errors in our files, or in the files that use us. */
function complaints(compiler: string, resolution: keyof typeof RESOLUTIONS): Promise<string[]> {
  const { files, ...others } = RESOLUTIONS[resolution];
  const project = join(consumer, `${compiler}-${resolution}.json`);
  const compilerOptions = {
    ...others,
    moduleResolution: resolution,
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'],
    types: ['node'],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const tsc = join(modules, compiler, 'bin/tsc');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, '-p', project, '--pretty', 'false'], { cwd: here }, (error, said) => {
      // Indented lines continue the line before.
      const lines = said.split(/\n(?! )/).filter((line) => line.includes('error TS'));
      if (error && lines.length === 0) reject(error);
      else resolve(lines.filter((line) => !NOT_OURS.test(line)));
    });
  });
}

install();
for (const file of ['public.ts', 'account.ts', 'restate.ts', 'node.ts'])
  copyFileSync(join(here, '..', file), join(consumer, file));
writeFileSync(join(consumer, 'entries.ts'), importEverything());

for (const compiler of only ? [only] : COMPILERS) {
  const found = await Promise.all([complaints(compiler, 'nodenext'), complaints(compiler, 'bundler')]);
  const advice = HAS_NODE10.test(compiler) ? await complaints(compiler, 'node10') : [];
  found.push(advice.filter((line) => !ADVICE.test(line)));
  if (HAS_NODE10.test(compiler) && advice.length === 0)
    found.push(['node10 works, but README says it does not']);
  for (const line of found.flat()) console.error(`${compiler}: ${line}`);
  if (found.flat().length > 0) process.exitCode = 1;
  else console.log(`${compiler}: no errors with nodenext and bundler.`);
}
