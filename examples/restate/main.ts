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

  --once   signs in by itself, says how that went, and ends
  --help   this text

Without TMDB_ACCESS_TOKEN it uses a local TMDB, started with it.`;

/** TMDB cannot redirect a phone to 127.0.0.1 of this computer, so the service polls TMDB. In ms. */
const POLL_INTERVAL = 5_000;

/** Clean-up steps, run in reverse order, also after an error. */
const endings: (() => Promise<unknown>)[] = [];
let ended: Promise<void> | undefined;
function end(): Promise<void> {
  ended ??= (async () => {
    for (let ending = endings.pop(); ending; ending = endings.pop()) await ending().catch(() => {});
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
  if (tmdb) endings.push(() => tmdb.close());
  // A real service keeps the secret as long as the data it seals; here both end with the process.
  const secrets = [randomBytes(32).toString('base64url')];
  const options: RestateOptions = {
    credentials: { accessToken: tmdb?.accessToken ?? accessToken ?? '' },
    secrets,
    pollInterval: POLL_INTERVAL,
    ...(tmdb && { baseURL: tmdb.baseURL, webURL: tmdb.webURL }),
  };
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-restate-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const restate = await startRestateServer(folder);
  endings.push(() => restate.stop());
  const service = await startService(options);
  endings.push(() => service.stop());
  await restate.register(service.url);
  const client = createRestateClient({ ingressURL: restate.ingressURL, secrets });
  const front = await startFront(client, { comesBack: tmdb !== null });
  endings.push(() => front.close());
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
  // npm passes Ctrl-C on, so it arrives twice. The second must not interrupt the clean-up.
  process.on(signal, () => void end().then(() => process.exit()));
}
try {
  const { front, approve } = await start();
  if (once) {
    if (!approve) throw new Error('--once is for the local TMDB: only a person can approve at the real one.');
    console.log(await playOnce(front.url, approve));
    await end();
  } else {
    console.log(`The television: ${front.url}\nCtrl-C stops everything and deletes its files.`);
  }
} catch (error) {
  console.error((error as Error).message);
  await end();
  process.exitCode = 1;
}
