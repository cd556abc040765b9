import * as oidc from 'openid-client';
import { describe, expect, test } from 'vitest';
import { begin, CALLBACK, createSite, exchange, type Site } from '../site.ts';
import { ask, askForTokens, beginWithCode, FILMS, OTHER } from './support.ts';

const fieldsOf = ({ code, begun }: Awaited<ReturnType<typeof beginWithCode>>) => ({
  grant_type: 'authorization_code',
  redirect_uri: CALLBACK,
  code_verifier: begun.verifier,
  code,
});

const outcomeOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

const userinfo = (site: Site, token = '') =>
  ask(site, 'GET', '/me', { headers: { authorization: `Bearer ${token}` } });

describe('a code', () => {
  test.each<[string, Record<string, string>, string]>([
    ['of another app', {}, OTHER],
    ['of another app that is public', { client_id: 'page' }, ''],
    ['without the secret of its app', { client_id: 'films' }, ''],
    ['with a wrong secret of its app', {}, 'films:wrong'],
    ['without a verifier', { code_verifier: '' }, FILMS],
    ['with another verifier', { code_verifier: oidc.randomPKCECodeVerifier() }, FILMS],
    ['with another address', { redirect_uri: 'https://other.example/callback' }, FILMS],
    ['that is cut', { code: 'x' }, FILMS],
  ])('%s gets no tokens', async (_, changed, credentials) => {
    const site = await createSite();
    const got = await askForTokens(site, { ...fieldsOf(await beginWithCode(site)), ...changed }, credentials);
    expect(['invalid_grant', 'invalid_client', 'invalid_request']).toContain(got.error);
    expect(got).not.toHaveProperty('access_token');
  });

  test('that is used twice ends its tokens', async () => {
    const site = await createSite();
    const known = await beginWithCode(site);
    const tokens = await askForTokens(site, fieldsOf(known), FILMS);
    expect((await userinfo(site, tokens.access_token)).status).toBe(200);
    expect((await askForTokens(site, fieldsOf(known), FILMS)).error).toBe('invalid_grant');
    expect((await userinfo(site, tokens.access_token)).status).toBe(401);
    const renewed = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
    expect((await askForTokens(site, renewed, FILMS)).error).toBe('invalid_grant');
  });

  test('that was stolen and fails does not stop its own app', async () => {
    const site = await createSite();
    const known = await beginWithCode(site);
    const wrong = { ...fieldsOf(known), code_verifier: oidc.randomPKCECodeVerifier() };
    expect((await askForTokens(site, { ...fieldsOf(known) }, OTHER)).error).toBe('invalid_grant');
    expect(await askForTokens(site, wrong, OTHER)).toHaveProperty('error');
    expect(await exchange(site, known.shown, known.begun)).toHaveProperty('access_token');
  });

  test('is refused by the app if it was injected: the state and the verifier are those of another sign-in', async () => {
    const site = await createSite();
    const attackers = await beginWithCode(site);
    const victims = await begin(site);
    await expect(exchange(site, attackers.shown, victims)).rejects.toThrow();
    const forged = new URL(attackers.shown.url);
    forged.searchParams.set('state', victims.state);
    const shown = { ...attackers.shown, url: forged.href };
    await expect(exchange(site, shown, victims)).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});

describe('a request without full PKCE', () => {
  test.each<[string, Record<string, string>]>([
    ['plain', { code_challenge_method: 'plain' }],
    ['no method, which means plain', { code_challenge_method: '' }],
    ['a method in other letters', { code_challenge_method: 's256' }],
    ['an unknown method', { code_challenge_method: 'none' }],
    ['no challenge for its method', { code_challenge: '' }],
    ['a short challenge', { code_challenge: 'abc' }],
  ])('is refused with %s', async (_, changed) => {
    const site = await createSite();
    for (const clientId of ['films', 'page']) {
      const { url } = await begin(site, { clientId, ...changed });
      const asked = new URL(url);
      for (const [name, value] of Object.entries(changed)) if (value === '') asked.searchParams.delete(name);
      const shown = await site.browser().open(asked.href);
      expect(outcomeOf(shown.url)).toMatchObject({ error: 'invalid_request' });
    }
    expect(site.tmdb.requests).toEqual([]);
  });
});

test('a request of an app without a secret is refused without PKCE', async () => {
  const site = await createSite();
  const asked = new URL((await begin(site, { clientId: 'page' })).url);
  asked.searchParams.delete('code_challenge');
  asked.searchParams.delete('code_challenge_method');
  const shown = await site.browser().open(asked.href);
  expect(outcomeOf(shown.url)).toMatchObject({ error: 'invalid_request' });
  expect(site.tmdb.requests).toEqual([]);
});

describe('the provider', () => {
  test('names its issuer beside a code, so that an app notices a mix-up', async () => {
    const site = await createSite();
    const { shown } = await beginWithCode(site);
    expect(outcomeOf(shown.url)).toMatchObject({ iss: site.issuer });
    const { begun } = await beginWithCode(site);
    const forged = new URL(shown.url);
    forged.searchParams.set('iss', 'https://evil.example');
    await expect(exchange(site, { ...shown, url: forged.href }, begun)).rejects.toThrow();
  });

  test('names its issuer beside an error', async () => {
    const site = await createSite();
    site.onTmdb.decide = () => 'denied';
    const { url } = await site.browser().open((await begin(site)).url);
    expect(outcomeOf(url)).toMatchObject({ error: 'access_denied', iss: site.issuer });
  });

  test('names its issuer in the ID token, and announces it', async () => {
    const site = await createSite();
    const { shown, begun } = await beginWithCode(site);
    expect((await exchange(site, shown, begun)).claims()).toMatchObject({ iss: site.issuer, aud: 'films' });
    const found = JSON.parse((await ask(site, 'GET', '/.well-known/openid-configuration')).text);
    expect(found).toMatchObject({
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
    });
  });
});
