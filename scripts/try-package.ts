/**
 * The package as a stranger gets it: packed, installed with `xstate` into an empty project, where the README's
 * examples are type-checked (those of the docs, too), and run against a local TMDB. `npm run test:package`
 */
import { spawn } from 'node:child_process';
import { type Sandbox, startSandbox } from '../src/sandbox/index.ts';
import { blocksIn, createConsumer } from './consumer.ts';

using project = createConsumer(
  ['xstate'],
  ['typescript', 'tsx', '@types/node@20', 'unstorage', 'hono', '@hono/node-server'],
);
const examples = blocksIn('README.md', 'ts');
const inDocs = blocksIn('docs/server.md', 'ts');
const compilerOptions = { module: 'NodeNext', target: 'ES2023', strict: true, noEmit: true, types: ['node'] };
project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['example-*.ts'] }));
for (const [at, code] of examples.entries()) project.write(`example-${at}.ts`, code);
for (const [at, code] of inDocs.entries()) project.write(`in-docs-${at}.ts`, code);
// What unstorage declares needs packages that nobody has.
const withoutLibraries = {
  compilerOptions: { ...compilerOptions, skipLibCheck: true },
  include: ['in-docs-*.ts'],
};
project.write('tsconfig.docs.json', JSON.stringify(withoutLibraries));
project.run('npx', 'tsc');
project.run('npx', 'tsc', '-p', 'tsconfig.docs.json');
console.log(`${examples.length} examples of the README and ${inDocs.length} of the docs type-check.`);

/** Runs an example; if it shows the approval page, a person approves there. */
async function play(file: string, tmdb: Sandbox): Promise<string> {
  const environment = {
    ...process.env,
    TMDB_ACCESS_TOKEN: tmdb.accessToken,
    TMDB_BASE_URL: tmdb.baseURL,
    TMDB_WEB_URL: tmdb.webURL,
    XDG_CONFIG_HOME: project.folder,
    CI: 'true',
  };
  const program = spawn('npx', ['tsx', file], { cwd: project.folder, env: environment, timeout: 60_000 });
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

await using tmdb = await startSandbox();
for (const [at, code] of examples.entries()) {
  // A page needs a browser, and a server does not end.
  if (!/tmdb-auth\/browser|serve\(/.test(code)) console.log((await play(`example-${at}.ts`, tmdb)).trim());
}
if (tmdb.account().favorites.length !== 1) throw new Error('The first example did not mark its film.');
console.log(project.run('npx', 'tmdb-auth', '--version').trim());
