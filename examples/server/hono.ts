/** A site in Hono, rendered on the server. `npm run example server/hono` */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { makeHandler, onStop, onTaken, readSettings } from './settings.ts';
import { createSite } from './site.ts';

const { port, hostname, originAt, options, close } = await readSettings();
const app = new Hono();

const server = serve({ fetch: app.fetch, port, hostname }, (address) => {
  // The handler needs the site's origin, and so the port, which is known only now.
  const origin = originAt(address.port);
  const auth = makeHandler({ ...options, origin });
  const site = createSite(auth, origin);

  app.all('/auth/*', ({ req }) => auth(req.raw));
  app.get('/', ({ req }) => site.start(req.raw));
  app.post('/favourite', ({ req }) => site.favourite(req.raw));
  app.notFound(() => site.missing());
  console.log(`The site is at ${origin}/ and its health at ${origin}/auth/health`);

  onStop(async () => {
    await auth.close();
    await new Promise((resolve) => server.close(resolve));
    await close();
  });
});
server.on('error', onTaken);
