/**
 * `npm run example react` and, with `--plain`, `npm run example browser`: the web examples, with a local TMDB or, with
 * TMDB_ACCESS_TOKEN, the real one.
 */
import { parseArgs } from 'node:util';
import { createTmdbAuth } from '../../src/index.ts';
import { type Served, type ServeOptions, serveExample, startDemo } from './demo-web-server.ts';

const USAGE = `npm run example react -- [--port PORT] [--server]
npm run example browser -- [--port PORT]

  --port PORT  on 127.0.0.1 (default: any that is free)
  --server     the credential and the sessions stay on a server, and the page has neither
  --help       this text

Without TMDB_ACCESS_TOKEN the page uses a local TMDB, started with it.`;

const HIGHEST_PORT = 65_535;

function wrongUsage(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

function readArguments(): ServeOptions & { help: boolean } {
  const options = {
    port: { type: 'string' },
    plain: { type: 'boolean', default: false },
    server: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  try {
    const { port, plain, server, help } = parseArgs({ options }).values;
    if (plain && server) wrongUsage('--server is for the example with React: leave out --plain.');
    const chosen = { plain, server, help, watch: true };
    if (port === undefined) return chosen;
    if (!/^\d+$/.test(port) || Number(port) > HIGHEST_PORT)
      wrongUsage(`--port is a number from 0 to ${HIGHEST_PORT}, not “${port}”.`);
    return { ...chosen, port: Number(port) };
  } catch (error) {
    return wrongUsage((error as Error).message);
  }
}

const { help, ...options } = readArguments();
if (help) {
  console.log(USAGE);
  process.exit();
}

const accessToken = process.env.TMDB_ACCESS_TOKEN;
if (accessToken) {
  try {
    createTmdbAuth({ credentials: { accessToken } }).dispose();
  } catch (error) {
    wrongUsage(`TMDB_ACCESS_TOKEN: ${(error as Error).message}`);
  }
}

const WITH_LOCAL_TMDB = `It signs in to a local TMDB, started with it: press “Sign in with TMDB”, then Allow or Deny.
With TMDB_ACCESS_TOKEN set, the same command uses the real TMDB.`;

const WITH_REAL_TMDB = `It signs in to the real TMDB, with TMDB_ACCESS_TOKEN. ${
  options.server ? 'The token stays on the server' : 'Anyone who opens the page can read that token'
}:
it is served to this computer only. What you rate, keep and list goes to your TMDB account.`;

const start = (): Promise<Served> =>
  accessToken ? serveExample({ credentials: { accessToken } }, options) : startDemo(options);

const served = await start().catch((error: NodeJS.ErrnoException) => {
  const isTaken = error.code === 'EADDRINUSE';
  console.error(isTaken ? `Port ${options.port} is taken.` : error);
  process.exit(1);
});

const where = options.server
  ? 'Key and session stay on the server.'
  : 'The page has the key (with `-- --server` it has not).';
console.log(
  `\n  ${served.url}\n\n${where}\n${accessToken ? WITH_REAL_TMDB : WITH_LOCAL_TMDB}\nCtrl-C ends it.`,
);

const end = async () => {
  process.off('SIGINT', end).off('SIGTERM', end);
  await served.close();
  console.log('\nEnded.');
};
process.on('SIGINT', end).on('SIGTERM', end);
