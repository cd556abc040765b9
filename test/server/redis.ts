import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { TestContext } from 'vitest';
import { type Running, start, until } from '../node/processes.ts';
import { freePort } from '../support/free-port.ts';

/** npm has no package for Redis: it comes from the system (`apt-get install redis-server`, `brew install redis`). */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface RedisServer {
  url: string;
  /** The test's own connection. */
  redis: Redis;
  /** kill -9. Written data stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Accepts connections but answers nothing until `goOn()`. */
  hang(): void;
  goOn(): void;
}

/** A Redis server on 127.0.0.1 that keeps its data in a folder of the test. */
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
  // Some tests break the connection on purpose.
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
