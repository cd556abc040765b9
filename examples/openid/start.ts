import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import { createOpenidProvider } from 'tmdb-auth/openid';
import { startSandbox } from 'tmdb-auth/sandbox';
import { createStorage } from 'unstorage';
import { APPS, type App, type AppName, registrationOf } from './apps.ts';

const HOST = '127.0.0.1';
/** Next reports to its makers otherwise. */
const QUIET = { NEXT_TELEMETRY_DISABLED: '1' };
/** Next ends with this code after SIGTERM. */
const TERMINATED = 128 + constants.signals.SIGTERM;

const listen = async (server: Server, port: number, host: string) => {
  await once(server.listen(port, host), 'listening');
  return (server.address() as AddressInfo).port;
};
/** Resolves to `port`, or to any free port for 0. Rejects with `EADDRINUSE` if it is in use. */
const freePort = async (port: number, host: string) => {
  const server = createServer();
  const free = await listen(server, port, host);
  await once(server.close(), 'close');
  return free;
};
const random = () => randomBytes(32).toString('base64url');

/** Starts a local TMDB, the provider on the port after `port`, and that app. Port 0: any free ports. */
export async function start(name: AppName, port: number) {
  const { command, callback, host = HOST }: App = APPS[name];
  const folder = new URL(`${name}/`, import.meta.url);
  // Before the installation, which takes long, and before anything runs that would have to be closed.
  const sitePort = callback === undefined ? port : await freePort(port, host);
  await freePort(port && port + 1, HOST);
  const site = `http://${host}:${sitePort}`;
  const secret = random();

  await install(folder);
  const server = createServer();
  const issuer = `http://${HOST}:${await listen(server, port && port + 1, HOST)}`;
  const tmdb = await startSandbox();
  const provider = createOpenidProvider({
    credentials: { accessToken: tmdb.accessToken },
    baseURL: tmdb.baseURL,
    webURL: tmdb.webURL,
    issuer,
    secrets: [random()],
    store: createStorage(),
    clients: registrationOf(name, site, secret),
  });
  server.on('request', provider);

  const [program = '', ...words] = command;
  const app = spawn(program, words, {
    cwd: folder,
    stdio: ['inherit', 'pipe', 'inherit'],
    env: {
      ...process.env,
      ...QUIET,
      ISSUER: issuer,
      CLIENT_ID: name,
      CLIENT_SECRET: secret,
      SITE: site,
      PORT: String(sitePort),
    },
  });
  const output = collect(app);
  const end = ended(app);
  const close = async () => {
    app.kill('SIGTERM');
    await end.catch(() => {}); // the program may be missing
    await provider.close();
    server.closeAllConnections();
    server.close();
    await tmdb.close();
  };
  try {
    if (callback !== undefined) await answers(site, end);
  } catch (error) {
    await close();
    throw error;
  }
  return { site, issuer, tmdb, output, end, close };
}

async function install(folder: URL) {
  const about = new URL('package.json', folder);
  if (!existsSync(about)) return;
  if (!existsSync(new URL('node_modules', folder)))
    await npm(folder, 'install', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error');
  // At each start, as users change the app.
  if (JSON.parse(readFileSync(about, 'utf8')).scripts?.build) await npm(folder, 'run', 'build');
}

async function npm(folder: URL, ...words: string[]) {
  const child = spawn('npm', words, {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, ...QUIET },
    shell: process.platform === 'win32', // npm is a batch file there
  });
  if ((await ended(child)) !== 0) throw new Error(`npm ${words[0]} has failed.`);
}

/** Passes the app's output on, and keeps it. */
function collect(app: ChildProcess): () => string {
  let text = '';
  app.stdout?.on('data', (data) => {
    text += data;
    process.stdout.write(data);
  });
  return () => text;
}

/** Resolves to the exit code. Rejects if the program is missing. */
const ended = async (child: ChildProcess): Promise<number> => {
  const [code, signal] = await once(child, 'close').catch(() => {
    throw new Error(`The example needs the program ${child.spawnfile}, which is not installed.`);
  });
  if (code === TERMINATED) return 0;
  return code ?? (signal === 'SIGTERM' || signal === 'SIGINT' ? 0 : 1);
};

/** Waits until the app listens. */
async function answers(site: string, end: Promise<number>): Promise<void> {
  let isOver = false;
  void end
    .finally(() => {
      isOver = true;
    })
    .catch(() => {});
  while (!isOver) {
    if (
      await fetch(site).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await end; // says whether the program is missing
  throw new Error('The app has ended before it listened.');
}
