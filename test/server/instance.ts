/** One instance of a site, as a process: the variable INSTANCE holds its options, and it prints its port. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createStorage, type Driver } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs-lite';
import redisDriver from 'unstorage/drivers/redis';
import { type AuthHandlerOptions, createAuthHandler } from '../../src/platforms/server/index.ts';

export interface InstanceSettings extends Omit<AuthHandlerOptions, 'store' | 'onEvent' | 'fetch' | 'clock'> {
  /** A folder that all instances share. Without one, records are in cookies. */
  folder?: string;
  /** A Redis server that all instances share. */
  redis?: string;
}

const PAGE = `<!doctype html><title>A site</title><form method="post" action="/auth/login"><button>Sign in</button></form>`;

const { folder, redis, ...options } = JSON.parse(process.env.INSTANCE ?? '') as InstanceSettings;
/** Writes each file completely or not at all. `fs-lite` writes in place, so a kill could leave a file empty. */
function wholeFiles(base: string): Driver {
  const files = fsDriver({ base }) as Driver;
  return {
    ...files,
    async setItem(key, value) {
      const part = join(base, `${randomUUID()}.part`);
      const path = join(base, ...key.split(':'));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(part, value);
      await rename(part, path);
    },
  };
}

const driver = redis ? (redisDriver({ url: redis }) as Driver) : folder ? wholeFiles(folder) : null;
const store = driver && createStorage({ driver });
const auth = createAuthHandler({
  ...options,
  ...(store && { store }),
  // Many users sign in here at a time; the budget has its own tests.
  requestsPerSecond: Number.POSITIVE_INFINITY,
});
const server = createServer(
  getRequestListener((request) =>
    new URL(request.url).pathname.startsWith('/auth/')
      ? auth(request)
      : new Response(PAGE, { headers: { 'content-type': 'text/html' } }),
  ),
).listen(0, '127.0.0.1');
await once(server, 'listening');
console.log((server.address() as AddressInfo).port);

process.once('SIGTERM', async () => {
  await auth.close();
  server.close();
  // An open connection would keep the process alive.
  await store?.dispose();
});
