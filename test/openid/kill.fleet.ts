import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { createStorage, type Driver } from 'unstorage';
import redisDriver from 'unstorage/drivers/redis';
import type { TestContext } from 'vitest';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { ROOT, type Running, start, until } from '../node/processes.ts';
import { type RedisServer, startRedis } from '../server/redis.ts';
import { settingsFor } from '../support/settings.ts';
import type { InstanceSettings } from './kill.instance.ts';
import { CLIENTS, createSite, SECRET, type Site } from './site.ts';

/** When the instance is killed that works on the first request to `path` after `after` others. */
export interface Trap {
  /** `METHOD /path`. */
  path: RegExp;
  after?: number;
  /** `store`: it waits for Redis. `answer`: its answer is on the way. A fault: it waits for TMDB. */
  in: 'store' | 'answer' | (Fault & { match: string });
}

export interface Fleet {
  site: Site;
  redis: RedisServer;
  /** Sets the trap for the next request. */
  set(trap: Trap): void;
  /** How often an instance was killed. */
  kills(): number;
  areUp(): Promise<void>;
}

interface Slot {
  running: Running | null;
  port: number;
  back: Promise<void> | null;
}

/** Two instances of a provider as processes with one Redis, which take turns. A killed one starts again by itself. */
export async function createFleet(context: TestContext, clients = CLIENTS): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-openid-'));
  const redis = await startRedis(context);
  const storage = createStorage({ driver: redisDriver({ url: redis.url }) as Driver });
  const site = { ...(await createSite({ clients })), storage };
  context.onTestFinished(async () => {
    await storage.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const { tmdb, issuer } = site;
  const program = join(folder, 'instance.mjs');
  await build({
    entryPoints: [join(ROOT, 'test/openid/kill.instance.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  });
  const settings: InstanceSettings = {
    ...settingsFor(tmdb),
    issuer,
    clients,
    secrets: [SECRET],
    redis: redis.url,
    // An instance that finds another's claim waits for 0.6 of this time.
    requestTimeout: 4_000,
  };

  let kills = 0;
  let trap: Trap | null = null;
  const launch = async (slot: Slot) => {
    const running = start(context, process.execPath, [program], { INSTANCE: JSON.stringify(settings) });
    await until(
      () => running.stdout().includes('\n'),
      () => `an instance; ${running.stderr()}`,
    );
    slot.port = Number(running.stdout());
    slot.running = running;
  };
  const kill = (slot: Slot) => {
    const { running } = slot;
    if (!running) throw new Error('It is dead already.');
    kills += 1;
    slot.running = null;
    slot.back = running.kill().then(() => launch(slot));
    slot.back.catch(() => {});
  };
  const slots: Slot[] = [];
  for (let index = 0; index < 2; index += 1) {
    const slot: Slot = { running: null, port: 0, back: null };
    slots.push(slot);
    await launch(slot);
  }

  /** Kills the instance while it works on the request that was just sent to it. */
  const spring = async (slot: Slot, { in: place }: Trap, asked: number) => {
    if (place === 'store') {
      // The request reaches the instance, which then waits for Redis.
      await pause(200);
      kill(slot);
      redis.goOn();
    } else if (place !== 'answer') {
      const isAsked = () =>
        tmdb.requests.slice(asked).some(({ method, path }) => `${method} ${path}` === place.match);
      await until(isAsked, () => place.match);
      kill(slot);
    }
  };

  let requests = 0;
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const alive = slots.filter(({ running }) => running !== null);
    const slot = alive[requests++ % alive.length];
    const give = () => incoming.socket.destroy();
    if (!slot) return give();
    const { method, headers, url = '/' } = incoming;
    let sprung: Trap | null = null;
    if (trap?.path.test(`${method} ${url}`)) {
      const { after = 0 } = trap;
      if (after > 0) trap = { ...trap, after: after - 1 };
      else {
        sprung = trap;
        trap = null;
        if (sprung.in === 'store') redis.hang();
        else if (sprung.in !== 'answer') tmdb.faults.add(sprung.in);
        spring(slot, sprung, tmdb.requests.length).catch(give);
      }
    }
    const sent = request({ host: '127.0.0.1', port: slot.port, method, path: url, headers, agent: false });
    sent.on('error', give);
    sent.on('response', (answer) => {
      if (sprung?.in === 'answer') {
        kill(slot);
        return give();
      }
      answer.on('error', give);
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    incoming.pipe(sent);
  };
  site.serve(pass);
  return {
    site,
    redis,
    set: (next) => {
      trap = next;
    },
    kills: () => kills,
    areUp: async () => {
      await Promise.all(slots.map(({ back }) => back));
    },
  };
}
