// firebase/firebase-js-sdk#5588, authts/oidc-client-ts#398, auth0/auth0-spa-js#831: Without `window`, on a server or in a worker, calls never settled.
// Here: The view stays `restoring`, for server rendering; every call rejects at once and names the entry to use there.
import { expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { createBrowserAuth } from '../../src/platforms/browser/index.ts';
import { createLazyAuth } from '../../src/platforms/lazy/index.ts';
import type {} from '../browser/pages/worker.ts';
import { inChromium } from '../browser/stage.ts';

const stage = inChromium();

const REFUSED = /^tmdb-auth: this is not a page\. Use createAuthHandler .+createNodeAuth .+createTmdbAuth/;
const credentials = { apiKey: '0'.repeat(32) };

const CALLS: Record<string, (auth: TmdbAuth) => Promise<unknown>> = {
  login: (auth) => auth.login(),
  loginWithPassword: (auth) => auth.loginWithPassword({ username: 'sandra', password: 'secret' }),
  loginAsGuest: (auth) => auth.loginAsGuest(),
  adoptSession: (auth) => auth.adoptSession({ sessionId: 'a'.repeat(40) }),
  validateCredentials: (auth) => auth.validateCredentials(),
  verify: (auth) => auth.verify(),
  carryOverGuestRatings: (auth) => auth.carryOverGuestRatings(),
  handleCallback: (auth) => auth.handleCallback('https://app.example/?request_token=1&approved=true'),
  cancel: (auth) => auth.cancel(),
  retry: (auth) => auth.retry(),
  logout: (auth) => auth.logout(),
  fetch: (auth) => auth.fetch('/3/movie/550'),
  api: (auth) => auth.api('/3/movie/550'),
};

const MADE = {
  createBrowserAuth: (fetch: typeof globalThis.fetch) => createBrowserAuth({ credentials, fetch }),
  'createBrowserAuth with a server': (fetch: typeof globalThis.fetch) =>
    createBrowserAuth({ server: '/auth', fetch }),
  createLazyAuth: (fetch: typeof globalThis.fetch) => createLazyAuth({ credentials, fetch }),
};

test.each(Object.entries(MADE))('every call of %s rejects in Node without a request', async (_, make) => {
  const asked: unknown[] = [];
  const auth: TmdbAuth = make(async (input) => {
    asked.push(input);
    return new Response('{}');
  });
  const views: unknown[] = [];
  auth.subscribe((view) => views.push(view));
  for (const [name, call] of Object.entries(CALLS)) await expect(call(auth), name).rejects.toThrow(REFUSED);
  await auth.prepare();
  // A new method must reject as well, or be named here.
  const methods = Object.entries(auth).flatMap(([name, part]) => (typeof part === 'function' ? [name] : []));
  const others = ['getView', 'now', 'subscribe', 'prepare', 'dispose', 'load'];
  expect(methods.filter((name) => !others.includes(name)).sort()).toEqual(Object.keys(CALLS).sort());
  expect(auth.getView().state).toBe('restoring');
  expect(auth.approvalUrl).toBeNull();
  auth.dispose();
  expect([asked, views]).toEqual([[], []]);
});

test('a worker in which some code has defined window does not count as a page', async () => {
  const { open, asked } = await stage({ page: 'worker.ts' });
  const page = await open();
  const refused = expect.stringMatching(REFUSED);
  expect(await page.evaluate(() => window.fromWorker)).toEqual({
    login: refused,
    loginAsGuest: refused,
    verify: refused,
    logout: refused,
    prepare: 'resolved',
    state: 'restoring',
  });
  expect(asked()).toEqual([]);
});
