import * as oidc from 'openid-client';
import { expect, test } from 'vitest';
import { MINUTE } from '../support/clock.ts';
import { begin, CALLBACK, createSite, exchange, signIn } from './site.ts';

const outcomeOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

test('a user signs in with a code and PKCE, and the app gets the claims of the TMDB account', async () => {
  const site = await createSite();
  const browser = site.browser();
  const begun = await begin(site);
  const consent = await browser.open(begun.url);
  expect(consent.text).toContain('Allow Films &amp; Friends to use your TMDB account?');
  expect(consent.text).toContain('You are signed in to TMDB as sandra.');

  const tokens = await exchange(site, await browser.press(consent, 'allow'), begun);
  const claims = { sub: '548', preferred_username: 'sandra', locale: 'en-US' };
  expect(tokens.claims()).toMatchObject(claims);
  const info = await oidc.fetchUserInfo(await site.app('films'), tokens.access_token, '548');
  expect(info).toMatchObject(claims);
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test('without the scope profile an app gets only the id of the account', async () => {
  const site = await createSite();
  const { tokens } = await signIn(site, { scope: 'openid' });
  expect(tokens.claims()).not.toHaveProperty('preferred_username');
  const info = await oidc.fetchUserInfo(await site.app('films'), tokens.access_token, '548');
  expect(info).toEqual({ sub: '548' });
});

test('a user with a picture and a name has both in the claims', async () => {
  const site = await createSite();
  site.tmdb.addUser({ username: 'ada', password: 'x', name: 'Ada L', avatar_path: '/a.png' });
  site.onTmdb.decide = (token) => {
    site.tmdb.approve(token, 'ada');
    return 'done';
  };
  const { tokens } = await signIn(site);
  expect(tokens.claims()).toMatchObject({ name: 'Ada L', picture: 'https://image.tmdb.org/t/p/w185/a.png' });
});

test('a sign-in that was approved but never returned continues when its page is opened again', async () => {
  const site = await createSite();
  site.onTmdb.decide = (token) => {
    site.tmdb.approve(token);
    throw new Error('the return is lost');
  };
  const browser = site.browser();
  const begun = await begin(site);
  await expect(browser.open(begun.url)).rejects.toThrow('lost');
  const page = site.received.findLast((url) => /interaction\/[\w-]+$/.test(url)) ?? '';
  const consent = await browser.open(page);
  const tokens = await exchange(site, await browser.press(consent, 'allow'), begun);
  expect(tokens.claims()?.sub).toBe('548');
});

// `/auth` is also a route of the provider.
test.each(['/films/openid', '/auth'])('a provider below %s is found and signs users in', async (path) => {
  const site = await createSite({}, path);
  const { tokens } = await signIn(site);
  expect(tokens.claims()?.iss).toBe(site.issuer);
  expect(site.issuer.endsWith(path)).toBe(true);
});

test('a denial on TMDB is access_denied', async () => {
  const site = await createSite();
  site.onTmdb.decide = () => 'denied';
  const { url } = await site.browser().open((await begin(site)).url);
  expect(url.startsWith(CALLBACK)).toBe(true);
  expect(outcomeOf(url)).toMatchObject({
    error: 'access_denied',
    error_description: 'The user denied the request.',
  });
  expect(site.tmdb.sessions()).toEqual([]);
});

test('a denial of consent is access_denied and deletes the session at TMDB', async () => {
  const site = await createSite();
  const browser = site.browser();
  const consent = await browser.open((await begin(site)).url);
  expect(site.tmdb.sessions()).toHaveLength(1);
  const { url } = await browser.press(consent, 'deny');
  expect(outcomeOf(url)).toMatchObject({ error: 'access_denied' });
  await expect.poll(() => site.tmdb.sessions()).toEqual([]);
});

test('an approval after an hour is access_denied, and the description says why', async () => {
  const site = await createSite();
  const browser = site.browser();
  site.onTmdb.decide = (token) => {
    site.tmdb.approve(token);
    site.clock.advance(61 * MINUTE);
    throw new Error('the user took an hour');
  };
  await expect(browser.open((await begin(site)).url)).rejects.toThrow('an hour');
  const link = site.received.findLast((url) => url.includes('redirect_to=')) ?? '';
  const back = new URL(new URL(link).searchParams.get('redirect_to') ?? '');
  back.searchParams.set('request_token', new URL(link).pathname.split('/').at(-1) ?? '');
  back.searchParams.set('approved', 'true');
  const { url } = await browser.open(back.href);
  expect(outcomeOf(url)).toMatchObject({ error: 'access_denied' });
  expect(outcomeOf(url).error_description).toContain('in time');
});

const withoutPkce = (url: string) => {
  const plain = new URL(url);
  plain.searchParams.delete('code_challenge');
  plain.searchParams.delete('code_challenge_method');
  return plain.href;
};

test('an app without a secret is refused without PKCE', async () => {
  const site = await createSite();
  const { url } = await begin(site, { clientId: 'page' });
  const shown = await site.browser().open(withoutPkce(url));
  expect(outcomeOf(shown.url)).toMatchObject({ error: 'invalid_request' });
});

test('an app with a secret may sign in without PKCE, but cannot leave it out of one of two requests', async () => {
  const site = await createSite();
  const callbackWithout = async (edit: (url: string) => string) => {
    const begun = await begin(site);
    const browser = site.browser();
    const shown = await browser.press(await browser.open(edit(begun.url)), 'allow');
    return { begun, address: new URL(shown.url) };
  };
  const tokensWith = async (address: URL, expectedState: string, pkceCodeVerifier?: string) =>
    oidc.authorizationCodeGrant(await site.app('films'), address, {
      expectedState,
      ...(pkceCodeVerifier !== undefined && { pkceCodeVerifier }),
    });

  const plain = await callbackWithout(withoutPkce);
  expect((await tokensWith(plain.address, plain.begun.state)).claims()?.sub).toBe('548');

  const injected = await callbackWithout(withoutPkce);
  const { state, verifier } = injected.begun;
  await expect(tokensWith(injected.address, state, verifier)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
  const stolen = await callbackWithout((url) => url);
  await expect(tokensWith(stolen.address, stolen.begun.state)).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

test('an unregistered redirect address gets an error page and never a code', async () => {
  const site = await createSite();
  const { url } = await begin(site, { redirect_uri: 'https://evil.example/callback' });
  const shown = await site.browser().open(url);
  expect(shown).toMatchObject({ status: 400 });
  expect(shown.text).toContain('invalid_redirect_uri');
  expect(shown.text).not.toContain('evil.example');
});

test('a second app of the same browser asks for consent alone', async () => {
  const site = await createSite();
  const { browser } = await signIn(site);
  const before = site.tmdb.requests.length;
  const { tokens } = await signIn(site, { clientId: 'other' }, browser);
  expect(tokens.claims()?.sub).toBe('548');
  expect(site.tmdb.requests.slice(before).map(({ path }) => path)).toEqual(['/3/account']);
});

test('a user who has removed the access on TMDB approves there again, although the browser is still signed in here', async () => {
  const site = await createSite();
  const { browser } = await signIn(site, { scope: 'openid profile tmdb' });
  site.tmdb.revoke('sandra');
  const quiet = await browser.open((await begin(site, { prompt: 'none' })).url);
  expect(outcomeOf(quiet.url).error).toBe('login_required');
  const before = site.tmdb.requests.length;
  const { tokens } = await signIn(site, { scope: 'openid profile tmdb' }, browser);
  expect(site.tmdb.requests.slice(before).map(({ path }) => path)).toContain('/3/authentication/session/new');
  const answer = await fetch(`${site.issuer}/tmdb/3/account`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  });
  expect(answer.status).toBe(200);
});

test('a browser that is signed in here stays so while TMDB cannot be reached', async () => {
  const site = await createSite();
  const { browser } = await signIn(site);
  site.tmdb.faults.add({ kind: 'status', code: 43, times: Number.POSITIVE_INFINITY });
  const quiet = await browser.open((await begin(site, { prompt: 'none' })).url);
  expect(outcomeOf(quiet.url)).toHaveProperty('code');
});

test('a return in another browser explains itself, and a button ends that sign-in', async () => {
  const site = await createSite();
  const attacker = site.browser();
  let back = '';
  site.onTmdb.decide = (token) => {
    back = token;
    throw new Error('the link is sent to a victim');
  };
  await expect(attacker.open((await begin(site)).url)).rejects.toThrow('victim');
  site.tmdb.approve(back);
  const link = site.received.findLast((url) => url.includes('redirect_to=')) ?? '';
  const address = new URL(new URL(link).searchParams.get('redirect_to') ?? '');
  address.searchParams.set('request_token', back);
  address.searchParams.set('approved', 'true');

  const victim = site.browser();
  const page = await victim.open(address.href);
  expect(page.status).toBe(400);
  expect(page.text).toContain('begun in another browser');
  expect((await victim.press(page)).text).toContain('has been ended');
  const { url } = await attacker.open(address.href);
  expect(outcomeOf(url)).toMatchObject({ error: 'access_denied' });
  expect(site.tmdb.sessions()).toEqual([]);
});

test('a prefetched page begins nothing', async () => {
  const site = await createSite();
  const answer = await fetch(`${site.issuer}/interaction/abc`, { headers: { 'sec-purpose': 'prefetch' } });
  expect(answer.status).toBe(403);
});

test('while TMDB cannot be reached a page offers another try, which then succeeds', async () => {
  const site = await createSite();
  const browser = site.browser();
  const begun = await begin(site);
  site.onTmdb.decide = () => {
    // Longer than a user is kept waiting.
    site.tmdb.faults.add({
      kind: 'rateLimited',
      retryAfter: 120,
      match: 'POST /3/authentication/session/new',
    });
    return 'approved';
  };
  const page = await browser.open(begun.url);
  expect(page.status).toBe(503);
  expect(page.text).toContain('Signing in does not work at the moment');
  site.tmdb.faults.clear();
  const consent = await browser.open(page.url);
  const tokens = await exchange(site, await browser.press(consent, 'allow'), begun);
  expect(tokens.claims()?.sub).toBe('548');
});

test('another user who signs in in the same browser replaces the first, without a script', async () => {
  const site = await createSite();
  site.tmdb.addUser({ username: 'ada', password: 'x', id: 9 });
  const { browser } = await signIn(site);
  site.onTmdb.decide = (token) => {
    site.tmdb.approve(token, 'ada');
    return 'done';
  };
  const begun = await begin(site, { prompt: 'login' });
  const between = await browser.open(begun.url);
  expect(between.text).not.toContain('<script');
  const consent = await browser.press(between);
  expect(consent.text).toContain('signed in to TMDB as ada');
  const tokens = await exchange(site, await browser.press(consent, 'allow'), begun);
  expect(tokens.claims()?.sub).toBe('9');
  expect(site.tmdb.sessions().map(({ username }) => username)).toEqual(['ada']);
});

test('prompt=none shows no page: it succeeds after consent, and is login_required when the session at TMDB is gone', async () => {
  const site = await createSite();
  const { browser, tokens } = await signIn(site);
  const silent = await browser.open((await begin(site, { prompt: 'none' })).url);
  expect(outcomeOf(silent.url)).toHaveProperty('code');
  site.tmdb.revoke('sandra');
  const refused = oidc.refreshTokenGrant(await site.app('films'), tokens.refresh_token ?? '');
  await expect(refused).rejects.toMatchObject({ error: 'invalid_grant' });
  const after = await browser.open((await begin(site, { prompt: 'none' })).url);
  expect(outcomeOf(after.url)).toMatchObject({ error: 'login_required' });
});
