import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../../src/platforms/server/routes.ts';
import { tokenIn } from '../../support/approval.ts';
import { brittleStore } from '../../support/store.ts';
import { type Browser, createSite, locationOf, ORIGIN, signIn, wayBack } from '../site.ts';

const EVERY_ROUTE = Object.entries(ROUTES)
  .flatMap(([name, methods]) =>
    Object.keys(methods).map((method): [string, string] => [method, `/auth/${name}`]),
  )
  // The same form for everyone.
  .filter(([method, path]) => `${method} ${path}` !== 'GET /auth/device');

/** For the route `device`, which looks up only a text that can be a code. */
const CODE = { userCode: 'BCDF-GHJK' };

async function createStage(apiVersion: 3 | 4 = 3) {
  const { store, become } = brittleStore();
  const site = await createSite({ store, apiVersion, device: true });
  const browser = site.browser();
  return { ...site, site, browser, become };
}

const request = ({ cookies }: Browser) =>
  new Request(ORIGIN, { headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') } });

describe.each(['throws', 'hangs'] as const)('a visitor while the store %s', (way) => {
  test.each([...EVERY_ROUTE, ['GET', '/auth/tmdb/3/account'], ['GET', '/auth/tmdb/3/movie/550']])(
    'is not treated as signed out when a script sends %s %s',
    async (method, path) => {
      const { site, browser, tmdb, become, whileTimeRuns } = await createStage();
      await signIn(site, browser);
      const cookies = new Map(browser.cookies);
      const asked = tmdb.requests.length;
      become(way);
      const told = await whileTimeRuns(browser.ask(method, path, method === 'POST' ? CODE : undefined));
      expect(told.status).toBe(503);
      // The answer has nothing that a page could take for the true state.
      expect(await told.json()).toEqual({
        failure: { code: 'storage_unavailable', message: expect.any(String), retryable: true },
      });
      expect(browser.cookies).toEqual(cookies);
      expect(tmdb.requests).toHaveLength(asked);
      expect(site.events.at(-1)).toMatchObject({ status: 503, failure: 'storage_unavailable' });
      become('works');
      expect(await browser.session()).toMatchObject({ status: 'user', account: { username: 'sandra' } });
    },
  );

  test.each(['login', 'logout', 'guest', 'cancel', 'device'])(
    'is told by a redirect, and keeps the session, at %s',
    async (route) => {
      const { site, browser, tmdb, become, whileTimeRuns } = await createStage();
      await signIn(site, browser);
      const asked = tmdb.requests.length;
      become(way);
      const told = await whileTimeRuns(browser.submit(`/auth/${route}`, { returnTo: '/films', ...CODE }));
      expect(told.status).toBe(303);
      expect(locationOf(told).href).toBe(`${ORIGIN}/films?tmdb_auth_failure=storage_unavailable`);
      expect(tmdb.requests).toHaveLength(asked);
      become('works');
      expect(await browser.session()).toMatchObject({ status: 'user' });
    },
  );

  test('is signed in by the next click after a return failed', async () => {
    const { browser, tmdb, become, whileTimeRuns } = await createStage();
    const approval = locationOf(await browser.follow('/auth/login'));
    tmdb.approve(tokenIn(approval));
    become(way);
    const told = await whileTimeRuns(browser.follow(wayBack(approval, 'approved')));
    expect(locationOf(told).searchParams.get('tmdb_auth_failure')).toBe('storage_unavailable');
    become('works');
    expect(locationOf(await browser.follow('/auth/login')).href).toBe(`${ORIGIN}/`);
    expect(await browser.session()).toMatchObject({ status: 'user' });
    expect(tmdb.sessions()).toHaveLength(1);
  });

  test('causes no request to TMDB, which would answer about the owner of the key', async () => {
    const { site, browser, tmdb, become, whileTimeRuns, instance } = await createStage();
    await signIn(site, browser);
    const asked = tmdb.requests.length;
    const handler = instance();
    become(way);
    const refused = handler.fetch(request(browser), '/3/account').catch(({ code }) => code);
    expect(await whileTimeRuns(refused)).toBe('storage_unavailable');
    expect(await whileTimeRuns(handler.view(request(browser)))).toMatchObject({
      status: 'signedOut',
      failure: { code: 'storage_unavailable' },
    });
    expect(tmdb.requests).toHaveLength(asked);
  });

  test('is refused forbidden paths as ever, without a request to the store', async () => {
    const { site, browser, become, whileTimeRuns } = await createStage();
    await signIn(site, browser);
    become(way);
    expect((await whileTimeRuns(browser.ask('GET', '/auth/tmdb/3/authentication/token/new'))).status).toBe(
      404,
    );
  });

  test('gets an error from signing out everywhere, instead of ending only some sessions', async () => {
    const { site, browser, become, whileTimeRuns } = await createStage();
    await signIn(site, browser);
    become(way);
    const told = await whileTimeRuns(browser.ask('POST', '/auth/logout', { everywhere: 'true' }));
    expect(told.status).toBe(503);
    expect(site.tmdb.sessions()).toHaveLength(1);
  });
});

describe.each([3, 4] as const)('a store that no longer accepts writes, v%i', (apiVersion) => {
  test('begins no sign-in, as no instance would know of it', async () => {
    const { browser, become, whileTimeRuns } = await createStage(apiVersion);
    become('takes nothing');
    const told = await whileTimeRuns(browser.submit('/auth/login'));
    expect(locationOf(told).href).toBe(`${ORIGIN}/?tmdb_auth_failure=storage_unavailable`);
    expect(browser.cookies.size).toBe(0);
  });

  test.each(['takes nothing', 'throws', 'hangs'] as const)(
    'makes the handler end the session that was just made (%s) at TMDB, and the next sign-in works',
    async (way) => {
      const { browser, tmdb, become, whileTimeRuns } = await createStage(apiVersion);
      const approval = locationOf(await browser.follow('/auth/login'));
      tmdb.approve(tokenIn(approval));
      const release = tmdb.faults.add({
        kind: 'hang',
        when: 'after',
        match: apiVersion === 3 ? 'POST /3/authentication/session/new' : 'POST /4/auth/access_token',
      });
      const back = apiVersion === 3 ? wayBack(approval, 'approved') : '/auth/callback';
      const coming = browser.follow(back);
      const isMade = () => (apiVersion === 3 ? tmdb.sessions() : tmdb.accessTokens()).length === 1;
      while (!isMade()) await new Promise((resolve) => setTimeout(resolve, 5));
      become(way);
      release();
      const told = await whileTimeRuns(coming);
      expect(locationOf(told).searchParams.get('tmdb_auth_failure')).toBe('storage_unavailable');
      expect([tmdb.sessions(), tmdb.accessTokens()]).toEqual([[], []]);
      become('works');
      expect((await whileTimeRuns(browser.session())).status).not.toBe('user');
      const next = locationOf(await whileTimeRuns(browser.follow('/auth/login')));
      expect(tokenIn(next)).not.toBe(tokenIn(approval));
      tmdb.approve(tokenIn(next));
      await browser.follow(apiVersion === 3 ? wayBack(next, 'approved') : '/auth/callback');
      expect(await browser.session()).toMatchObject({ status: 'user' });
    },
  );
});
