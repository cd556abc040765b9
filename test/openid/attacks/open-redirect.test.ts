import * as oidc from 'openid-client';
import { describe, expect, test } from 'vitest';
import { BYE, begin, CALLBACK, CLIENTS, createSite, signIn } from '../site.ts';
import { ask, EVIL } from './support.ts';

/** Addresses that resemble the registered one, or that a lax comparison would accept. */
const TRICKS = (registered: string) => {
  const { host, pathname } = new URL(registered);
  return [
    EVIL,
    `${registered}/`,
    `${registered}/more`,
    `${registered}.evil.example`,
    `${registered}?next=${EVIL}`,
    `${registered}?`,
    `${registered}#`,
    `${registered}#@evil.example`,
    registered.slice(0, -1),
    registered.toUpperCase(),
    registered.replace('films.', 'FILMS.'),
    registered.replace('https:', 'http:'),
    registered.replace('https:', 'HTTPS:'),
    registered.replace('https://', 'https:'),
    registered.replace('https://', 'https:/\\'),
    registered.replace('https://', '//'),
    registered.replace('https://', '\\\\'),
    registered.replace('films.', 'evil.films.'),
    registered.replace('films.example', 'films.example:443'),
    registered.replace('films.example', 'films.example.'),
    registered.replace('films.example', 'films.example.evil.example'),
    registered.replace('films.example', 'films.example@evil.example'),
    registered.replace('films.example', 'user:pw@films.example'),
    registered.replace('films.example', 'evil.example\\@films.example'),
    registered.replace('films.example', 'evil.example#films.example'),
    registered.replace('films.example', 'evil.example/films.example'),
    registered.replace('films.example', 'fi%6cms.example'),
    registered.replace(pathname, `/x/..${pathname}`),
    registered.replace(pathname, `/.${pathname}`),
    registered.replace(pathname, `/%2e%2e${pathname}`),
    registered.replace(pathname, `/${pathname}`),
    ` ${registered}`,
    `${registered} `,
    `${registered}\r\nlocation: ${EVIL}`,
    `${registered}\0`,
    `javascript:alert(1)//${host}`,
    `data:text/html,${host}`,
    pathname,
    'https://other.example/callback',
  ];
};

describe('an address that is not registered for the app', () => {
  test.each(TRICKS(CALLBACK))('is refused before anything is stored: %j', async (redirect_uri) => {
    const site = await createSite();
    const { url } = await begin(site, { redirect_uri });
    const { search } = new URL(url);
    for (const more of ['', '&response_mode=fragment', '&response_mode=form_post', '&prompt=none'])
      for (const method of ['GET', 'HEAD']) {
        const answer = await ask(site, method, `/auth${search}${more}`, { headers: { accept: 'text/html' } });
        expect(answer.status).toBe(400);
        expect(answer.headers.location).toBeUndefined();
        expect(answer.text).not.toMatch(/http-equiv="refresh"|action=/);
        expect(answer.text).not.toContain('evil');
      }
    expect(await site.storage.getKeys()).toEqual([]);
  });

  test.each([
    ['twice', `redirect_uri=${encodeURIComponent(CALLBACK)}&redirect_uri=${encodeURIComponent(EVIL)}`],
    ['as a list', `redirect_uri[]=${encodeURIComponent(EVIL)}`],
  ])('is refused when it is sent %s', async (_, query) => {
    const site = await createSite();
    const url = new URL((await begin(site)).url);
    url.searchParams.delete('redirect_uri');
    const answer = await ask(site, 'GET', `/auth${url.search}&${query}`);
    expect(`${answer.headers.location} ${answer.text}`).not.toContain('evil');
  });

  test('gets no error of another parameter, which would lead there', async () => {
    const site = await createSite();
    for (const wrong of [
      { scope: 'nothing' },
      { response_type: 'token' },
      { prompt: 'what' },
      { max_age: 'x' },
    ]) {
      const { url } = await begin(site, { redirect_uri: `${EVIL}/callback`, ...wrong });
      const shown = await site.browser().open(url);
      expect(shown.status).toBe(400);
      expect(shown.url).toBe(url);
    }
  });
});

test('a device has no address to which users could be led', async () => {
  const site = await createSite();
  const { url } = await begin(site, { clientId: 'tv', redirect_uri: `${EVIL}/callback` });
  expect(await site.browser().open(url)).toMatchObject({ status: 400, url });
});

describe('a native app on this machine', () => {
  const clients = [
    ...CLIENTS,
    {
      client_id: 'native',
      application_type: 'native' as const,
      redirect_uris: ['http://127.0.0.1/callback', 'com.example.films:/callback'],
    },
  ];

  test.each([
    ['http://127.0.0.1:8123/callback', 303],
    ['com.example.films:/callback', 303],
    ['http://127.0.0.1:8123/other', 400],
    ['http://127.0.0.1.evil.example/callback', 400],
    ['http://127.0.0.1:8123@evil.example/callback', 400],
    ['http://127.0.0.1:@evil.example/callback', 400],
    ['http://localhost:8123/callback', 400],
    ['http://127.0.0.2:8123/callback', 400],
    ['https://127.0.0.1/callback', 400],
    ['com.example.films://callback', 400],
    ['com.example.films:/callback/more', 400],
    ['com.example.evil:/callback', 400],
  ])('may choose its port and nothing else: %s', async (redirect_uri, status) => {
    const site = await createSite({ clients });
    const { url } = await begin(site, { redirect_uri });
    const asked = new URL(url);
    asked.searchParams.set('client_id', 'native');
    expect((await ask(site, 'GET', asked.pathname + asked.search)).status).toBe(status);
  });
});

describe('after a logout', () => {
  test('an address that is not registered is refused, and the user stays signed in', async () => {
    const site = await createSite();
    const { browser, tokens } = await signIn(site);
    const app = await site.app('films');
    for (const post_logout_redirect_uri of [...TRICKS(BYE), CALLBACK]) {
      const named = oidc.buildEndSessionUrl(app, { post_logout_redirect_uri });
      const hinted = oidc.buildEndSessionUrl(app, {
        post_logout_redirect_uri,
        id_token_hint: tokens.id_token ?? '',
      });
      for (const { href } of [named, hinted]) {
        const shown = await browser.open(href);
        expect(shown.status, href).toBe(400);
        expect(shown.text).not.toContain('evil');
      }
    }
    expect(site.tmdb.sessions()).toHaveLength(1);
  });

  test('an address that no app has asked for is left out', async () => {
    const site = await createSite();
    const { browser } = await signIn(site);
    const asked = await browser.open(`${site.issuer}/session/end?post_logout_redirect_uri=${EVIL}`);
    const shown = await browser.press(asked, 'logout');
    expect(shown.url).toBe(`${site.issuer}/session/end/success`);
    expect(shown.text).toContain('You are signed out');
  });

  test('an app’s address does not serve another app', async () => {
    const site = await createSite();
    const { browser, tokens } = await signIn(site, { clientId: 'other' });
    const query = new URLSearchParams({
      post_logout_redirect_uri: BYE,
      id_token_hint: tokens.id_token ?? '',
    });
    expect(await browser.open(`${site.issuer}/session/end?${query}`)).toMatchObject({ status: 400 });
    query.set('client_id', 'films');
    expect(await browser.open(`${site.issuer}/session/end?${query}`)).toMatchObject({ status: 400 });
  });
});
