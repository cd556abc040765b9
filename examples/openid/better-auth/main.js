import { randomBytes } from 'node:crypto';
import { serve } from '@hono/node-server';
import { betterAuth } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, PORT } = process.env;
for (const [name, value] of Object.entries({ ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, PORT })) {
  if (!value) {
    console.error(`The variable ${name} is missing.`);
    process.exit(1);
  }
}

// Without a database, Better Auth keeps the session in an encrypted cookie.
const auth = betterAuth({
  baseURL: SITE,
  // A new secret signs everybody out: set your own in production.
  secret: process.env.BETTER_AUTH_SECRET ?? randomBytes(32).toString('base64'),
  onAPIError: { errorURL: '/' },
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: 'tmdb',
          discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
          requireIdTokenVerification: true,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          scopes: ['openid', 'profile'],
          // A user of Better Auth must have an address, and TMDB gives none.
          mapProfileToUser: ({ sub }) => ({ email: `${sub}@tmdb.invalid` }),
        },
      ],
    }),
  ],
});

const page = (body) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Evening Reel</title>
    <style>
      :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui }
      body { max-width: 32rem; margin: 10vh auto; padding: 0 1.25rem }
      button { font: inherit; padding: .5rem 1rem }
    </style>
  </head>
  <body>${body}</body>
</html>`;

const app = new Hono();
app.use(csrf());
app.on(['GET', 'POST'], '/api/auth/*', (c) => auth.handler(c.req.raw));

app.get('/', async (c) => {
  const session = await auth.api.getSession({ headers: c.req.raw.headers });
  if (session)
    return c.html(
      page(html`<h1>Good evening, ${session.user.name}</h1>
        <form method="post" action="/logout"><button>Sign out</button></form>`),
    );
  const error = c.req.query('error');
  const message = error === 'access_denied' ? 'You did not allow it.' : 'It did not work. Try again.';
  return c.html(
    page(html`<h1>Evening Reel</h1>
      ${error && html`<p role="alert">${message}</p>`}
      <form method="post" action="/login"><button>Sign in with TMDB</button></form>`),
  );
});

app.post('/login', async (c) => {
  const { headers, response } = await auth.api.signInSocial({
    body: { provider: 'tmdb', callbackURL: '/' },
    headers: c.req.raw.headers,
    returnHeaders: true,
  });
  return redirect(response.url, headers);
});

/** Also ends the session at the provider. */
app.post('/logout', async (c) => {
  const { headers, response } = await auth.api.signOut({
    body: { callbackURL: '/' },
    headers: c.req.raw.headers,
    returnHeaders: true,
  });
  return redirect(response.url ?? '/', headers);
});

/** Passes on the cookies of Better Auth. */
function redirect(location, headers) {
  headers.set('location', location);
  return new Response(null, { status: 303, headers });
}

serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(PORT) });
process.once('SIGTERM', () => process.exit());
