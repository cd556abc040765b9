import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, vi } from 'vitest';
import { installServer } from '../../examples/restate/install.ts';
import { newEnoughNode } from '../../examples/restate/node.ts';
import { type RestateServer, startRestateServer } from '../../examples/restate/restate-server.ts';
import {
  createRestateClient,
  type RestateClient,
  type RestateOptions,
} from '../../src/platforms/restate/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/tools/sandbox/index.ts';
import { freePort } from '../support/free-port.ts';
import { programOf } from '../support/program.ts';

export const SECRETS = ['a secret that nobody else has: 4711 4711 4711'];

/** A sandbox on a real port, a real Restate server and a separate service process. */
export interface Stage {
  tmdb: Sandbox;
  restate: RestateServer;
  client: RestateClient;
  folder: string;
  /** The whole output of the service. */
  log(): string;
  service: { start(changed?: Partial<RestateOptions>): Promise<void>; kill(): Promise<void> };
  /** Rows of Restate's own tables. */
  sql(query: string): Promise<Record<string, unknown>[]>;
}

/** Turns off the compression of Restate's files, in which a search would find nothing and prove nothing. */
const SETTINGS = {
  RESTATE_ROCKSDB_DISABLE_WAL_COMPRESSION: 'true',
  RESTATE_ROCKSDB_DISABLE_L0_L1_COMPRESSION: 'true',
  // This job deletes remembered answers that have expired; by default it runs every hour.
  RESTATE_WORKER__CLEANUP_INTERVAL: '5s',
};

const PATIENCE = 30_000;

/** Waits for a condition, however slow the machine is. */
export async function until(isSo: () => unknown, what: string, patience = PATIENCE): Promise<void> {
  const end = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${what}`);
    await pause(50);
  }
}

interface Setting {
  options?: Partial<RestateOptions>;
  sandbox?: SandboxOptions;
  /** Environment variables of Restate's server. */
  server?: Record<string, string>;
}

/** Starts everything that a file of tests needs before its first test, and stops it after its last. */
export function setStage({ options, sandbox, server }: Setting = {}): Stage {
  vi.setConfig({ testTimeout: 20 * PATIENCE });
  const stage = {} as Stage;
  let child: ChildProcess | undefined;
  let said = '';

  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };

  beforeAll(async () => {
    installServer();
    stage.folder = mkdtempSync(join(tmpdir(), 'tmdb-auth-restate-'));
    stage.tmdb = await startSandbox(sandbox);
    stage.restate = await startRestateServer(stage.folder, { ...SETTINGS, ...server });
    const { ingressURL, adminURL } = stage.restate;
    stage.client = createRestateClient({ ingressURL, secrets: SECRETS });
    stage.log = () => said;
    const port = await freePort();

    const start = async (changed: Partial<RestateOptions> = {}) => {
      const { baseURL, webURL, accessToken } = stage.tmdb;
      const all = { credentials: { accessToken }, baseURL, webURL, secrets: SECRETS, ...options, ...changed };
      const started = spawn(
        newEnoughNode(),
        [programOf('test/restate/worker.ts'), JSON.stringify({ port, options: all })],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      child = started;
      let isReady = false;
      const listen = (chunk: Buffer) => {
        said += chunk;
        isReady ||= chunk.toString().startsWith('ready');
      };
      started.stdout.on('data', listen);
      started.stderr.on('data', listen);
      await until(() => isReady || started.exitCode !== null, 'the service to start');
      if (started.exitCode !== null) throw new Error(said);
    };
    stage.service = { start, kill };
    await start();
    await stage.restate.register(`http://127.0.0.1:${port}`);

    stage.sql = async (query) => {
      const response = await fetch(`${adminURL}/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query }),
      });
      if (!response.ok) throw new Error(await response.text());
      return ((await response.json()) as { rows: Record<string, unknown>[] }).rows;
    };
  }, 300_000);

  afterAll(async () => {
    await kill();
    await stage.restate?.stop('SIGKILL');
    await stage.tmdb?.close();
    rmSync(stage.folder, { recursive: true, force: true });
  }, 60_000);

  return stage;
}

/** Waits until the sign-in's state begins with this path. */
export async function reaches(client: RestateClient, ticket: string, state: string) {
  const end = Date.now() + PATIENCE;
  let view = await client.view(ticket);
  while (view && !view.state.startsWith(state)) {
    if (Date.now() > end) throw new Error(`Waited in vain for ${state}, it is ${view.state}`);
    view = await client.wait(ticket, { seen: view.state, timeout: 5_000 });
  }
  if (!view) throw new Error(`Waited for ${state}, and there is no such sign-in any more.`);
  return view;
}
