import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TestContext } from 'vitest';
import { createSeal } from '../../src/platforms/seal.ts';
import { parseRecord, type SessionRecord } from '../../src/record/session-record.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import { ROOT, type Running, start, until } from '../node/processes.ts';
import { settingsFor } from '../support/settings.ts';
import type { InstanceSettings } from './instance.ts';
import { startRedis } from './redis.ts';

interface Slot {
  settings: InstanceSettings;
  running: Running | null;
  port: number;
  /** Requests that this instance has not answered yet. */
  underWay: number;
  /** Set for a killed instance; resolves when it has started again. */
  back: Promise<void> | null;
}

/** The place of the records. */
export type Records = 'cookies' | 'files' | 'redis';

/** Two instances behind a round-robin balancer that repeats no request, and a local TMDB. */
export interface Fleet {
  origin: string;
  tmdb: Sandbox;
  /** Kills (-9) the one instance that has a request in progress; it restarts by itself. */
  killBusy(): void;
  /** Drops the next answer to this path and kills the instance that gave it. Resolves when that has happened. */
  killAtAnswer(path: string): Promise<void>;
  /** Resolves when all killed instances have restarted; rejects if one could not start. */
  areUp(): Promise<void>;
  /** Stops an instance like a deployment, and starts it with other settings. Resolves to how it exited. */
  replace(index: number, changed?: Partial<InstanceSettings>): Promise<unknown>;
  /** Resolves when the records in the store satisfy `like`; at once if there is no store. */
  isKept(like: (records: SessionRecord[]) => boolean): Promise<void>;
  kills(): number;
}

export const SECRETS = ['the first secret of these tests, long enough'];
export const userName = (index: number) => `user${index}`;

export async function createFleet(
  context: TestContext,
  { users, records, ...changed }: { users: number; records: Records } & Partial<InstanceSettings>,
): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-fleet-'));
  const tmdb = await startSandbox({
    users: Array.from({ length: users }, (_, index) => ({ username: userName(index), password: 'x' })),
  });
  const program = join(folder, 'instance.mjs');
  // Bundled into one file, so that an instance starts quickly.
  await build({
    entryPoints: [join(ROOT, 'test/server/instance.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  });

  let requests = 0;
  let kills = 0;
  let trap: { path: string; sprung: () => void } | null = null;
  const slots: Slot[] = [];

  const launch = async (slot: Slot) => {
    const running = start(context, process.execPath, [program], { INSTANCE: JSON.stringify(slot.settings) });
    let hasEnded = false;
    void running.exit.then(() => {
      hasEnded = true;
    });
    const isThere = () => running.stdout().includes('\n');
    await until(
      () => isThere() || hasEnded,
      () => `an instance; ${running.stderr()}`,
    );
    if (!isThere()) throw new Error(`An instance ended before it was there; ${running.stderr()}`);
    slot.port = Number(running.stdout());
    slot.running = running;
  };
  const kill = (slot: Slot) => {
    const { running } = slot;
    if (!running) throw new Error('It is dead already.');
    kills += 1;
    slot.running = null;
    slot.back = running.kill().then(() => launch(slot));
    // Callers of `areUp()` receive the rejection.
    slot.back.catch(() => {});
  };

  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const slot = slots[requests++ % slots.length] as Slot;
    const { method, headers, url = '/' } = incoming;
    // Ends the connection, like a balancer without a healthy instance.
    const give = () => incoming.socket.destroy();
    if (!slot.running) return give();
    slot.underWay += 1;
    const sent = request({ host: '127.0.0.1', port: slot.port, method, path: url, headers, agent: false });
    sent.on('close', () => {
      slot.underWay -= 1;
    });
    sent.on('error', give);
    sent.on('response', (answer) => {
      if (trap && url.startsWith(trap.path)) {
        kill(slot);
        give();
        trap.sprung();
        trap = null;
        return;
      }
      answer.on('error', give);
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    incoming.pipe(sent);
  };
  const balancer = createServer(pass).listen(0, '127.0.0.1');
  await once(balancer, 'listening');
  const origin = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
  context.onTestFinished(async () => {
    balancer.close();
    balancer.closeAllConnections();
    await tmdb.close();
    await rm(folder, { recursive: true, force: true });
  });

  const server = records === 'redis' ? await startRedis(context) : null;
  const settings: InstanceSettings = {
    ...settingsFor(tmdb),
    origin,
    secrets: SECRETS,
    // An instance that finds a claim waits for 0.6 of this time, and needs the rest for its own work.
    requestTimeout: 5_000,
    ...(records === 'files' && { folder: join(folder, 'store') }),
    ...(server && { redis: server.url }),
    ...changed,
  };
  const seal = createSeal(SECRETS);
  /** The records in the store: name and sealed text. */
  const kept = async (): Promise<[name: string, sealed: string][]> => {
    if (server) {
      const { redis } = server;
      const keys = await redis.keys('tmdb-auth:record:*');
      return Promise.all(
        keys.map(async (key) => [key.slice(key.lastIndexOf(':') + 1), (await redis.get(key)) ?? '']),
      );
    }
    const place = join(settings.folder ?? '', 'tmdb-auth', 'record');
    const names = await readdir(place);
    return Promise.all(names.map(async (name) => [name, await readFile(join(place, name), 'utf8')]));
  };
  for (let index = 0; index < 2; index += 1) {
    const slot: Slot = { settings, running: null, port: 0, underWay: 0, back: null };
    slots.push(slot);
    await launch(slot);
  }

  return {
    origin,
    tmdb,
    kills: () => kills,
    async isKept(like) {
      if (records === 'cookies') return;
      const isSo = async () => {
        const texts = (await kept()).map(([name, sealed]) => seal.open(`record:${name}`, sealed));
        return like((await Promise.all(texts)).flatMap((text) => (text && parseRecord(text)) || []));
      };
      await until(isSo, () => 'the records to be kept');
    },
    killBusy() {
      const [busy, ...others] = slots.filter(({ underWay }) => underWay > 0);
      if (!busy || others.length > 0) throw new Error('Not exactly one of them works on a request.');
      kill(busy);
    },
    killAtAnswer: (path) =>
      new Promise((sprung) => {
        trap = { path, sprung };
      }),
    areUp: async () => {
      await Promise.all(slots.map(({ back }) => back));
    },
    async replace(index, other = {}) {
      const slot = slots[index] as Slot;
      const ending = slot.running as Running;
      ending.signal('SIGTERM');
      const exit = await ending.exit;
      slot.running = null;
      slot.settings = { ...slot.settings, ...other };
      await launch(slot);
      return exit;
    },
  };
}
