import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { OpenidClient } from '../../src/platforms/openid/index.ts';
import {
  type Browser,
  BYE,
  begin,
  CALLBACK,
  CLIENTS,
  createSite,
  exchange,
  type Shown,
  type Site,
  signIn,
} from './site.ts';

/*
 * The rules of the OpenID Foundation's plans for providers: Basic OP, Config OP, RP-Initiated Logout OP, Back-Channel
 * Logout OP. Each test names the module of the suite whose rule it checks, so that a run of the suite can be compared.
 *
 * Modules that do not apply:
 * - every module of the implicit and hybrid flows (`response_type` with `id_token` or `token`): only `code` is offered;
 * - oidcc-idtoken-unsigned: `alg: none` is not offered;
 * - oidcc-ensure-request-object-with-redirect-uri: request objects are refused, see below;
 * - oidcc-server-rotate-keys and registration: there is no dynamic registration, and keys follow the option `secrets`.
 *
 * The suite uses PKCE in one module alone. These tests use it in all, as most libraries do; sign-in.test.ts has the
 * sign-in without it.
 */

type Params = Record<string, string>;
const paramsOf = ({ url }: Shown): Params => Object.fromEntries(new URL(url).searchParams);
const clientOf = (id: string) => CLIENTS.find(({ client_id }) => client_id === id) as OpenidClient;
const basic = (id: string, secret = clientOf(id).client_secret ?? '') =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/** An authorization request with other parameters; an empty one is left out. */
async function request(site: Site, changed: Params = {}) {
  const begun = await begin(site, changed);
  const url = new URL(begun.url);
  for (const [name, value] of Object.entries(changed)) if (value === '') url.searchParams.delete(name);
  return { ...begun, url: url.href };
}

/** The app's address to which the request led, after consent if it was asked for. */
async function answerTo(site: Site, changed: Params = {}, browser: Browser = site.browser()) {
  const asked = await request(site, changed);
  const shown = await browser.open(asked.url);
  const answer = shown.text.includes('value="allow"') ? await browser.press(shown, 'allow') : shown;
  return { asked, answer, browser };
}

const post = async (site: Site, path: string, fields: Params, headers: Params = {}) => {
  const answer = await fetch(site.issuer + path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(fields),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: answer.status,
    headers: answer.headers,
    body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
  };
};

/** A code, and the fields with which its app exchanges it. */
async function codeFor(site: Site, changed: Params = {}, browser?: Browser) {
  const { asked, answer } = await answerTo(site, changed, browser);
  const id = changed.clientId ?? 'films';
  const fields = {
    grant_type: 'authorization_code',
    code: paramsOf(answer).code ?? '',
    redirect_uri: clientOf(id).redirect_uris?.[0] ?? '',
    code_verifier: asked.verifier,
  };
  const headers = { authorization: basic(id) };
  return { fields, headers, take: () => post(site, '/token', fields, headers) };
}

