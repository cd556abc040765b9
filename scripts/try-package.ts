/**
 * The package as a stranger gets it: packed, and installed with `xstate` into an empty project, where the code of the
 * README, the docs, the guides and the doc comments is type-checked, and run against a local TMDB. What needs a page,
 * does not end, or `declare`s what it needs is type-checked only. `npm run test:package`
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../src/sandbox/index.ts';
import { optionsOf } from '../test/support/options.ts';
import { type Block, blocksOf, createConsumer } from './consumer.ts';

const root = join(import.meta.dirname, '..');
const { only } = optionsOf(
  'npm run test:package -- [--only docs/guides/cli.md]',
  { only: { type: 'string' } },
  (values) => values.only !== undefined && !existsSync(join(root, values.only)) && `No file ${values.only}.`,
);

interface Example extends Block {
  /** In the project. */
  file: string;
}

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: folder !== 'docs', encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const examplesOf = (page: string): Example[] =>
  blocksOf(page).map((block, at) => ({
    ...block,
    file: join(page.replaceAll(/\W/g, '-'), block.name ?? `block-${at + 1}.${block.language}`),
  }));

const isTyped = ({ language }: Example) => /^tsx?$/.test(language);
const README = only ? [] : examplesOf('README.md').filter(isTyped);
const others = [
  ...filesIn('docs', '.md'),
  ...filesIn('docs/guides', '.md'),
  ...filesIn('machines', '.ts'),
  ...filesIn('src', '.ts'),
]
  .filter((page) => !only || page === only)
  .flatMap(examplesOf);
const commands = others.filter(
  ({ file, language }) => language === 'sh' && file.startsWith('docs-guides-cli'),
);

using project = createConsumer(
  ['xstate'],
  ['typescript', 'tsx', '@types/node@20', 'unstorage', 'hono', '@hono/node-server'],
);
const compilerOptions = {
  module: 'NodeNext',
  target: 'ES2023',
  jsx: 'react-jsx',
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: ['node'],
};

/** Each is a module of its own, also where it imports nothing. */
function check(examples: Example[], options: object): void {
  const typed = examples.filter(isTyped);
  if (typed.length === 0) return;
  for (const { file, code } of typed)
    project.write(file, /^(import|export) /m.test(code) ? code : `${code}\nexport {};\n`);
  const files = typed.map(({ file }) => file);
  project.write(
    'tsconfig.json',
    JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }),
  );
  try {
    project.run('npx', 'tsc');
  } catch (error) {
    throw new Error(`Examples do not type-check:\n${(error as { stdout: string }).stdout}`);
  }
}

/** Runs a program; if it shows the approval page, a person approves there. */
async function play(tmdb: Sandbox, home: string, command: string, ...args: string[]): Promise<string> {
  const environment = {
    ...process.env,
    TMDB_ACCESS_TOKEN: tmdb.accessToken,
    TMDB_BASE_URL: tmdb.baseURL,
    TMDB_WEB_URL: tmdb.webURL,
    XDG_CONFIG_HOME: join(project.folder, 'home', home),
    CI: 'true',
  };
  const program = spawn(command, args, { cwd: project.folder, env: environment, timeout: 60_000 });
  let output = '';
  program.stdout.on('data', (data) => {
    output += data;
  });
  program.stderr.on('data', (data) => {
    output += data;
    const token = /\/authenticate\/(\w+)/.exec(String(data))?.[1];
    if (token) tmdb.approve(token);
  });
  const code = await new Promise((resolve) => program.once('close', resolve));
  if (code !== 0) throw new Error(`${home} ended with ${code}:\n${output}`);
  return output.trim();
}

/** A page needs a browser, a server does not end, and the real TMDB is not asked. */
const STAYS =
  /from '(react|vue|svelte|moviedb-promise|tmdb-ts)|tmdb-auth\/(browser|lazy|react|vue|svelte|solid|devtools|server|restate|inspect)|serve\(|^declare |fetch\('https|api\.themoviedb/m;

async function run(examples: Example[], tmdb: Sandbox): Promise<number> {
  const programs = examples.filter(({ language, code }) => language === 'ts' && !STAYS.test(code));
  for (const { file, code } of programs) {
    const runner = /from 'vitest'/.test(code) ? ['vitest', 'run', '--dir', '.'] : ['tsx'];
    console.log(`\n${file}\n${await play(tmdb, file, 'npx', ...runner, file)}`);
  }
  return programs.length;
}

await using tmdb = await startSandbox();
check(
  README.filter(({ language }) => language === 'ts'),
  {},
);
let played = await run(README, tmdb);
if (!only && tmdb.account().favorites.length !== 1)
  throw new Error('The first example did not mark its film.');

const guests = ['react', '@types/react', 'vue', 'solid-js', '@restatedev/restate-sdk', '@restatedev/xstate'];
project.run('npm', 'install', '--save-dev', ...guests, 'vitest', 'moviedb-promise', 'tmdb-ts');
// What some of these declare needs packages that nobody has.
check([...README, ...others], { skipLibCheck: true });
played += await run(others, tmdb);

for (const { file, code } of commands) {
  // The credentials are there already.
  const lines = code.replaceAll(/^export .*\n/gm, '');
  console.log(`\n${file}\n${await play(tmdb, file, 'bash', '-ec', lines)}`);
}
const typed = [...README, ...others].filter(isTyped).length;
console.log(
  `\n${typed} examples type-check, ${played} of them were run, and ${commands.length} of the command.`,
);
console.log(project.run('npx', 'tmdb-auth', '--version').trim());
