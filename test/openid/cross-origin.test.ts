import { expect, test } from 'vitest';
import { createSite, type Site, signIn } from './site.ts';

const PAGE = 'https://page.example';
const OTHER = 'https://evil.example';

interface Asked {
  method?: string;
  form?: Record<string, string>;
  token?: string;
}

/** A request as a browser sends it for a page: first the preflight, if there is an Authorization header. */
async function askFrom(origin: string, url: string, { method = 'GET', form, token }: Asked = {}) {
  if (token !== undefined) {
    const preflight = await fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization',
      },
    });
    expect(preflight.status).toBe(204);
    expect(isReadableFrom(preflight, origin)).toBe(true);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  }
  return fetch(url, {
    method,
    headers: { origin, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(form && { body: new URLSearchParams(form) }),
  });
}

const isReadableFrom = ({ headers }: Response, origin: string) =>
  ['*', origin].includes(headers.get('access-control-allow-origin') ?? '');

const refreshFrom = (site: Site, origin: string, token = '') =>
  askFrom(origin, `${site.issuer}/token`, {
    method: 'POST',
    form: { grant_type: 'refresh_token', client_id: 'page', refresh_token: token },
  });

// oidc-client-ts reads all of these from its page.
test('a page without a server reads every endpoint that it needs', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { clientId: 'page' });
  const { access_token: token } = tokens;
  const found = await askFrom(PAGE, `${site.issuer}/.well-known/openid-configuration`);
  const endpoints = (await found.json()) as Record<string, string>;
  const keys = await askFrom(PAGE, endpoints.jwks_uri ?? '');
  const profile = await askFrom(PAGE, endpoints.userinfo_endpoint ?? '', { token });
  const renewed = await refreshFrom(site, PAGE, tokens.refresh_token);
  const revoked = await askFrom(PAGE, endpoints.revocation_endpoint ?? '', {
    method: 'POST',
    form: { client_id: 'page', token },
  });
  const answers = { found, keys, profile, renewed, revoked };
  for (const [name, answer] of Object.entries(answers)) {
    expect(answer.status, name).toBe(200);
    expect(isReadableFrom(answer, PAGE), name).toBe(true);
  }
});

test('a page reads why its tokens were refused', async () => {
  const site = await createSite();
  const refused = await refreshFrom(site, PAGE, 'unknown');
  expect(isReadableFrom(refused, PAGE)).toBe(true);
  expect(await refused.json()).toMatchObject({ error: 'invalid_grant' });
  const unknown = await askFrom(PAGE, `${site.issuer}/me`, { token: 'unknown' });
  expect(unknown.status).toBe(401);
  expect(isReadableFrom(unknown, PAGE)).toBe(true);
});

test('a page of another origin cannot use the tokens of an app', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { clientId: 'page' });
  const stolen = await refreshFrom(site, OTHER, tokens.refresh_token);
  expect(stolen.status).toBe(400);
  expect(isReadableFrom(stolen, OTHER)).toBe(false);
  const profile = await askFrom(OTHER, `${site.issuer}/me`, { token: tokens.access_token });
  expect(profile.status).toBe(400);
  expect(isReadableFrom(profile, OTHER)).toBe(false);
  expect((await refreshFrom(site, PAGE, tokens.refresh_token)).status).toBe(200);
});

test('a revocation answers with an empty body and no content type', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { clientId: 'page' });
  const revoked = await askFrom(PAGE, `${site.issuer}/token/revocation`, {
    method: 'POST',
    form: { client_id: 'page', token: tokens.refresh_token ?? '' },
  });
  expect(revoked.status).toBe(200);
  expect(await revoked.text()).toBe('');
  // oidc-client-ts refuses any type but JSON.
  expect(revoked.headers.get('content-type')).toBeNull();
});
