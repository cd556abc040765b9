import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createOpenidProvider } from 'tmdb-auth/openid';
import { startSandbox } from 'tmdb-auth/sandbox';
import { createStorage } from 'unstorage';
import { createSite } from './site.ts';

const listen = async (server: Server, port: number) => {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const random = () => randomBytes(32).toString('base64url');

/** Starts a local TMDB, the provider, and a site that uses it. Port 0: any free port. */
export async function start(port: number) {
  const tmdb = await startSandbox();
  const servers = [createServer(), createServer()] as const;
  const site = await listen(servers[0], port);
  const issuer = await listen(servers[1], port && port + 1);
  const secret = random();

  const provider = createOpenidProvider({
    credentials: { accessToken: tmdb.accessToken },
    baseURL: tmdb.baseURL,
    webURL: tmdb.webURL,
    issuer,
    secrets: [random()],
    store: createStorage(),
    clients: [
      {
        client_id: 'evening-reel',
        client_name: 'Evening Reel',
        client_secret: secret,
        application_type: 'native', // allows http on this machine
        redirect_uris: [`${site}/callback`],
        post_logout_redirect_uris: [`${site}/`],
      },
      {
        client_id: 'television',
        client_name: 'Evening Reel on your television',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      },
    ],
  });
  servers[1].on('request', provider);
  servers[0].on('request', getRequestListener(await createSite({ site, issuer, secret })));

  return {
    site,
    issuer,
    async close() {
      await provider.close();
      for (const server of servers) server.close();
      await tmdb.close();
    },
  };
}
