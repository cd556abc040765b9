import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { beginAtTmdb } from './attacks/support.ts';
import { BYE, begin, CLIENTS, createSite, type Site, signIn } from './site.ts';

const refresh = async (site: Site, token = '') => oidc.refreshTokenGrant(await site.app('films'), token);

const ofPage = async (site: Site, token = '') => oidc.refreshTokenGrant(await site.app('page'), token);

test('an app without a secret gets a new refresh token each time, and using the old one later ends all of them', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { clientId: 'page' });
  const renewed = await ofPage(site, tokens.refresh_token);
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
  const info = await oidc.fetchUserInfo(await site.app('page'), renewed.access_token, '548');
  expect(info.preferred_username).toBe('sandra');

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  onTestFinished(() => void vi.useRealTimers());
  await expect(ofPage(site, tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(ofPage(site, renewed.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('an app without a secret that never got the answer to a refresh stays signed in if it asks again within a minute', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { clientId: 'page' });
  await ofPage(site, tokens.refresh_token);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40_000 });
  onTestFinished(() => void vi.useRealTimers());
  const again = await ofPage(site, tokens.refresh_token);
  expect(again.claims()?.sub).toBe('548');
  // Asking does not extend the minute.
  vi.setSystemTime(Date.now() + 25_000);
  await expect(ofPage(site, tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('an app with a secret keeps its refresh token, so that no lost answer signs its user out', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  expect((await refresh(site, tokens.refresh_token)).refresh_token).toBe(tokens.refresh_token);
  expect((await refresh(site, tokens.refresh_token)).claims()?.sub).toBe('548');
});

test('a refresh that asked TMDB for the older session keeps the app signed in if its user signs in anew meanwhile', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  site.tmdb.faults.add({ kind: 'hang', match: 'GET /3/account' });
  const asked = site.tmdb.requests.length;
  const renewed = refresh(site, tokens.refresh_token);
  await expect.poll(() => site.tmdb.requests.length).toBe(asked + 1);
  site.clock.advance(1_000);
  const second = await signIn(site);
  site.tmdb.faults.clear();
  expect((await renewed).claims()?.sub).toBe('548');
  expect((await refresh(site, second.tokens.refresh_token)).claims()?.sub).toBe('548');
});

test('a refresh that is about to remove a revoked session does not remove the one of a sign-in at the same moment', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  site.clock.advance(1_000);
  const browser = site.browser();
  const { token, back } = await beginAtTmdb(site, browser);
  site.tmdb.revoke('sandra');
  site.tmdb.approve(token);

  const store = new EventEmitter();
  const [held, written] = [once(store, 'released'), once(store, 'written')];
  let reads = 0;
  const { getItem, setItem } = site.storage;
  vi.spyOn(site.storage, 'getItem').mockImplementation(async (key) => {
    const found = await getItem(key);
    // The fourth read is the last one before the removal.
    if (key.includes(':tmdb:user:') && ++reads === 4) await held;
    return found;
  });
  vi.spyOn(site.storage, 'setItem').mockImplementation(async (key, ...rest) => {
    await setItem(key, ...rest);
    if (key.includes(':tmdb:user:')) store.emit('written');
  });
  const renewed = refresh(site, tokens.refresh_token).catch(() => null);
  await expect.poll(() => reads).toBe(4);
  const consent = browser.open(back);
  // The sign-in waits for the removal, so the removal cannot wait for the sign-in.
  await Promise.race([written, setTimeout(500)]);
  store.emit('released');
  await renewed;
  expect((await consent).text).toContain('Allow');
  expect(await site.storage.getKeys('tmdb-auth:openid:tmdb:user')).toHaveLength(1);
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test('a session that was revoked on TMDB ends the refresh token at its next use, and the access token with it', async () => {
  const site = await createSite();
  const { tokens, browser } = await signIn(site);
  site.tmdb.revoke('sandra');
  await expect(refresh(site, tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  const app = await site.app('films');
  expect(await oidc.tokenIntrospection(app, tokens.access_token)).toMatchObject({ active: false });

  // The browser is signed in here, but only TMDB can open a new session.
  const again = await signIn(site, {}, browser);
  expect(again.tokens.claims()?.sub).toBe('548');
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test('a refresh while TMDB cannot be reached ends nothing', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  site.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 120, match: 'GET /3/account' });
  const renewed = await refresh(site, tokens.refresh_token);
  expect(renewed.access_token).not.toBe(tokens.access_token);
});

test('a refresh while the store fails for a moment ends nothing', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  // The first read finds the account, and the second is that of the client which asks TMDB.
  const { getItem } = site.storage;
  let reads = 0;
  const failing = vi.spyOn(site.storage, 'getItem').mockImplementation((key) => {
    if (key.includes(':tmdb:user:') && ++reads === 2) return Promise.reject(new Error('down'));
    return getItem(key);
  });
  await expect(refresh(site, tokens.refresh_token)).rejects.not.toMatchObject({ error: 'invalid_grant' });
  expect(reads).toBeGreaterThan(1);
  failing.mockRestore();
  expect((await refresh(site, tokens.refresh_token)).claims()?.sub).toBe('548');
});

test('introspection describes a token, and revocation ends it', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  const app = await site.app('films');
  expect(await oidc.tokenIntrospection(app, tokens.access_token)).toMatchObject({
    active: true,
    sub: '548',
    client_id: 'films',
    scope: 'openid profile',
  });
  await oidc.tokenRevocation(app, tokens.access_token);
  expect(await oidc.tokenIntrospection(app, tokens.access_token)).toEqual({ active: false });
});

test('the session at TMDB is deleted when its last app revokes its refresh token', async () => {
  const site = await createSite();
  const { tokens, browser } = await signIn(site);
  const other = await signIn(site, { clientId: 'other' }, browser);
  await oidc.tokenRevocation(await site.app('films'), tokens.refresh_token ?? '');
  expect(site.tmdb.sessions()).toHaveLength(1);
  await oidc.tokenRevocation(await site.app('other'), other.tokens.refresh_token ?? '');
  expect(site.tmdb.sessions()).toEqual([]);
});

test('the older session at TMDB is deleted when the same user signs in again', async () => {
  const site = await createSite();
  const first = await signIn(site);
  await signIn(site);
  expect(site.tmdb.sessions()).toHaveLength(1);
  const renewed = await refresh(site, first.tokens.refresh_token);
  expect(renewed.claims()?.sub).toBe('548');
});

test('a logout that an app began asks the user, ends the tokens and the session at TMDB, and leads back', async () => {
  const site = await createSite();
  const { tokens, browser } = await signIn(site);
  const app = await site.app('films');
  const end = oidc.buildEndSessionUrl(app, {
    post_logout_redirect_uri: BYE,
    id_token_hint: tokens.id_token ?? '',
    state: 'here',
  });
  const asked = await browser.open(end.href);
  expect(asked.text).toContain('Sign out?');
  const { url } = await browser.press(asked, 'logout');
  expect(url).toBe(`${BYE}?state=here`);
  expect(site.tmdb.sessions()).toEqual([]);
  await expect(refresh(site, tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
  // The browser is signed out, too.
  const { text } = await browser.open((await begin(site)).url);
  expect(text).toContain('Allow Films');
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test('an unregistered address after a logout is refused', async () => {
  const site = await createSite();
  const { tokens, browser } = await signIn(site);
  const end = oidc.buildEndSessionUrl(await site.app('films'), {
    post_logout_redirect_uri: 'https://evil.example/',
    id_token_hint: tokens.id_token ?? '',
  });
  const shown = await browser.open(end.href);
  expect(shown.status).toBe(400);
  expect(shown.text).toContain('post_logout_redirect_uri not registered');
});

test('a logout without a session shows a page with a button that needs no script', async () => {
  const site = await createSite();
  const browser = site.browser();
  const page = await browser.open(`${site.issuer}/session/end`);
  expect(page.text).not.toContain('<script');
  expect((await browser.press(page)).text).toContain('You are signed out');
});

test('an app with a back-channel address is told of the logout', async () => {
  const told: string[] = [];
  const app = createServer(async (request, response) => {
    for await (const part of request) told.push(String(part));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  onTestFinished(() => void app.close());
  const { port } = app.address() as AddressInfo;
  const clients = CLIENTS.map((client) =>
    client.client_id === 'films'
      ? { ...client, backchannel_logout_uri: `http://127.0.0.1:${port}/logout` }
      : client,
  );
  const site = await createSite({ clients });
  const { browser, tokens } = await signIn(site);
  const end = oidc.buildEndSessionUrl(await site.app('films'), { id_token_hint: tokens.id_token ?? '' });
  await browser.press(await browser.open(end.href), 'logout');
  const token = new URLSearchParams(told.join('')).get('logout_token') ?? '';
  const [, body = ''] = token.split('.');
  expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({ sub: '548', aud: 'films' });
});

test('an app that never exchanged its code does not keep the session at TMDB', async () => {
  const site = await createSite();
  const abandoned = site.browser();
  await abandoned.press(await abandoned.open((await begin(site)).url), 'allow');
  const { tokens } = await signIn(site, { clientId: 'other' });
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  onTestFinished(() => void vi.useRealTimers());
  await oidc.tokenRevocation(await site.app('other'), tokens.refresh_token ?? '');
  expect(site.tmdb.sessions()).toEqual([]);
});

/** Asks for tokens with a refresh token, as HTTP Basic with an empty secret. */
async function refreshWithEmptySecret(site: Site, id: string, form: Record<string, string>) {
  const answer = await fetch(`${site.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:`)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', ...form }),
  });
  return { status: answer.status, ...((await answer.json()) as { scope?: string; error?: string }) };
}

// oidc-agent repeats its name in the body of some requests, requests-oauthlib never does.
test.each([
  ['with', { client_id: 'page' }],
  ['without', {}],
])('an app without a secret may send an empty one, %s its name in the body', async (_how, name) => {
  const site = await createSite({}, '/openid');
  const { tokens } = await signIn(site, { clientId: 'page' });
  const { refresh_token: token = '' } = tokens;
  const renewed = await refreshWithEmptySecret(site, 'page', { ...name, refresh_token: token });
  expect(renewed).toMatchObject({ status: 200, scope: 'openid profile' });
});

test('a device that sends an empty secret is shown the address below the path of the provider', async () => {
  const site = await createSite({}, '/openid');
  const answer = await fetch(`${site.issuer}/device/auth`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa('tv:')}` },
    body: new URLSearchParams({ scope: 'openid' }),
  });
  expect(await answer.json()).toMatchObject({ verification_uri: `${site.issuer}/device` });
});

test('an empty secret is refused for an app with a secret, and beside the name of another app', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site);
  const form = { refresh_token: tokens.refresh_token ?? '' };
  const guessed = await refreshWithEmptySecret(site, 'films', form);
  expect(guessed).toMatchObject({ status: 401, error: 'invalid_client' });
  const mixed = await refreshWithEmptySecret(site, 'page', { ...form, client_id: 'films' });
  expect(mixed).toMatchObject({ status: 400, error: 'invalid_request' });
  const broken = await refreshWithEmptySecret(site, 'page%', form);
  expect(broken).toMatchObject({ status: 401, error: 'invalid_client' });
});
