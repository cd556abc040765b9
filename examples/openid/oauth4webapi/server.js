import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import * as oauth from 'oauth4webapi';
import { page } from './page.js';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, SITE, PORT } = process.env;
for (const name of ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'SITE', 'PORT'])
  if (!process.env[name]) {
    console.error(`Set the environment variable ${name}.`);
    process.exit(1);
  }

const issuer = new URL(ISSUER);
// Only a provider on your own machine may do without https.
const options = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' };
const as = await oauth
  .discoveryRequest(issuer, options)
  .then((response) => oauth.processDiscoveryResponse(issuer, response));
const client = { client_id: CLIENT_ID };
const clientAuth = oauth.ClientSecretBasic(CLIENT_SECRET);
const redirectUri = `${SITE}/callback`;

/** Sign-ins by the value of the cookie `sid`. In memory: a site with several processes needs a shared store. */
const sessions = new Map();

const cookie = (id) =>
  `sid=${id}; HttpOnly; SameSite=Lax; Path=/${SITE.startsWith('https:') ? '; Secure' : ''}`;
const redirect = (response, location, id) =>
  response.writeHead(303, { location, ...(id !== undefined && { 'set-cookie': cookie(id) }) }).end();

async function begin(response) {
  const session = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  const url = new URL(as.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid profile',
    state: session.state,
    nonce: session.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(session.verifier),
    code_challenge_method: 'S256',
  });
  const id = randomUUID();
  sessions.set(id, session);
  redirect(response, url.href, id);
}

async function finish(response, url, oldId) {
  const { state, verifier, nonce } = sessions.get(oldId) ?? {};
  // The page was loaded again, or the server has restarted.
  if (!state) return redirect(response, '/');
  sessions.delete(oldId);
  let params;
  try {
    params = oauth.validateAuthResponse(as, client, url, state);
  } catch (error) {
    if (error.error !== 'access_denied') throw error;
    return redirect(response, '/?denied', '');
  }
  const answer = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    clientAuth,
    params,
    redirectUri,
    verifier,
    options,
  );
  const expected = { expectedNonce: nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, expected);
  const id = randomUUID();
  sessions.set(id, { claims: oauth.getValidatedIdTokenClaims(tokens), idToken: tokens.id_token });
  redirect(response, '/', id);
}

function signOut(response, id) {
  const { idToken } = sessions.get(id) ?? {};
  sessions.delete(id);
  if (!idToken) return redirect(response, '/', '');
  const url = new URL(as.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: idToken, post_logout_redirect_uri: `${SITE}/` });
  redirect(response, url.href, '');
}

async function handle(request, response) {
  const url = new URL(request.url, SITE);
  const id = /(?:^|; )sid=([\w-]+)/.exec(request.headers.cookie)?.[1];
  switch (`${request.method} ${url.pathname}`) {
    case 'POST /login':
      return begin(response);
    case 'GET /callback':
      return finish(response, url, id);
    case 'POST /logout':
      return signOut(response, id);
    case 'GET /':
      return response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' })
        .end(page(sessions.get(id)?.claims, url.searchParams.has('denied')));
    default:
      return response.writeHead(404).end('Not found');
  }
}

const server = createServer((request, response) =>
  handle(request, response).catch((error) => {
    console.error(error.message);
    response.writeHead(500).end('The sign-in failed. Try again.');
  }),
).listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => server.close().closeAllConnections());
