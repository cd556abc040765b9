import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

export interface RestateServer {
  /** Address for calls of services. */
  ingressURL: string;
  /** Address for registering services. Must not be reachable from outside. */
  adminURL: string;
  pid(): number;
  /** Registers a service and waits until Restate has discovered its handlers. */
  register(serviceURL: string): Promise<void>;
  /** Restarts the stopped or killed server on the same addresses, with its data. */
  start(): Promise<void>;
  /** Resolves when the process has exited. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** A start takes half a second, longer with much data to read back. In ms. */
const PATIENCE = 60_000;

/**
 * Runs Restate's server on free ports of 127.0.0.1, with its data in `folder` and its telemetry off. `settings` are
 * added to its environment. Starts the server's own binary: npm's command wraps it in a process that does not die with
 * it.
 */
export async function startRestateServer(
  folder: string,
  settings: Record<string, string> = {},
): Promise<RestateServer> {
  const [ingress, admin, node] = await freePorts();
  const ingressURL = `http://127.0.0.1:${ingress}`;
  const adminURL = `http://127.0.0.1:${admin}`;
  const env = {
    ...process.env,
    DO_NOT_TRACK: '1',
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_IP: '127.0.0.1',
    RESTATE_BIND_PORT: String(node),
    RESTATE_INGRESS__BIND_PORT: String(ingress),
    RESTATE_ADMIN__BIND_PORT: String(admin),
    // A fixed name, so that a restart finds its data also when the machine's name has changed.
    RESTATE_NODE_NAME: 'n1',
    RESTATE_DEFAULT_NUM_PARTITIONS: '4',
    RESTATE_LOG_FILTER: 'error',
    ...settings,
  };
  let server: ChildProcess | undefined;

  const start = async () => {
    const started = spawn(binary(), ['--base-dir', folder, '--no-logo'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = started;
    let said = '';
    const listen = (chunk: Buffer) => {
      said = (said + chunk).slice(-4_000);
    };
    started.stdout.on('data', listen);
    started.stderr.on('data', listen);
    const end = Date.now() + PATIENCE;
    while (!(await isHealthy(adminURL)) || !(await isHealthy(ingressURL, '/restate/health'))) {
      if (started.exitCode !== null || Date.now() > end) {
        started.kill('SIGKILL');
        throw new Error(`Restate's server did not start:\n${said}`);
      }
      await pause(50);
    }
  };

  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill(signal);
    await gone;
  };

  await start();
  return {
    ingressURL,
    adminURL,
    pid: () => server?.pid ?? 0,
    start,
    stop,
    async register(uri) {
      const response = await fetch(`${adminURL}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri, force: true }),
      });
      if (!response.ok) throw new Error(`Restate refused the service: ${await response.text()}`);
    },
  };
}

function binary(): string {
  const name = `@restatedev/restate-server-${platform()}-${arch()}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/restate-server`);
  } catch {
    throw new Error(`${name} is not here: there is a Restate server for Linux and macOS, on x64 and arm64.`);
  }
}

const isHealthy = (url: string, path = '/health') =>
  fetch(url + path).then(
    ({ ok }) => ok,
    () => false,
  );

/** Opens all three at once, so that they differ. */
async function freePorts(): Promise<number[]> {
  const servers = [0, 1, 2].map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
