/** `npm run example restate`: a television signs in through Restate, with a local TMDB or the real one. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createRestateClient, type RestateOptions } from '../../src/platforms/restate/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { type Front, startFront } from './front.ts';
import { installServer } from './install.ts';
import { playOnce } from './play-once.ts';
import { startRestateServer } from './restate-server.ts';
import { startService } from './start-service.ts';

const USAGE = `npm run example restate -- [--once]

  --once   signs in by itself, prints the result and exits
  --help   this text

Without TMDB_ACCESS_TOKEN it starts and uses a local TMDB.`;

/** How often TMDB is polled, in ms: a phone cannot return to this computer's 127.0.0.1. */
const POLL_INTERVAL = 5_000;

/** Cleanups, run in reverse order. */
const cleanups: (() => Promise<unknown>)[] = [];
let ended: Promise<void> | undefined;
function end(): Promise<void> {
  ended ??= (async () => {
    for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup().catch(() => {});
  })();
  return ended;
}

async function start(): Promise<{ front: Front; approve: ((token: string) => void) | null }> {
  const accessToken = process.env.TMDB_ACCESS_TOKEN;
  if (accessToken && !accessToken.startsWith('eyJ')) {
    throw new Error('TMDB_ACCESS_TOKEN is not a Read Access Token (it starts with "eyJ").');
  }
  installServer();
  const tmdb = accessToken ? null : await startSandbox();
  if (tmdb) cleanups.push(() => tmdb.close());
  // New for each run, as the data they seal is deleted at the end. A real service keeps its secrets.
  const secrets = [randomBytes(32).toString('base64url')];
  const options: RestateOptions = {
    credentials: { accessToken: tmdb?.accessToken ?? accessToken ?? '' },
    secrets,
    pollInterval: POLL_INTERVAL,
    ...(tmdb && { baseURL: tmdb.baseURL, webURL: tmdb.webURL }),
  };
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-restate-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const restate = await startRestateServer(folder);
  cleanups.push(() => restate.stop());
  const service = await startService(options);
  cleanups.push(() => service.stop());
  await restate.register(service.url);
  const client = createRestateClient({ ingressURL: restate.ingressURL, secrets });
  const front = await startFront(client, { comesBack: tmdb !== null });
  cleanups.push(() => front.close());
  return { front, approve: tmdb && ((token) => tmdb.approve(token)) };
}

function readArguments() {
  try {
    return parseArgs({ options: { once: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return process.exit(2);
  }
}

const { once, help } = readArguments();
if (help) {
  console.log(USAGE);
  process.exit();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // A runner may pass Ctrl-C on, so that it arrives twice: the second one must not interrupt the cleanup.
  process.on(signal, () => void end().then(() => process.exit()));
}
try {
  const { front, approve } = await start();
  if (once) {
    if (!approve)
      throw new Error('--once works only with the local TMDB: at the real one a person has to approve.');
    console.log(await playOnce(front.url, approve));
    await end();
  } else {
    console.log(`The television: ${front.url}\nCtrl-C ends everything and cleans up.`);
  }
} catch (error) {
  console.error((error as Error).message);
  await end();
  process.exitCode = 1;
}
