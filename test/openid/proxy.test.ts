import * as oidc from 'openid-client';
import { expect, test, vi } from 'vitest';
import { createSite, type Site, signIn } from './site.ts';

const SCOPE = 'openid tmdb';

const ask = (site: Site, token: string, path: string, init: RequestInit = {}) =>
  fetch(`${site.issuer}/tmdb${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${token}`,
      ...(init.body ? { 'content-type': 'application/json' } : {}),
    },
  });

test('an app with the scope tmdb reads the account and rates a film as the user', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { scope: SCOPE });
  const account = await ask(site, tokens.access_token, '/3/account');
  expect(await account.json()).toMatchObject({ id: 548, username: 'sandra' });
  const body = JSON.stringify({ value: 8 });
  const rated = await ask(site, tokens.access_token, '/3/movie/550/rating', { method: 'POST', body });
  expect(rated.status).toBe(201);
  expect(site.tmdb.account('sandra').ratings).toMatchObject([{ media_id: 550, value: 8 }]);
  const removed = await ask(site, tokens.access_token, '/3/movie/550/rating', { method: 'DELETE' });
  expect(removed.status).toBe(200);
  expect(site.tmdb.account('sandra').ratings).toEqual([]);
});

test('the page on which a user consents names what the scope tmdb allows', async () => {
  const site = await createSite();
  await signIn(site, { scope: SCOPE });
  expect(site.received.some((text) => text.includes('use TMDB as you'))).toBe(true);
});

test('an app without the scope tmdb is refused with insufficient_scope', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  const answer = await ask(site, tokens.access_token, '/3/account');
  expect(answer.status).toBe(403);
  expect(answer.headers.get('www-authenticate')).toContain('insufficient_scope');
});

test('an unknown token is refused, and a cookie counts for nothing', async () => {
  const site = await createSite();
  const { browser } = await signIn(site, { scope: SCOPE });
  expect((await ask(site, 'unknown', '/3/account')).status).toBe(401);
  expect(await browser.open(`${site.issuer}/tmdb/3/account`)).toMatchObject({ status: 401 });
});

test.each([
  ['POST', '/3/authentication/session/new'],
  ['DELETE', '/3/authentication/session'],
  ['GET', '/3/authentication/token/new'],
  ['GET', '/4/account/1/lists'],
  ['GET', '/3/movie/..%2fauthentication'],
  ['PUT', '/3/list/1'],
])('%s %s is not sent on to TMDB', async (method, path) => {
  const site = await createSite();
  const { tokens } = await signIn(site, { scope: SCOPE });
  site.tmdb.resetRequests();
  expect((await ask(site, tokens.access_token, path, { method })).status).toBe(404);
  expect(site.tmdb.requests).toEqual([]);
});

test('an app cannot send a session of its own', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { scope: SCOPE });
  const answer = await ask(site, tokens.access_token, '/3/account?session_id=of-another-user');
  expect(await answer.json()).toMatchObject({ username: 'sandra' });
});

test('the option proxy narrows what apps may ask', async () => {
  const site = await createSite({ proxy: ['GET /3/account'] });
  const { tokens } = await signIn(site, { scope: SCOPE });
  expect((await ask(site, tokens.access_token, '/3/account')).status).toBe(200);
  expect((await ask(site, tokens.access_token, '/3/movie/550')).status).toBe(404);
});

test('a session that was revoked on TMDB ends the access token at its next request', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { scope: SCOPE });
  site.tmdb.revoke('sandra');
  const first = await ask(site, tokens.access_token, '/3/account');
  expect(first.status).toBe(401);
  expect(first.headers.get('www-authenticate')).toContain('invalid_token');
  expect((await ask(site, tokens.access_token, '/3/movie/550')).status).toBe(401);
  const described = await oidc.tokenIntrospection(await site.app('films'), tokens.access_token);
  expect(described).toEqual({ active: false });
});

test.each([1, 2])(
  'a request ends no token if read number %i of its session in the store fails',
  async (failed) => {
    const site = await createSite();
    const { tokens } = await signIn(site, { scope: SCOPE });
    const { getItem } = site.storage;
    let reads = 0;
    const failing = vi
      .spyOn(site.storage, 'getItem')
      .mockImplementation((key) =>
        key.includes(':tmdb:user:') && ++reads === failed ? Promise.reject(new Error('down')) : getItem(key),
      );
    expect((await ask(site, tokens.access_token, '/3/account')).status).not.toBe(401);
    failing.mockRestore();
    expect((await ask(site, tokens.access_token, '/3/account')).status).toBe(200);
  },
);

test('an access token ends with its refresh token, while another app keeps its access', async () => {
  const site = await createSite();
  const { tokens, browser } = await signIn(site, { scope: SCOPE });
  const other = await signIn(site, { scope: SCOPE, clientId: 'other' }, browser);
  await oidc.tokenRevocation(await site.app('films'), tokens.refresh_token ?? '');
  expect((await ask(site, tokens.access_token, '/3/account')).status).toBe(401);
  expect((await ask(site, other.tokens.access_token, '/3/account')).status).toBe(200);
});

test('a page of another origin may use the proxy with its token', async () => {
  const site = await createSite();
  const asked = await fetch(`${site.issuer}/tmdb/3/account`, {
    method: 'OPTIONS',
    headers: { origin: 'https://page.example', 'access-control-request-method': 'GET' },
  });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe('*');
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
});
