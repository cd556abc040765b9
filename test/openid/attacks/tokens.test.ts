import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CLIENTS, createSite, type Site, signIn } from '../site.ts';
import { ask, askForTokens, FILMS, OTHER } from './support.ts';

const refresh = (site: Site, refresh_token = '', credentials = FILMS, more = {}) =>
  askForTokens(site, { grant_type: 'refresh_token', refresh_token, ...more }, credentials);

const userinfo = async (site: Site, token = '') =>
  (await ask(site, 'GET', '/me', { headers: { authorization: `Bearer ${token}` } })).status;

const asApp = (credentials: string) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});
const introspect = async (site: Site, token: string, headers: Record<string, string>, more = {}) =>
  JSON.parse(
    (
      await ask(site, 'POST', '/token/introspection', {
        headers,
        body: new URLSearchParams({ token, ...more }),
      })
    ).text,
  );
const revoke = (site: Site, token: string, headers: Record<string, string>, more = {}) =>
  ask(site, 'POST', '/token/revocation', { headers, body: new URLSearchParams({ token, ...more }) });

describe('a stolen refresh token', () => {
  test('that both the thief and the app use ends all tokens, once the minute for lost answers is over', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site, { clientId: 'page' });
    const page = { client_id: 'page' };
    const thief = await refresh(site, tokens.refresh_token, '', page);
    expect(await userinfo(site, thief.access_token)).toBe(200);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect((await refresh(site, tokens.refresh_token, '', page)).error).toBe('invalid_grant');
    expect(await userinfo(site, thief.access_token)).toBe(401);
    expect((await refresh(site, thief.refresh_token, '', page)).error).toBe('invalid_grant');
    await expect.poll(() => site.tmdb.sessions()).toEqual([]);
  });

  test('is refused to another app, without its app’s secret, and for more scopes', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    expect((await refresh(site, tokens.refresh_token, OTHER)).error).toBe('invalid_grant');
    expect((await refresh(site, tokens.refresh_token, '', { client_id: 'page' })).error).toBe(
      'invalid_grant',
    );
    expect((await refresh(site, tokens.refresh_token, '', { client_id: 'films' })).error).toBe(
      'invalid_client',
    );
    expect((await refresh(site, tokens.refresh_token, FILMS, { scope: 'openid tmdb' })).error).toBe(
      'invalid_scope',
    );
    expect(await refresh(site, tokens.refresh_token)).toHaveProperty('access_token');
  });
});

describe('a token', () => {
  test('is not taken for one of another kind', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    for (const token of [tokens.refresh_token, tokens.id_token])
      expect(await userinfo(site, token)).toBe(401);
    for (const token of [tokens.access_token, tokens.id_token])
      expect((await refresh(site, token)).error).toBe('invalid_grant');
  });

  test('is not taken from a query', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    expect((await ask(site, 'GET', `/me?access_token=${tokens.access_token}`)).status).toBe(400);
  });

  test('of an app that was removed from the clients ends at once', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site, { scope: 'openid tmdb' });
    site.use({ clients: CLIENTS.filter(({ client_id: id }) => id !== 'films') });
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect((await ask(site, 'GET', '/tmdb/3/account', { headers })).status).toBe(401);
    expect(await userinfo(site, tokens.access_token)).toBe(401);
    expect((await refresh(site, tokens.refresh_token)).error).toBe('invalid_client');
  });

  test('of a browser’s session ends with its logout', async () => {
    const site = await createSite();
    const { tokens, browser } = await signIn(site, { scope: 'openid tmdb' });
    await browser.press(await browser.open(`${site.issuer}/session/end`), 'logout');
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    expect((await ask(site, 'GET', '/tmdb/3/account', { headers })).status).toBe(401);
    expect(await userinfo(site, tokens.access_token)).toBe(401);
    expect((await refresh(site, tokens.refresh_token)).error).toBe('invalid_grant');
  });

  test('is described to its own app and to apps with a secret, and to no other', async () => {
    const site = await createSite();
    const films = await signIn(site);
    const page = await signIn(site, { clientId: 'page' }, films.browser);
    const asPage = { client_id: 'page' };
    expect(await introspect(site, page.tokens.access_token, {}, asPage)).toMatchObject({ active: true });
    expect(await introspect(site, films.tokens.access_token, {}, asPage)).toEqual({ active: false });
    expect(await introspect(site, page.tokens.access_token, asApp(FILMS))).toMatchObject({ active: true });
    for (const headers of [{}, asApp('films:wrong'), asApp('nobody:nothing')])
      expect(await introspect(site, films.tokens.access_token, headers)).toHaveProperty('error');
  });

  test('is not ended by another app', async () => {
    const site = await createSite();
    const { tokens } = await signIn(site);
    for (const token of [tokens.access_token, tokens.refresh_token ?? '']) {
      await revoke(site, token, asApp(OTHER));
      await revoke(site, token, {}, { client_id: 'page' });
      await revoke(site, token, {}, { client_id: 'films' });
      await revoke(site, token, {});
    }
    expect(await userinfo(site, tokens.access_token)).toBe(200);
    expect(site.tmdb.sessions()).toHaveLength(1);
  });
});

test('an app named by an address is not fetched', async () => {
  const fetched = vi.spyOn(globalThis, 'fetch');
  const site = await createSite();
  fetched.mockClear();
  const id = encodeURIComponent('https://evil.example/client.json');
  expect((await ask(site, 'GET', `/auth?client_id=${id}&response_type=code&scope=openid`)).status).toBe(400);
  expect(fetched).not.toHaveBeenCalled();
  fetched.mockRestore();
});
