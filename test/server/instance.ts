/** One instance of a site, as a process: told what to do by the variable INSTANCE, and where it listens by its output. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createStorage } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs-lite';
import { type AuthHandlerOptions, createAuthHandler } from '../../src/server/index.ts';

export interface InstanceSettings extends Omit<AuthHandlerOptions, 'store' | 'onEvent' | 'fetch' | 'clock'> {
  /** A folder that all instances share. Without one everything is in cookies. */
  folder?: string;
}

const PAGE = `<!doctype html><title>A site</title><form method="post" action="/auth/login"><button>Sign in</button></form>`;

const { folder, ...options } = JSON.parse(process.env.INSTANCE ?? '') as InstanceSettings;
const auth = createAuthHandler({
  ...options,
  ...(folder && { store: createStorage({ driver: fsDriver({ base: folder }) }) }),
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
});
