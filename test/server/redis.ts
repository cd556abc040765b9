import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { TestContext } from 'vitest';
import { type Running, start, until } from '../node/processes.ts';
import { freePort } from '../support/free-port.ts';

/** No package of npm has it: it comes from the system (`apt-get install redis-server`, `brew install redis`). */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface RedisServer {
  url: string;
  /** A connection of the test's own. */
  redis: Redis;
  /** kill -9. What was written stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** It takes connections and answers nothing, until it is told to go on. */
  hang(): void;
  goOn(): void;
}

/** A Redis server on 127.0.0.1 that keeps what it is given in a folder of the test's. */
export async function startRedis(context: TestContext): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'tmdb-auth-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'always',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let running: Running;
  const begin = async () => {
    running = start(context, 'redis-server', args, {});
    await until(
      () => running.stdout().includes('Ready to accept connections'),
      () => `Redis: ${running.stdout()}`,
    );
  };
  await begin();
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 20 });
  // A connection that breaks is what some tests are about.
  redis.on('error', () => {});
  context.onTestFinished(async () => {
    redis.disconnect();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    redis,
    kill: async () => void (await running.kill()),
    start: begin,
    hang: () => running.signal('SIGSTOP'),
    goOn: () => running.signal('SIGCONT'),
  };
}
