/**
 * The package as a stranger gets it: packed, installed with `xstate` into an empty project, where the README's
 * examples are type-checked and run against a local TMDB. `npm run test:package`
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../src/sandbox/index.ts';

const root = new URL('..', import.meta.url).pathname;
const project = mkdtempSync(join(tmpdir(), 'tmdb-auth-consumer-'));
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const examples = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code = '']) => code,
);
if (examples.length === 0) throw new Error('The README shows no example.');

const tsconfig = {
  compilerOptions: { module: 'NodeNext', target: 'ES2023', strict: true, noEmit: true, types: ['node'] },
};

/** Runs an example; if it shows the approval page, a person approves there. */
async function play(file: string, tmdb: Awaited<ReturnType<typeof startSandbox>>): Promise<string> {
  const environment = {
    ...process.env,
    TMDB_ACCESS_TOKEN: tmdb.accessToken,
    TMDB_BASE_URL: tmdb.baseURL,
    TMDB_WEB_URL: tmdb.webURL,
    XDG_CONFIG_HOME: project,
    CI: 'true',
  };
  const program = spawn('npx', ['tsx', file], { cwd: project, env: environment, timeout: 60_000 });
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
  if (code !== 0) throw new Error(`${file} ended with ${code}:\n${output}`);
  return output;
}

try {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], {
      cwd: root,
      encoding: 'utf8',
    }),
  ) as [{ filename: string; size: number; files: unknown[] }];
  console.log(
    `Packed ${packed.filename}: ${packed.files.length} files, ${(packed.size / 1024).toFixed(0)} kB.`,
  );

  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }');
  run('npm', 'install', `./${packed.filename}`, 'xstate');
  run('npm', 'install', '--save-dev', 'typescript', 'tsx', '@types/node@20');
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  for (const [at, code] of examples.entries()) writeFileSync(join(project, `example-${at}.ts`), code);
  run('npx', 'tsc');
  console.log(`${examples.length} examples of the README type-check.`);

  const tmdb = await startSandbox();
  for (const at of examples.keys()) console.log((await play(`example-${at}.ts`, tmdb)).trim());
  const favorites = tmdb.account().favorites.length;
  await tmdb.close();
  if (favorites !== 1) throw new Error('The first example did not mark its film.');
  console.log(run('npx', 'tmdb-auth', '--version').trim());
} finally {
  rmSync(project, { recursive: true, force: true });
}
