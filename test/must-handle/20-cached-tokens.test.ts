// TMDB: A proxy or a service worker cached the token answer, and two users got one token.
// Here: Tokens are requested with `no-store` and used once.
import { expect, test } from 'vitest';
import { codeOf, toApproval } from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { GUEST_NEW, SESSION_NEW, TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

/** A service worker that caches every answer it may: only `no-store` prevents it. */
function cachingFetch() {
  const kept = new Map<string, Response>();
  const caches: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    caches.push(init?.cache ?? 'default');
    const old = kept.get(request.url);
    if (request.method === 'GET' && init?.cache !== 'no-store' && old) return old.clone();
    const response = await globalThis.fetch(request);
    if (init?.cache !== 'no-store') kept.set(request.url, response.clone());
    return response;
  };
  return { fetch, caches, kept };
}

test('every request of the flows carries `no-store`, and no answer is cached', async () => {
  const world = await createWorld();
  const { fetch, caches, kept } = cachingFetch();
  const auth = world.client({ fetch });
  await auth.loginAsGuest();
  await world.signIn(auth);
  await auth.logout();
  await auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
  expect(caches.length).toBe(world.tmdb.requests.length);
  expect(new Set(caches)).toEqual(new Set(['no-store']));
  expect(kept.size).toBe(0);
});

test('two sign-ins through a caching service worker get two tokens, and two guests two guest sessions', async () => {
  const world = await createWorld();
  const { fetch } = cachingFetch();
  const one = world.client({ fetch, storageKey: 'one' });
  const two = world.client({ fetch, storageKey: 'two' });
  const first = await toApproval(world, one);
  const second = await toApproval(world, two);
  expect(first.requestToken).not.toBe(second.requestToken);
  await one.cancel();
  await two.cancel();
  await one.loginAsGuest();
  await two.loginAsGuest();
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
  expect(timesAsked(world.tmdb, GUEST_NEW)).toBe(2);
});

test('the app’s own calls may be cached: their cache setting is passed on', async () => {
  const world = await createWorld();
  const { fetch, kept } = cachingFetch();
  const auth = world.client({ fetch });
  await auth.fetch('/3/movie/550');
  await auth.fetch('/3/movie/550');
  expect(kept.size).toBe(1);
  expect(timesAsked(world.tmdb, 'GET /3/movie/550')).toBe(1);
  await auth.fetch('/3/movie/550', { cache: 'no-store' });
  expect(timesAsked(world.tmdb, 'GET /3/movie/550')).toBe(2);
});

test('every sign-in has a new token, however the last one ended', async () => {
  const world = await createWorld();
  const auth = world.client();
  const tokens: string[] = [];
  for (const end of ['cancel', 'denied', 'approved', 'logout'] as const) {
    if (auth.getView().status === 'user') await auth.logout();
    const { done, requestToken } = await toApproval(world, auth);
    tokens.push(requestToken);
    if (end === 'cancel' || end === 'logout') await auth[end]();
    else {
      if (end === 'approved') world.tmdb.approve(requestToken);
      await auth.handleCallback(callback(requestToken, end, 'http://app.test/'));
    }
    await codeOf(world, done);
  }
  expect(new Set(tokens).size).toBe(4);
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
});

test('a prefetched token serves one sign-in, not two', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.prepare();
  const { done, requestToken } = await toApproval(world, auth);
  await auth.cancel();
  expect(await codeOf(world, done)).toBe('cancelled');
  const again = await toApproval(world, auth);
  expect(again.requestToken).not.toBe(requestToken);
});
