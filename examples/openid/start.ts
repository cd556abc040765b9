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

const listen = async (server: Server, port: number) => {
  await once(server.listen(port, HOST), 'listening');
  return (server.address() as AddressInfo).port;
};
const freePort = async () => {
  const server = createServer();
  const port = await listen(server, 0);
  await once(server.close(), 'close');
  return port;
};
const random = () => randomBytes(32).toString('base64url');

/** Starts a local TMDB, the provider on the port after `port`, and that app. Port 0: any free ports. */
export async function start(name: AppName, port: number) {
  const { command, callback, host = HOST }: App = APPS[name];
  const folder = new URL(`${name}/`, import.meta.url);
  const sitePort = port || (await freePort());
  const site = `http://${host}:${sitePort}`;
  const secret = random();

  await install(folder);
  const tmdb = await startSandbox();
  const server = createServer();
  const issuer = `http://${HOST}:${await listen(server, port && port + 1)}`;
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
