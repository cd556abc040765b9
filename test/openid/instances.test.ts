import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as oidc from 'openid-client';
import { createStorage, type Driver } from 'unstorage';
import fsDriver from 'unstorage/drivers/fs-lite';
import redisDriver from 'unstorage/drivers/redis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { hasRedis, startRedis } from '../server/redis.ts';
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
  const old = await keysOf();

  site.use({ secrets: [NEW_SECRET, OLD_SECRET] });
  const keys = await keysOf();
  expect(keys.slice(2)).toEqual(old);
  expect(keys.filter((key) => 'd' in key)).toEqual([]);
  const renewed = await oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  const headerOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  expect(headerOf(tokens.id_token).kid).toBe(old[0]?.kid);
  expect(headerOf(renewed.id_token).kid).toBe(keys[0]?.kid);
  // The browser's cookie is still known, so that TMDB is asked for nothing but the account.
  const before = site.tmdb.requests.length;
  await signIn(site, {}, browser);
  expect(site.tmdb.requests.slice(before).map(({ path }) => path)).toEqual(['/3/account']);
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

test.each<[string, (request: IncomingMessage & { originalUrl?: string }) => void]>([
  ['the path taken off, as a proxy does', () => {}],
  [
    'the path taken off and kept aside, as Express does',
    (request) => {
      request.originalUrl = `/films/openid${request.url}`;
    },
  ],
  [
    'the whole path',
    (request) => {
      request.url = `/films/openid${request.url}`;
    },
  ],
])('a provider below a path answers requests with %s', async (_, mount) => {
  const site = await createSite();
  const provider = site.use({ issuer: 'https://films.example/films/openid' });
  const server = createServer((request, response) => {
    mount(request);
    provider(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`);
  expect(await answer.json()).toMatchObject({ token_endpoint: 'https://films.example/films/openid/token' });
});

/** Plays a sign-in, a refresh and a revocation on that driver. */
async function playOn(driver: Driver) {
  const store = createStorage({ driver });
  onTestFinished(() => store.dispose());
  const site = await createSite({ store });
  const { tokens } = await signIn(site);
  const renewed = await oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  expect(await store.getKeys('tmdb-auth:openid:tmdb:user')).toHaveLength(1);
  await oidc.tokenRevocation(await site.app('films'), renewed.refresh_token ?? '');
  expect(await store.getKeys('tmdb-auth:openid:tmdb:user')).toEqual([]);
  expect(site.tmdb.sessions()).toEqual([]);
}

test('a store of files holds sign-ins, and a revocation removes the session from it', async () => {
  const base = await mkdtemp(join(tmpdir(), 'tmdb-auth-openid-'));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  await playOn(fsDriver({ base }) as Driver);
});

test.skipIf(!hasRedis)(
  'Redis holds sign-ins, and a revocation removes the session from it',
  async (context) => {
    const { url, redis } = await startRedis(context);
    await playOn(redisDriver({ url }) as Driver);
    // Every value that is left ends by itself.
    const keys = await redis.keys('tmdb-auth:openid:*');
    expect(keys.length).toBeGreaterThan(1);
    expect(await Promise.all(keys.map(async (key) => (await redis.ttl(key)) > 0))).not.toContain(false);
  },
);

test('a store that does not answer ends the wait with a page that offers another try', async () => {
  const site = await createSite();
  const { url } = await begin(site);
  const write = vi.spyOn(site.storage, 'setItem').mockImplementation(() => new Promise(() => {}));
  const answer = fetch(url, { redirect: 'manual' });
  await expect.poll(() => write.mock.calls.length).toBeGreaterThan(0);
  site.clock.advance(5_000);
  expect((await answer).status).toBe(503);
});

test('while the store is down a page offers another try, and warnings quote no token', async () => {
  const warnings: string[] = [];
  const lost = Object.assign(new Error('connection to redis://:password@store lost'), {
    code: 'ECONNREFUSED',
  });
  const broken = () => Promise.reject(lost);
  const store = { getItem: broken, setItem: broken, removeItem: broken, getKeys: broken };
  const site = await createSite({ onWarning: ({ message }) => void warnings.push(message) });
  const browser = site.browser();
  const begun = await begin(site);
  site.use({ store });
  const page = await browser.open(begun.url);
  expect(page.status).toBe(503);
  expect(page.text).toContain('does not work at the moment');
  expect(warnings).toEqual([
    'The OpenID provider could not answer a request: the store failed (ECONNREFUSED).',
  ]);
  site.use();
  expect((await browser.open(page.url)).text).toContain('Allow Films');
});
