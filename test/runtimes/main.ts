/**
 * Runs the same checks in every runtime, with the packed package and a local TMDB: `npm run proof runtimes`.
 * `--write` puts the results into `docs/runtimes.md`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { freePort } from '../support/free-port.ts';
import { optionsOf } from '../support/options.ts';
import { pack } from '../support/pack.ts';
import { createProject } from '../worlds/project.ts';
import { namesOf } from './checks/index.ts';
import { startControl } from './control.ts';
import { CHECKS } from './hosts.ts';
import { isGood, type Outcome, told, writePage } from './outcome.ts';
import { installRuntimes } from './programs/install.ts';
import { Unavailable } from './programs/program-of.ts';
import { RUNTIMES, type Runtime } from './runtimes.ts';

const { only, write } = optionsOf(
  `npm run proof runtimes -- --only ${Object.keys(RUNTIMES).join(' | ')}; or --write, for docs/runtimes.md.`,
  { only: { type: 'string' }, write: { type: 'boolean' } },
  (told) =>
    (told.only !== undefined && !Object.hasOwn(RUNTIMES, told.only) && `There is no runtime ${told.only}.`) ||
    (told.only !== undefined && told.write === true && '--write is for all of them.'),
);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
installRuntimes();
const packed = mkdtempSync(join(tmpdir(), 'tmdb-auth-tarball-'));
const { tarball } = pack(packed);
const project = createProject(tarball, { dependencies: ['xstate', '@hono/node-server', 'hono'], tools: [] });
rmSync(packed, { recursive: true });
process.once('exit', project[Symbol.dispose]);
buildSync({
  entryPoints: [new URL('checks/index.ts', import.meta.url).pathname],
  outfile: `${project.folder}/${CHECKS}`,
  bundle: true,
  packages: 'external',
  format: 'esm',
  target: 'es2022',
});

async function outcomeOf(runtime: Runtime): Promise<Outcome> {
  const { title, without, because } = runtime;
  const startedAt = Date.now();
  let version = '';
  let wrong: string | null = null;
  let skipped: string | null = null;
  const { settings, hosts, results, close } = await startControl();
  try {
    version = await runtime.version();
    const port = await freePort();
    await runtime.play({ ...project, hosts, port, settings: { ...settings, without } });
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Unavailable) skipped = message;
    else wrong = message;
  } finally {
    await close();
  }
  const played = new Set(results.map(({ name }) => name));
  const missing = namesOf(without).filter((name) => !played.has(name));
  return { title, version, results, missing, wrong, skipped, because, ms: Date.now() - startedAt };
}

const outcomes: Outcome[] = [];
for (const [name, runtime] of Object.entries(RUNTIMES)) {
  if (only !== undefined && only !== name) continue;
  const outcome = await outcomeOf(runtime);
  outcomes.push(outcome);
  console.log(told(outcome));
}
const failed = outcomes.filter((outcome) => !isGood(outcome) && !outcome.skipped);
if (write) writePage(outcomes);
if (outcomes.every(({ skipped }) => skipped)) {
  console.error('Nothing was played.');
  process.exitCode = 1;
}
if (failed.length > 0) {
  console.error(`Failed: ${failed.map(({ title }) => title).join(', ')}.`);
  process.exitCode = 1;
}
