/** The same site on `node:http`, without a framework. `npm run example server/node` */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { makeHandler, onStop, onTaken, readSettings } from './settings.ts';
import { createSite } from './site.ts';

const { port, hostname, originAt, options, close } = await readSettings();
const server = createServer().on('error', onTaken).listen(port, hostname);
await once(server, 'listening');
// The handler needs the site's origin, and so the port, which is known only now.
const origin = originAt((server.address() as AddressInfo).port);
const auth = makeHandler({ ...options, origin });
const site = createSite(auth, origin);

server.on(
  'request',
  getRequestListener((request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/auth/')) return auth(request);
    if (request.method === 'GET' && pathname === '/') return site.start(request);
    if (request.method === 'POST' && pathname === '/favourite') return site.favourite(request);
    return site.missing();
  }),
);
console.log(`The site is at ${origin}/ and its health at ${origin}/auth/health`);

onStop(async () => {
  await auth.close();
  await new Promise((resolve) => server.close(resolve));
  await close();
});
