import { describe, expect, test } from 'vitest';
import { createRestateClient } from '../../src/platforms/restate/index.ts';
import { type AuthHandlerOptions, createAuthHandler } from '../../src/platforms/server/index.ts';
import { memoryStore } from './attacks/support.ts';
import { createSite, ORIGIN, SECRET } from './site.ts';

const options = (changed: object) =>
  ({
    credentials: { apiKey: '0'.repeat(32) },
    origin: ORIGIN,
    secrets: [SECRET],
    ...changed,
  }) as unknown as AuthHandlerOptions;

describe('the error about an invalid option', () => {
  test.each<[object, string]>([
    [{ secrets: undefined }, 'openssl rand -base64 32'],
    [{ secrets: [undefined] }, 'openssl rand -base64 32'],
    [{ secrets: SECRET }, 'is a list of random texts'],
    [{ secrets: ['short'] }, 'at least 32 characters'],
    [{ origin: undefined }, 'https://films.example'],
    [{ origin: 'films.example' }, 'https://films.example'],
    [{ origin: 'https://films.example/app' }, 'without a path'],
    [{ origin: 'http://films.example' }, 'origin must be https'],
    [{ basePath: 'auth' }, 'a path like /auth'],
    [{ cookieName: 'a b' }, 'letters, digits'],
    [{ returnTo: 'https://evil.example' }, 'returnTo is a path of the site'],
    [{ returnOrigins: ['evil'] }, 'returnOrigins'],
    [{ proxy: ['/3/movie/*'] }, 'GET /3/movie/*'],
    [{ store: {} }, 'getItem, setItem, removeItem, getKeys'],
    [{ device: true }, 'device needs a store'],
    [{ device: {} }, 'device needs a store'],
    [{ device: { interval: 0 }, store: memoryStore() }, 'device.interval is a number above 0'],
    [{ maxBody: 0 }, 'maxBody is a number above 0'],
    [{ sessionMaxAge: Number.POSITIVE_INFINITY }, '399 days'],
    [{ credentials: undefined }, 'No application credentials'],
  ])('says what is valid: %o', (changed, said) => {
    expect(() => createAuthHandler(options(changed))).toThrow(said);
  });

  test('says where Restate listens', () => {
    const client = (ingressURL: string) => () => createRestateClient({ ingressURL, secrets: [SECRET] });
    expect(client('nonsense')).toThrow('http://127.0.0.1:8080');
    expect(client('127.0.0.1:8080')).toThrow('http://127.0.0.1:8080');
    expect(client('http://127.0.0.1:8080')).not.toThrow();
  });
});

describe('a request from another origin', () => {
  test('is told where the site is, a script in JSON', async () => {
    const site = await createSite();
    const browser = site.browser();
    const told = await browser.submit('/auth/login', {}, { origin: 'http://127.0.0.1:3000' });
    expect(told.status).toBe(403);
    expect(told.headers.get('content-type')).toBe('text/plain');
    expect(await told.text()).toContain(`Only a page of ${ORIGIN} may ask this`);
    const script = await browser.ask('POST', '/auth/login', {}, { origin: 'http://127.0.0.1:3000' });
    expect(await script.json()).toMatchObject({
      refused: 'cross_site',
      failure: { message: expect.stringContaining(ORIGIN) },
    });
  });

  test('gets an explanation when it returns from TMDB without the cookie of a sign-in', async () => {
    for (const apiVersion of [3, 4] as const) {
      const site = await createSite({ apiVersion });
      const browser = site.browser();
      const back = await browser.follow(`/auth/callback?request_token=${'a'.repeat(40)}&approved=true`);
      expect(back.status).toBe(400);
      expect(await back.text()).toContain('This browser does not know this sign-in');
      const script = await browser.ask('POST', '/auth/callback', { requestToken: 'a'.repeat(40) });
      expect(script.status).toBe(400);
      expect(await script.json()).toMatchObject({
        failure: { code: 'callback_mismatch', message: expect.stringContaining('cookie') },
      });
      expect(site.events.map(({ failure }) => failure)).toEqual(['callback_mismatch', 'callback_mismatch']);
      expect(site.tmdb.requests).toEqual([]);
    }
  });
});

test('a balancer may check the health with HEAD', async () => {
  const site = await createSite();
  const asked = (method: string) => site.browser().send(new Request(`${ORIGIN}/auth/health`, { method }));
  expect((await asked('HEAD')).status).toBe(200);
  expect((await asked('GET')).status).toBe(200);
  expect((await asked('POST')).status).toBe(404);
});
