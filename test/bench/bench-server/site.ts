/** One server with the handler below /auth and a minimal one below /bare. */
import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { ofetch } from 'ofetch';
import { createAuthHandler } from '../../../src/platforms/server/index.ts';

const { baseURL, accessToken } = JSON.parse(process.env.TMDB ?? '') as Record<
  'baseURL' | 'accessToken',
  string
>;
const key = randomBytes(32);
const headers = { authorization: `Bearer ${accessToken}` };
const tmdb = ofetch.create({ baseURL: `${baseURL}/3`, headers, retry: 0 });

interface Session {
  account: { id: number; username: string };
  session_id: string;
}

const app = new Hono();
const bare = new Hono();
bare.get('/session', async ({ req, json }) => {
  const [, sealed = ''] = /bare=([^;]+)/.exec(req.header('cookie') ?? '') ?? [];
  const { payload } = await jwtDecrypt<Session>(sealed, key, {
    keyManagementAlgorithms: ['dir'],
    contentEncryptionAlgorithms: ['A256GCM'],
  });
  return json({ account: payload.account });
});
bare.get('/login', async ({ json }) => json(await tmdb('/authentication/token/new')));
bare.get('/callback', async ({ req, json, header }) => {
  const body = { request_token: req.query('request_token') };
  const { session_id } = await tmdb('/authentication/session/new', { method: 'POST', body });
  const account = await tmdb('/account', { query: { session_id } });
  const sealed = await new EncryptJWT({ session_id, account })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setExpirationTime('30d')
    .encrypt(key);
  header('set-cookie', `bare=${sealed}; Path=/; HttpOnly; SameSite=Lax`);
  return json({ account });
});
bare.get('/tmdb/*', async ({ req }) => {
  const answer = await fetch(baseURL + req.path.slice('/bare/tmdb'.length), { headers });
  return new Response(answer.body, {
    status: answer.status,
    headers: { 'content-type': 'application/json' },
  });
});
app.route('/bare', bare);

serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
  const origin = `http://127.0.0.1:${port}`;
  const auth = createAuthHandler({
    requestsPerSecond: Number.POSITIVE_INFINITY,
    credentials: { accessToken },
    baseURL,
    webURL: baseURL,
    origin,
    secrets: [randomBytes(32).toString('base64')],
  });
  app.all('/auth/*', ({ req }) => auth(req.raw));
  process.send?.({ origin });
});
process.once('SIGTERM', () => process.exit());
