import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { createSite } from './site.ts';

const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET = '', SITE = '', PORT } = process.env;
const site = await createSite({ site: SITE, issuer: ISSUER, id: CLIENT_ID, secret: CLIENT_SECRET });
createServer(getRequestListener(site)).listen(Number(PORT), '127.0.0.1');