const metadataOf = async (site: Site) =>
  (await (await fetch(`${site.issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
const keysOf = async (site: Site) => (await (await fetch(`${site.issuer}/jwks`)).json()) as JSONWebKeySet;
const userinfo = (site: Site, token: string) =>
  fetch(`${site.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });

/** Moves the system's time, by which tokens and the browser's session end. */
function later(ms: number) {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
  onTestFinished(() => void vi.useRealTimers());
}

const asksTmdb = (site: Site) =>
  site.tmdb.requests.filter(({ path }) => path === '/3/authentication/token/new').length;

describe('Config OP', () => {
  test('the discovery document has every required field (oidcc-discovery-endpoint-verification)', async () => {
    const site = await createSite();
    const answer = await fetch(`${site.issuer}/.well-known/openid-configuration`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(await answer.json()).toMatchObject({
      issuer: site.issuer,
      authorization_endpoint: `${site.issuer}/auth`,
      token_endpoint: `${site.issuer}/token`,
      userinfo_endpoint: `${site.issuer}/me`,
      jwks_uri: `${site.issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
      scopes_supported: expect.arrayContaining(['openid', 'profile']),
      claims_supported: expect.arrayContaining(['sub', 'iss', 'auth_time', 'preferred_username']),
      code_challenge_methods_supported: ['S256'],
    });
  });

  test('the discovery document promises nothing that apps cannot have', async () => {
    const metadata = await metadataOf(await createSite());
    expect(metadata).toMatchObject({
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      response_modes_supported: ['form_post', 'fragment', 'query'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      claims_parameter_supported: false,
      request_uri_parameter_supported: false,
    });
    expect(metadata).not.toHaveProperty('request_parameter_supported');
    expect(metadata).not.toHaveProperty('registration_endpoint');
  });

  test('every address in the discovery document answers requests', async () => {
    const site = await createSite();
    const metadata = await metadataOf(site);
    const addresses = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(addresses).toHaveLength(9);
    for (const [name, address] of addresses) {
      const isPosted =
        !/authorization_endpoint|end_session|jwks|userinfo/.test(name) || name.startsWith('device');
      const isRequest = name === 'pushed_authorization_request_endpoint';
      const answer = await fetch(String(address), {
        method: isPosted || isRequest ? 'POST' : 'GET',
        redirect: 'manual',
      });
      expect([404, 405, 500], name).not.toContain(answer.status);
    }
  });

  test('the keys are public, have names and verify an ID token (oidcc-idtoken-signature)', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    const keys = await keysOf(site);
    expect(keys.keys).toEqual([
      { kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String), n: expect.any(String), e: 'AQAB' },
      {
        kty: 'EC',
        crv: 'P-256',
        alg: 'ES256',
        use: 'sig',
        kid: expect.any(String),
        x: expect.any(String),
        y: expect.any(String),
      },
    ]);
    const options = { issuer: site.issuer, audience: 'films' };
    const { protectedHeader } = await jwtVerify(tokens.id_token ?? '', createLocalJWKSet(keys), options);
    expect(protectedHeader.alg).toBe('RS256');
  });
});

describe('Basic OP', () => {
  test('a code becomes an ID token with all required claims (oidcc-server)', async () => {
    const site = await createSite();
    const { take } = await codeFor(site, { nonce: 'n-0S6_WzA2Mj' });
    const { status, headers, body } = await take();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, access_token: expect.any(String) });
    const claims = decodeJwt(String(body.id_token));
    const now = Math.floor(Date.now() / 1_000);
    expect(claims).toMatchObject({ iss: site.issuer, sub: '548', aud: 'films', nonce: 'n-0S6_WzA2Mj' });
    expect(Math.abs(Number(claims.iat) - now)).toBeLessThan(60);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(3_600);
  });

  test('a request without response_type is refused, with its state (oidcc-response-type-missing)', async () => {
    const site = await createSite();
    const { asked, answer } = await answerTo(site, { response_type: '' });
    expect(answer.url.startsWith(CALLBACK)).toBe(true);
    expect(paramsOf(answer)).toMatchObject({ error: 'invalid_request', state: asked.state });
  });

  test.each(['token', 'id_token', 'code id_token', 'none'])(
    'response_type=%s is refused, with its state',
    async (type) => {
      const site = await createSite();
      const { asked, answer } = await answerTo(site, { response_type: type, nonce: 'n' });
      const said = new URLSearchParams(new URL(answer.url).search || new URL(answer.url).hash.slice(1));
      expect(said.get('error')).toBe('unsupported_response_type');
      expect(said.get('state')).toBe(asked.state);
    },
  );

  test('userinfo answers GET with a header (oidcc-userinfo-get)', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    const answer = await userinfo(site, tokens.access_token);
    expect(await answer.json()).toMatchObject({ sub: '548', preferred_username: 'sandra' });
  });

  test('userinfo answers POST with a header (oidcc-userinfo-post-header)', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    const { body } = await post(site, '/me', {}, { authorization: `Bearer ${tokens.access_token}` });
    expect(body).toMatchObject({ sub: '548' });
  });

  test('userinfo answers POST with the token in the body (oidcc-userinfo-post-body)', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    const { body } = await post(site, '/me', { access_token: tokens.access_token });
    expect(body).toMatchObject({ sub: '548' });
  });

  test('userinfo without a valid token is 401 and says so in a header (RFC 6750, 3)', async () => {
    const site = await createSite();
    const answer = await userinfo(site, 'unknown');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('a request without nonce succeeds, and the ID token has none (oidcc-ensure-request-without-nonce-succeeds-for-code-flow)', async () => {
    const { take } = await codeFor(await createSite());
    expect(decodeJwt(String((await take()).body.id_token))).not.toHaveProperty('nonce');
  });

  test('the scope profile gives the profile (oidcc-scope-profile)', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site, { scope: 'openid profile' });
    const info = (await (await userinfo(site, tokens.access_token)).json()) as object;
    expect(Object.keys(info)).toEqual(expect.arrayContaining(['name', 'preferred_username', 'locale']));
  });

  test.each([
    ['email', 'oidcc-scope-email'],
    ['address', 'oidcc-scope-address'],
    ['phone', 'oidcc-scope-phone'],
    ['profile email address phone', 'oidcc-scope-all'],
  ])('the scope %s is ignored where TMDB knows no such claims (%s)', async (scope) => {
    const site = await createSite();
    const { take } = await codeFor(site, { scope: `openid ${scope}` });
    const { body } = await take();
    expect(body.scope).toBe(scope.startsWith('profile') ? 'openid profile' : 'openid');
    const info = (await (await userinfo(site, String(body.access_token))).json()) as object;
    for (const claim of ['email', 'address', 'phone_number']) expect(info).not.toHaveProperty(claim);
  });

  test('the order of scopes does not matter (oidcc-ensure-other-scope-order-succeeds)', async () => {
    const { take } = await codeFor(await createSite(), { scope: 'profile openid' });
    expect((await take()).status).toBe(200);
  });

  test.each<[Params, string]>([
    [{ display: 'page' }, 'oidcc-display-page'],
    [{ display: 'popup' }, 'oidcc-display-popup'],
    [{ extra: 'foobar' }, 'oidcc-ensure-request-with-unknown-parameter-succeeds'],
    [{ login_hint: 'ada@example.com' }, 'oidcc-login-hint'],
    [{ ui_locales: 'se no' }, 'oidcc-ui-locales'],
    [{ claims_locales: 'se' }, 'oidcc-claims-locales'],
    [{ acr_values: '1 2' }, 'oidcc-ensure-request-with-acr-values-succeeds'],
    [{ claims: '{"userinfo":{"name":{"essential":true}}}' }, 'oidcc-claims-essential'],
  ])('a request with %j succeeds (%s)', async (params) => {
    const { take } = await codeFor(await createSite(), params);
    expect((await take()).status).toBe(200);
  });

  test('prompt=login asks TMDB again, and the time of the sign-in is newer (oidcc-prompt-login)', async () => {
    const site = await createSite();
    const { browser, tokens } = await signIn(site, { max_age: '10000' });
    later(3_000);
    site.clock.advance(3_000);
    const before = asksTmdb(site);
    const again = await signIn(site, { prompt: 'login', max_age: '10000' }, browser);
    expect(asksTmdb(site)).toBe(before + 1);
    const [first, second] = [tokens, again.tokens].map((each) => Number(each.claims()?.auth_time));
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(3);
  });

  test('prompt=consent asks for consent that was given before', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const shown = await browser.open((await begin(site, { prompt: 'consent' })).url);
    expect(shown.text).toContain('Allow Films');
  });

  test('prompt=none without a session is login_required, with its state and issuer (oidcc-prompt-none-not-logged-in)', async () => {
    const site = await createSite();
    const { asked, answer } = await answerTo(site, { prompt: 'none' });
    const { state } = asked;
    expect(paramsOf(answer)).toMatchObject({ error: 'login_required', state, iss: site.issuer });
    expect(asksTmdb(site)).toBe(0);
  });

  test('prompt=none for an app without consent is consent_required', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const { answer } = await answerTo(site, { prompt: 'none', clientId: 'other' }, browser);
    expect(paramsOf(answer)).toMatchObject({ error: 'consent_required' });
  });

  test('prompt=none with a session succeeds for the same user (oidcc-prompt-none-logged-in)', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const { take } = await codeFor(site, { prompt: 'none' }, browser);
    expect(decodeJwt(String((await take()).body.id_token)).sub).toBe('548');
  });

  test('prompt=none together with another prompt is refused', async () => {
    const { answer } = await answerTo(await createSite(), { prompt: 'none login' });
    expect(paramsOf(answer)).toMatchObject({ error: 'invalid_request' });
  });

  test('a session older than max_age needs a new sign-in (oidcc-max-age-1)', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    later(3_000);
    const before = asksTmdb(site);
    const { tokens } = await signIn(site, { max_age: '1' }, browser);
    expect(asksTmdb(site)).toBe(before + 1);
    expect(Math.abs(Number(tokens.claims()?.auth_time) - Date.now() / 1_000)).toBeLessThan(2);
  });

  test('a session younger than max_age is used, with the time of its sign-in (oidcc-max-age-10000)', async () => {
    const site = await createSite();
    const { browser, tokens } = await signIn(site, { max_age: '10000' });
    later(3_000);
    const before = asksTmdb(site);
    const again = await signIn(site, { max_age: '10000' }, browser);
    expect(asksTmdb(site)).toBe(before);
    expect(again.tokens.claims()?.auth_time).toBe(tokens.claims()?.auth_time);
  });

  test('an id_token_hint of the signed-in user succeeds without a page (oidcc-id-token-hint)', async () => {
    const site = await createSite();
    const { browser, tokens } = await signIn(site);
    const { answer } = await answerTo(
      site,
      { prompt: 'none', id_token_hint: tokens.id_token ?? '' },
      browser,
    );
    expect(paramsOf(answer)).toHaveProperty('code');
  });

  test('an id_token_hint of another user is login_required', async () => {
    const site = await createSite();
    site.tmdb.addUser({ username: 'ada', password: 'x', id: 9 });
    const { tokens } = await signIn(site);
    site.onTmdb.decide = (token) => {
      site.tmdb.approve(token, 'ada');
      return 'done';
    };
    const { browser } = await signIn(site);
    const { answer } = await answerTo(
      site,
      { prompt: 'none', id_token_hint: tokens.id_token ?? '' },
      browser,
    );
    expect(paramsOf(answer)).toMatchObject({ error: 'login_required' });
  });

  test.each([
    [0, 'oidcc-codereuse'],
    [30_000, 'oidcc-codereuse-30seconds'],
  ])('a code that is used again after %i ms is refused, and its tokens end (%s)', async (ms) => {
    const site = await createSite();
    const { take } = await codeFor(site);
    const { body } = await take();
    expect((await userinfo(site, String(body.access_token))).status).toBe(200);
    later(ms);
    expect(await take()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await userinfo(site, String(body.access_token))).status).toBe(401);
  });

  test('a code of another app is refused', async () => {
    const site = await createSite();
    const { fields } = await codeFor(site);
    const stolen = await post(site, '/token', fields, { authorization: basic('other') });
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('a code is refused with another redirect_uri', async () => {
    const site = await createSite();
    const { fields, headers } = await codeFor(site);
    const answer = await post(site, '/token', { ...fields, redirect_uri: `${CALLBACK}/2` }, headers);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test.each([
    ['another address', 'https://evil.example/'],
    ['a longer path', `${CALLBACK}/more`],
    ['a query', `${CALLBACK}?foo=bar`],
    ['a fragment', `${CALLBACK}#foo`],
  ])(
    'an unregistered redirect_uri (%s) gets a page and no redirect (oidcc-ensure-registered-redirect-uri)',
    async (_, uri) => {
      const site = await createSite();
      const shown = await site.browser().open((await request(site, { redirect_uri: uri })).url);
      expect(shown.status).toBe(400);
      expect(shown.url.startsWith(site.issuer)).toBe(true);
      expect(shown.text).toContain('invalid_redirect_uri');
    },
  );

  test('a request without redirect_uri gets a page and no redirect (oidcc-redirect-uri-missing)', async () => {
    const site = await createSite();
    const clients = CLIENTS.map((client) =>
      client.client_id === 'films' ? { ...client, redirect_uris: [CALLBACK, `${CALLBACK}2`] } : client,
    );
    site.use({ clients });
    const shown = await site.browser().open((await request(site, { redirect_uri: '' })).url);
    expect(shown).toMatchObject({ status: 400 });
  });

  test('a registered redirect_uri with a query keeps it (oidcc-redirect-uri-query-OK)', async () => {
    const uri = `${CALLBACK}?foo=bar`;
    const site = await createSite({
      clients: CLIENTS.map((client) =>
        client.client_id === 'films' ? { ...client, redirect_uris: [uri] } : client,
      ),
    });
    const { asked, answer } = await answerTo(site, { redirect_uri: uri });
    expect(paramsOf(answer)).toMatchObject({ foo: 'bar', state: asked.state, code: expect.any(String) });
  });

  test('an unknown app gets a page and no redirect', async () => {
    const site = await createSite();
    const url = new URL((await begin(site)).url);
    url.searchParams.set('client_id', 'unknown');
    expect(await site.browser().open(url.href)).toMatchObject({ status: 400 });
  });

  test('an authorization request may be sent by POST (oidcc-ensure-post-request-succeeds)', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const { url, state } = await begin(site);
    const { origin, pathname, searchParams } = new URL(url);
    const sent = { method: 'POST', body: searchParams, redirect: 'manual' } as const;
    const answer = await fetch(origin + pathname, sent);
    expect(answer.status).toBe(303);
    // A browser sends its cookies with the GET that follows, but not with a form of another site.
    const { url: led } = await browser.open(answer.headers.get('location') ?? '');
    expect(Object.fromEntries(new URL(led).searchParams)).toMatchObject({ code: expect.any(String), state });
  });

  test('a secret that an app posts by mistake is not repeated in the address', async () => {
    const site = await createSite();
    const body = new URLSearchParams({ client_id: 'films', client_secret: 'of the app' });
    const answer = await fetch(`${site.issuer}/auth`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`${site.issuer}/auth?client_id=films`);
  });

  test('a parameter that is posted twice is refused', async () => {
    const site = await createSite();
    const { url } = await begin(site);
    const body = new URLSearchParams(new URL(url).search);
    body.append('scope', 'openid');
    const answer = await fetch(`${site.issuer}/auth`, { method: 'POST', body, redirect: 'manual' });
    const shown = await site.browser().open(answer.headers.get('location') ?? '');
    expect(paramsOf(shown)).toMatchObject({ error: 'invalid_request' });
  });

  test('an app may send its secret in the body (oidcc-server-client-secret-post)', async () => {
    const site = await createSite({
      clients: CLIENTS.map((client) =>
        client.client_id === 'films'
          ? { ...client, token_endpoint_auth_method: 'client_secret_post' as const }
          : client,
      ),
    });
    const { fields } = await codeFor(site);
    const secret = clientOf('films').client_secret ?? '';
    const answer = await post(site, '/token', { ...fields, client_id: 'films', client_secret: secret });
    expect(answer.status).toBe(200);
  });

  test('a wrong secret is 401 invalid_client, and the code stays valid', async () => {
    const site = await createSite();
    const { fields, take } = await codeFor(site);
    const wrong = await post(site, '/token', fields, { authorization: basic('films', 'x'.repeat(40)) });
    expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(wrong.headers.get('www-authenticate')).toContain('Basic');
    expect((await take()).status).toBe(200);
  });

  test('a request object is refused as unsupported, with the state (oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported)', async () => {
    const site = await createSite();
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const object = `${encoded({ alg: 'none' })}.${encoded({ client_id: 'films' })}.`;
    const { asked, answer } = await answerTo(site, { request: object });
    expect(paramsOf(answer)).toMatchObject({ error: 'request_not_supported', state: asked.state });
  });

  test('a request_uri is refused as unsupported (oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported)', async () => {
    const site = await createSite();
    const { answer } = await answerTo(site, { request_uri: 'https://films.example/request.jwt' });
    expect(paramsOf(answer)).toMatchObject({ error: expect.stringMatching(/request_uri/) });
  });

  test('a refresh token gives a new ID token of the same user to its own app alone (oidcc-refresh-token)', async () => {
    const site = await createSite();
    const { take, headers } = await codeFor(site, { nonce: 'abc' });
    const { body } = await take();
    const fields = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
    const stolen = await post(site, '/token', fields, { authorization: basic('other') });
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const renewed = await post(site, '/token', fields, headers);
    const [before, after] = [body, renewed.body].map(({ id_token: token }) => decodeJwt(String(token)));
    for (const claim of ['iss', 'sub', 'aud', 'auth_time']) expect(after?.[claim]).toEqual(before?.[claim]);
    expect(renewed.body.access_token).not.toBe(body.access_token);
  });

  test('a refresh cannot widen the scope', async () => {
    const site = await createSite();
    const { take, headers } = await codeFor(site, { scope: 'openid' });
    const { body } = await take();
    const fields = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) };
    const wider = await post(site, '/token', { ...fields, scope: 'openid tmdb' }, headers);
    expect(wider).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  test.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'password', username: 'a', password: 'b' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code', code: 'unknown', redirect_uri: CALLBACK }, 'invalid_grant'],
  ])('a token request with %j is %s (RFC 6749, 5.2)', async (fields, error) => {
    const site = await createSite();
    const answer = await post(site, '/token', fields as Params, { authorization: basic('films') });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  test('a parameter that is sent twice is refused (RFC 6749, 3.1)', async () => {
    const site = await createSite();
    const { url } = await begin(site);
    const shown = await site.browser().open(`${url}&scope=openid`);
    expect(paramsOf(shown)).toMatchObject({ error: 'invalid_request' });
  });

  test.each(['query', 'fragment'])('response_mode=%s puts the answer there', async (mode) => {
    const site = await createSite();
    const { asked, answer } = await answerTo(site, { response_mode: mode });
    const url = new URL(answer.url);
    const said = new URLSearchParams(mode === 'query' ? url.search : url.hash.slice(1));
    expect(said.get('state')).toBe(asked.state);
    expect(said.has('code')).toBe(true);
  });

  test('response_mode=form_post sends the answer by a form that needs no script', async () => {
    const site = await createSite();
    const browser = site.browser();
    await signIn(site, {}, browser);
    const shown = await browser.open((await begin(site, { response_mode: 'form_post' })).url);
    expect(shown.text).toContain(`action="${CALLBACK}"`);
    expect(shown.text).toMatch(/name="code" value="[\w-]+"/);
    expect(shown.text).not.toContain('<script');
  });

  test('an authorization request that was pushed before succeeds (RFC 9126)', async () => {
    const site = await createSite();
    const { url, verifier, state } = await begin(site);
    const pushed = await post(site, '/request', Object.fromEntries(new URL(url).searchParams), {
      authorization: basic('films'),
    });
    expect(pushed.status).toBe(201);
    const browser = site.browser();
    const uri = encodeURIComponent(String(pushed.body.request_uri));
    const consent = await browser.open(`${site.issuer}/auth?client_id=films&request_uri=${uri}`);
    const tokens = await exchange(site, await browser.press(consent, 'allow'), { url, verifier, state });
    expect(tokens.claims()?.sub).toBe('548');
  });
});

describe('PKCE (RFC 7636)', () => {
  test('a right verifier succeeds (oidcc-ensure-request-with-valid-pkce-succeeds)', async () => {
    const { take } = await codeFor(await createSite());
    expect((await take()).status).toBe(200);
  });

  test.each([
    ['missing', ''],
    ['wrong', 'a'.repeat(43)],
    ['too short', 'a'],
  ])('a verifier that is %s is refused', async (_, verifier) => {
    const site = await createSite();
    const { fields, headers } = await codeFor(site);
    const { code_verifier: __, ...others } = fields;
    const sent = verifier ? { ...others, code_verifier: verifier } : others;
    const answer = await post(site, '/token', sent, headers);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(/invalid_(grant|request)/);
  });

  test('the method plain is refused', async () => {
    const { answer } = await answerTo(await createSite(), { code_challenge_method: 'plain' });
    expect(paramsOf(answer)).toMatchObject({ error: 'invalid_request' });
  });

  test('a challenge without a method, which means plain, is refused', async () => {
    const { answer } = await answerTo(await createSite(), { code_challenge_method: '' });
    expect(paramsOf(answer)).toMatchObject({ error: 'invalid_request' });
  });
});

describe('issuer in the answer (RFC 9207)', () => {
  test('an answer with a code, and one with an error, name the issuer', async () => {
    const site = await createSite();
    expect(await metadataOf(site)).toMatchObject({ authorization_response_iss_parameter_supported: true });
    const { answer } = await answerTo(site);
    expect(paramsOf(answer)).toMatchObject({ iss: site.issuer, code: expect.any(String) });
    site.onTmdb.decide = () => 'denied';
    const denied = await answerTo(site);
    expect(paramsOf(denied.answer)).toMatchObject({ iss: site.issuer, error: 'access_denied' });
  });
});

describe('device codes (RFC 8628)', () => {
  const ask = (site: Site, fields: Params = { client_id: 'tv', scope: 'openid' }) =>
    post(site, '/device/auth', fields);
  const poll = (site: Site, code: unknown, id = 'tv') =>
    post(site, '/token', {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: String(code),
      client_id: id,
    });

  test('the answer to a device has all required fields (3.2)', async () => {
    const site = await createSite();
    const { status, headers, body } = await ask(site);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toEqual({
      device_code: expect.any(String),
      user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      verification_uri: `${site.issuer}/device`,
      verification_uri_complete: `${site.issuer}/device?user_code=${body.user_code}`,
      expires_in: 600,
    });
  });

  test('a device that polls before the approval is told to wait (3.5)', async () => {
    const site = await createSite();
    const { body } = await ask(site);
    const answer = await poll(site, body.device_code);
    expect(answer).toMatchObject({ status: 400, body: { error: 'authorization_pending' } });
  });

  test('an unknown code, and the code of another app, are invalid_grant', async () => {
    const site = await createSite();
    expect(await poll(site, 'unknown')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const clients = [...CLIENTS, { ...clientOf('tv'), client_id: 'radio' }];
    site.use({ clients });
    const { body } = await ask(site);
    const stolen = await poll(site, body.device_code, 'radio');
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('an app without the grant gets no code', async () => {
    const site = await createSite();
    const answer = await ask(site, { client_id: 'page', scope: 'openid' });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('RP-Initiated Logout OP', () => {
  /** Opens the address of the logout and confirms it, if the page asks. */
  async function logOut(site: Site, browser: Browser, params: Params) {
    const asked = await browser.open(`${site.issuer}/session/end?${new URLSearchParams(params)}`);
    return asked.text.includes('Sign out?') ? browser.press(asked, 'logout') : asked;
  }
  const isSignedOut = async (site: Site, browser: Browser) => {
    const { answer } = await answerTo(site, { prompt: 'none' }, browser);
    return paramsOf(answer).error === 'login_required';
  };
  const signedIn = async () => {
    const site = await createSite();
    const { browser, tokens } = await signIn(site);
    return { site, browser, hint: tokens.id_token ?? '' };
  };

  test('the discovery document names the address (oidcc-rp-initiated-logout-discovery-endpoint-verification)', async () => {
    const site = await createSite();
    expect(await metadataOf(site)).toMatchObject({ end_session_endpoint: `${site.issuer}/session/end` });
  });

  test('a logout leads back with its state (oidcc-rp-initiated-logout)', async () => {
    const { site, browser, hint } = await signedIn();
    const params = { id_token_hint: hint, post_logout_redirect_uri: BYE, state: 'abc' };
    expect((await logOut(site, browser, params)).url).toBe(`${BYE}?state=abc`);
    expect(await isSignedOut(site, browser)).toBe(true);
  });

  test('a logout may be sent by POST', async () => {
    const { site, browser, hint } = await signedIn();
    const body = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: BYE });
    const sent = await fetch(`${site.issuer}/session/end`, { method: 'POST', body, redirect: 'manual' });
    const repeated = sent.headers.get('location') ?? '';
    // The ID token holds the user's name, and addresses end up in logs.
    expect([...new URL(repeated).searchParams.keys()]).toEqual(['post_logout_redirect_uri', 'client_id']);
    expect((await browser.press(await browser.open(repeated), 'logout')).url).toBe(BYE);
  });

  test('a logout without state leads back without one (oidcc-rp-initiated-logout-no-state)', async () => {
    const { site, browser, hint } = await signedIn();
    const params = { id_token_hint: hint, post_logout_redirect_uri: BYE };
    expect((await logOut(site, browser, params)).url).toBe(BYE);
  });

  test.each<[string, string, (hint: string) => Params]>([
    ['without parameters', 'oidcc-rp-initiated-logout-no-params', () => ({})],
    ['with a state alone', 'oidcc-rp-initiated-logout-only-state', () => ({ state: 'abc' })],
    [
      'without an address',
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
      (hint) => ({ id_token_hint: hint, state: 'abc' }),
    ],
    [
      'without an ID token',
      'oidcc-rp-initiated-logout-no-id-token-hint',
      () => ({ post_logout_redirect_uri: BYE, state: 'abc' }),
    ],
  ])('a logout %s ends at a page of the provider (%s)', async (_, __, paramsFor) => {
    const { site, browser, hint } = await signedIn();
    const shown = await logOut(site, browser, paramsFor(hint));
    expect(shown.text).toContain('You are signed out');
    expect(await isSignedOut(site, browser)).toBe(true);
  });

  const modified = (hint: string) => {
    const [head, body, signature = ''] = hint.split('.');
    return `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  };
  test.each<[string, string, (hint: string) => Params]>([
    [
      'an unregistered address',
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
      (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: 'https://evil.example/' }),
    ],
    [
      'a registered address with a query',
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
      (hint) => ({ id_token_hint: hint, post_logout_redirect_uri: `${BYE}?foo=bar` }),
    ],
    [
      'a changed ID token',
      'oidcc-rp-initiated-logout-modified-id-token-hint',
      (hint) => ({ id_token_hint: modified(hint), post_logout_redirect_uri: BYE }),
    ],
    [
      'no ID token but a text',
      'oidcc-rp-initiated-logout-bad-id-token-hint',
      () => ({ id_token_hint: 'bad', post_logout_redirect_uri: BYE }),
    ],
  ])('a logout with %s gets an error page and leaves the user signed in (%s)', async (_, __, paramsFor) => {
    const { site, browser, hint } = await signedIn();
    const shown = await logOut(site, browser, paramsFor(hint));
    expect(shown.status).toBe(400);
    expect(shown.url.startsWith(site.issuer)).toBe(true);
    expect(await isSignedOut(site, browser)).toBe(false);
  });
});

describe('Back-Channel Logout OP', () => {
  test('the discovery document announces it, with sessions (oidcc-backchannel-logout-discovery-endpoint-verification)', async () => {
    expect(await metadataOf(await createSite())).toMatchObject({
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    });
  });

  test('an app gets a signed logout token with the session of its ID token (oidcc-backchannel-rp-initiated-logout)', async () => {
    const told: { type: string | undefined; body: string }[] = [];
    const app = createServer(async (incoming, response) => {
      const parts: string[] = [];
      for await (const part of incoming) parts.push(String(part));
      told.push({ type: incoming.headers['content-type'], body: parts.join('') });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(app, 'listening');
    onTestFinished(() => void app.close());
    const uri = `http://127.0.0.1:${(app.address() as AddressInfo).port}/backchannel_logout`;
    const films = {
      ...clientOf('films'),
      backchannel_logout_uri: uri,
      backchannel_logout_session_required: true,
    };
    const site = await createSite({ clients: [films] });
    const { browser, tokens } = await signIn(site);
    const end = oidc.buildEndSessionUrl(await site.app('films'), {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: BYE,
    });
    const { url } = await browser.press(await browser.open(end.href), 'logout');
    expect(url).toBe(BYE);

    expect(told).toHaveLength(1);
    expect(told[0]?.type).toContain('application/x-www-form-urlencoded');
    const token = new URLSearchParams(told[0]?.body).get('logout_token') ?? '';
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'logout+jwt' });
    const options = { issuer: site.issuer, audience: 'films' };
    const { payload } = await jwtVerify(token, createLocalJWKSet(await keysOf(site)), options);
    expect(payload).toMatchObject({
      sub: '548',
      sid: tokens.claims()?.sid,
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(tokens.claims()?.sid).toEqual(expect.any(String));
    expect(payload).not.toHaveProperty('nonce');
    const { answer } = await answerTo(site, { prompt: 'none' }, browser);
    expect(paramsOf(answer)).toMatchObject({ error: 'login_required' });
  });
});
