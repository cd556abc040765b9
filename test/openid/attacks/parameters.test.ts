import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { begin, createSite, type Site } from '../site.ts';
import { ask, beginConsent, EVIL, hiddenIn } from './support.ts';

/** The address of a sign-in with these parameters, as an attacker would change it. */
const changed = async (site: Site, parameters: Record<string, string>) => {
  const url = new URL((await begin(site)).url);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.pathname + url.search;
};

const requestObject = () =>
  new SignJWT({ client_id: 'films', redirect_uri: `${EVIL}/callback`, scope: 'openid tmdb' })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode('a-client-secret-of-this-test-0123456789'));

describe('parameters that could change a request unseen', () => {
  test.each<[string, () => Promise<string>, string]>([
    ['request', requestObject, 'request_not_supported'],
    ['request_uri', async () => `${EVIL}/request.jwt`, 'request_uri_not_supported'],
    ['request_uri', async () => 'urn:ietf:params:oauth:request_uri:unknown', 'invalid_request_uri'],
    ['registration', async () => JSON.stringify({ redirect_uris: [EVIL] }), 'registration_not_supported'],
    ['response_type', async () => 'token', 'unsupported_response_type'],
    ['response_type', async () => 'id_token', 'unsupported_response_type'],
    ['response_type', async () => 'code id_token', 'unsupported_response_type'],
    ['response_type', async () => 'none', 'unsupported_response_type'],
    ['response_mode', async () => 'web_message', 'unsupported_response_mode'],
    ['response_mode', async () => 'jwt', 'unsupported_response_mode'],
    ['response_mode', async () => 'query.jwt', 'unsupported_response_mode'],
  ])('%s is refused, and nothing begins', async (name, value, error) => {
    const site = await createSite();
    const answer = await ask(site, 'GET', await changed(site, { [name]: await value() }), {
      headers: { accept: 'text/html' },
    });
    expect(`${answer.headers.location} ${answer.text}`).toContain(error);
    expect(answer.headers.location ?? '').not.toContain('evil.example');
    expect(await site.storage.getKeys()).toEqual([]);
  });

  test.each<[string, string]>([
    ['claims', JSON.stringify({ id_token: { sub: { value: '54' }, session_id: null } })],
    ['resource', EVIL],
    ['authorization_details', '[{"type":"tmdb"}]'],
    ['acr_values', 'high'],
    ['login_hint', '54'],
    ['dpop_jkt', 'x'],
  ])('%s is ignored', async (name, value) => {
    const site = await createSite();
    const browser = site.browser();
    const consent = await browser.open(site.issuer + (await changed(site, { [name]: value })));
    const shown = await browser.press(consent, 'allow');
    expect(shown.url).toContain('code=');
  });

  test('a scope that is none is ignored, and consent names only what it gives', async () => {
    const site = await createSite();
    const { consent } = await beginConsent(site, { scope: 'openid admin <b>' });
    expect(consent.text.match(/<li>/g)).toHaveLength(1);
  });
});

test.each([
  ['POST', '/reg'],
  ['GET', '/reg/films'],
  ['PUT', '/reg/films'],
  ['DELETE', '/reg/films'],
  ['POST', '/backchannel'],
  ['POST', '/challenge'],
  ['POST', '/credential'],
  ['GET', '/interaction/abc/abort'],
])('%s %s does not exist: apps are those of the option alone', async (method, path) => {
  const site = await createSite();
  const answer = await ask(site, method, path);
  expect([404, 405]).toContain(answer.status);
});

describe('response modes', () => {
  test('form_post shows a form without a script, which goes to the registered address alone', async () => {
    const site = await createSite();
    const { browser, consent } = await beginConsent(site, {
      response_mode: 'form_post',
      state: '"><script>alert(1)</script>',
    });
    const shown = await browser.press(consent, 'allow');
    expect(shown.text).not.toContain('<script');
    expect(shown.text).toContain('action="https://films.example/callback"');
    expect(hiddenIn(shown.text, 'state')).toBe('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(hiddenIn(shown.text, 'iss')).toBe(site.issuer);
    expect(shown.headers.get('content-security-policy')).toContain(
      "form-action 'self' https://films.example;",
    );
  });

  test('fragment keeps the code out of the app’s logs', async () => {
    const site = await createSite();
    const { browser, consent } = await beginConsent(site, { response_mode: 'fragment' });
    const { url } = await browser.press(consent, 'allow');
    expect(new URL(url).search).toBe('');
    expect(new URL(url).hash).toContain('code=');
  });
});

test('the discovery document announces nothing that is off', async () => {
  const site = await createSite();
  const found = JSON.parse((await ask(site, 'GET', '/.well-known/openid-configuration')).text);
  expect(found).toMatchObject({
    response_types_supported: ['code'],
    request_uri_parameter_supported: false,
    claims_parameter_supported: false,
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  });
  for (const name of ['request_parameter_supported', 'registration_endpoint', 'challenge_endpoint'])
    expect(found[name] ?? false).toBe(false);
  expect(found.grant_types_supported.toSorted()).toEqual([
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ]);
});
