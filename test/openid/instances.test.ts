import * as oidc from 'openid-client';
import { expect, test } from 'vitest';
import { begin, createSite, exchange, type Site, signIn } from './site.ts';

const NEW_SECRET = 'another-secret-of-this-test-that-is-long-enough';
const OLD_SECRET = 'a-secret-of-this-test-that-is-long-enough';

const rawStore = async ({ storage }: Site) =>
  Promise.all((await storage.getKeys()).map(async (key) => `${key} ${await storage.getItem(key)}`));

test('a sign-in that began on one instance ends on another with the same store and secrets', async () => {
  const site = await createSite();
  const browser = site.browser();
  const begun = await begin(site);
  site.onTmdb.decide = () => {
    site.use();
    return 'approved';
  };
  const consent = await browser.open(begun.url);
  site.use();
  const shown = await browser.press(consent, 'allow');
  site.use();
  const tokens = await exchange(site, shown, begun);
  site.use();
  const renewed = await oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  expect(renewed.claims()?.sub).toBe('548');
});

test('a new secret in front signs, and everything of the old one is still accepted', async () => {
  const site = await createSite();
  const { tokens, browser } = await signIn(site);
  const keysOf = async () => {
    const answer = await fetch(`${site.issuer}/jwks`);
    return ((await answer.json()) as { keys: { kid: string; d?: string }[] }).keys;
  };
  const [old] = await keysOf();

  site.use({ secrets: [NEW_SECRET, OLD_SECRET] });
  const keys = await keysOf();
  expect(keys.map(({ kid }) => kid)).toEqual([expect.any(String), old?.kid]);
  expect(keys.filter((key) => 'd' in key)).toEqual([]);
  const renewed = await oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  const headerOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  expect(headerOf(tokens.id_token).kid).toBe(old?.kid);
  expect(headerOf(renewed.id_token).kid).toBe(keys[0]?.kid);
  // The browser's cookie is still known, so that TMDB is not asked.
  const before = site.tmdb.requests.length;
  await signIn(site, {}, browser);
  expect(site.tmdb.requests).toHaveLength(before);
});

test('an instance with another secret reads nothing of the store', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  site.use({ secrets: [NEW_SECRET] });
  const refused = oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('the TMDB session and the key are found in no answer, cookie, address, token, warning or stored value', async () => {
  const secrets: string[] = [];
  const warnings: string[] = [];
  const site = await createSite({
    async fetch(input, init) {
      const response = await fetch(input, init);
      const { session_id: id } = (await response.clone().json()) as { session_id?: string };
      if (id) secrets.push(id);
      return response;
    },
    onWarning: (failure) => void warnings.push(JSON.stringify(failure)),
  });
  const { tokens, browser } = await signIn(site, { scope: 'openid profile tmdb' });
  await fetch(`${site.issuer}/tmdb/3/account`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  }).then(async (answer) => site.received.push(await answer.text()));
  await oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  expect(secrets).toHaveLength(1);
  secrets.push(site.tmdb.accessToken);

  const seen = [...site.received, ...browser.cookies.values(), ...warnings, ...(await rawStore(site))];
  expect(seen.length).toBeGreaterThan(30);
  const found = secrets.flatMap((secret) => seen.filter((text) => text.includes(secret)));
  expect(found).toEqual([]);
});

test('no token is stored in a form that can be used', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  const stored = (await rawStore(site)).join('\n');
  expect(stored).not.toBe('');
  for (const token of [tokens.access_token, tokens.refresh_token ?? 'missing'])
    expect(stored).not.toContain(token);
});

test('a value that was copied to another key of the store is not believed', async () => {
  const site = await createSite();
  const first = await signIn(site);
  const key = (await site.storage.getKeys()).find((name) => name.includes(':AccessToken:')) ?? '';
  const stored = await site.storage.getItem(key);
  const second = await signIn(site, { scope: 'openid' });
  for (const name of await site.storage.getKeys())
    if (name.includes(':AccessToken:') && name !== key) await site.storage.setItem(name, stored);
  const app = await site.app('films');
  expect(await oidc.tokenIntrospection(app, first.tokens.access_token)).toMatchObject({ active: true });
  expect(await oidc.tokenIntrospection(app, second.tokens.access_token)).toEqual({ active: false });
});

test('a closing provider refuses new requests and resolves when it is idle', async () => {
  const site = await createSite();
  const provider = site.use();
  expect((await fetch(`${site.issuer}/jwks`)).status).toBe(200);
  await provider.close();
  const refused = await fetch(`${site.issuer}/jwks`);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
});

test('a request that names another host gets the addresses of the issuer', async () => {
  const site = await createSite({ issuer: 'https://films.example/openid' });
  const answer = await fetch(`${site.issuer}/openid/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
  });
  const { authorization_endpoint: endpoint } = (await answer.json()) as { authorization_endpoint: string };
  expect(endpoint).toBe('https://films.example/openid/auth');
});
