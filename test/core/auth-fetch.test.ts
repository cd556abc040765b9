import { describe, expect, test } from 'vitest';
import { parseRecord } from '../../src/record/session-record.ts';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { DAY } from '../support/clock.ts';
import { createWorld, type World } from '../support/world.ts';
import { codeOf, quiet, secretsOf, signedIn, storedIn } from './helpers.ts';
import { type Heard, listener } from './servers.ts';

const DONE = { success: true, status_code: 1 };
const rating = (value: unknown): RequestInit => ({ method: 'POST', body: JSON.stringify({ value }) });
/** The ratings that the record holds for a guest. */
const ratedBy = async (world: World) => parseRecord((await storedIn(world)) ?? '')?.facts.guest?.rated;

/** This request carries no credential of ours. */
function isClean({ query, headers, body }: Heard, secrets: readonly (string | null)[]) {
  expect([...query.keys()].filter((name) => /api_key|session|token/.test(name))).toEqual([]);
  expect(headers.authorization).toBeUndefined();
  const everything = JSON.stringify([[...query], headers, body]);
  for (const secret of secrets) if (secret) expect(everything).not.toContain(secret);
}

describe('auth.fetch to another server', () => {
  test.each([
    ['a text', (url: string) => url],
    ['a URL', (url: string) => new URL(url)],
    ['a Request', (url: string) => new Request(url)],
  ])('sends no credentials when the address is %s', async (_, make) => {
    const { auth, secrets } = await signedIn();
    const other = await listener();
    for (const path of ['/3/account', '/3/movie/550/rating', '/3/list/1', '/']) {
      expect((await auth.fetch(make(other.url + path))).status).toBe(200);
    }
    expect(other.heard).toHaveLength(4);
    for (const each of other.heard) isClean(each, secrets);
  });

  test('sends no API key either', async () => {
    const world = await createWorld();
    const auth = world.client({ credentials: { apiKey: world.tmdb.apiKey } });
    await world.signIn(auth);
    const other = await listener();
    await auth.fetch(`${other.url}/3/account`);
    for (const each of other.heard)
      isClean(each, [world.tmdb.apiKey, (await secretsOf(world)).sessionId ?? null]);
  });

  test('counts another port, another name of the same machine and a look-alike host as another server', async () => {
    const { auth, world, secrets } = await signedIn();
    const other = await listener();
    const { port } = new URL(world.tmdb.baseURL);
    const asked = [
      `${other.url}/3/account`,
      `http://localhost:${new URL(other.url).port}/3/account`,
      `${other.url}/?x=${encodeURIComponent(world.tmdb.baseURL)}/3/account`,
      `${other.url}/${world.tmdb.baseURL}/3/account`,
      `${other.url}/3/account?from=${world.tmdb.baseURL}`,
    ];
    for (const url of asked) await auth.fetch(url).catch(() => {});
    await auth.fetch(`http://localhost:${port}/3/account`).catch(() => {});
    expect(other.heard.length).toBeGreaterThanOrEqual(4);
    for (const each of other.heard) isClean(each, secrets);
    expect(world.tmdb.requests.filter(({ hasSession }) => hasSession)).toEqual([]);
    await expect(auth.fetch(`${world.tmdb.baseURL.replace('//', '//user@')}/3/account`)).rejects.toThrow();
  });

  test('sends the app’s request unchanged, also a Request object with a body', async () => {
    const { auth } = await signedIn();
    const other = await listener();
    await auth.fetch(other.url, { method: 'POST', body: 'one', headers: { 'x-mine': '1' } });
    await auth.fetch(new Request(other.url, { method: 'POST', body: 'two', headers: { 'x-mine': '2' } }));
    expect(other.heard.map(({ method, body, headers }) => [method, body, headers['x-mine']])).toEqual([
      ['POST', 'one', '1'],
      ['POST', 'two', '2'],
    ]);
  });

  test('does not follow a redirect from TMDB, so that its target gets nothing', async () => {
    const world = await createWorld();
    const other = await listener();
    const redirecting = await listener(
      (_, response) => void response.writeHead(302, { location: `${other.url}/3/account` }).end(),
    );
    const auth = world.client({ baseURL: redirecting.url });
    const response = await auth.fetch('/3/movie/550');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`${other.url}/3/account`);
    expect((await auth.fetch('/3/movie/550', { redirect: 'follow' })).status).toBe(302);
    await auth.api('/3/movie/550').catch(() => {});
    expect(await codeOf(world, auth.login())).toBe('bad_answer');
    expect(redirecting.heard.length).toBeGreaterThanOrEqual(4);
    expect(other.heard).toEqual([]);
  });
});

describe('the session id in requests to TMDB', () => {
  test.each([
    '/3/account',
    '/3/account/548/favorite/movies',
    '/3/list/5861',
    '/3/list',
    '/3/movie/550/rating',
    '/3/tv/1396/season/1/episode/1/rating',
    '/3/movie/550/account_states',
  ])('is sent with %s', async (path) => {
    const { world, auth } = await signedIn();
    await auth.fetch(path);
    expect(world.tmdb.requests).toMatchObject([{ hasSession: true, hasGuest: false }]);
  });

  test.each([
    '/3/movie/550',
    '/3/movie/550/rating/x',
    '/3/movie/550/ratings',
    '/3/accounts',
    '/3/listings',
    '/3/authentication/token/new',
    '/3/search/movie?query=account',
    '/3/account/../movie/550',
    '/account',
    '/',
  ])('is not sent with %s', async (path) => {
    const { world, auth } = await signedIn();
    await auth.fetch(path);
    expect(world.tmdb.requests).toMatchObject([{ hasSession: false, hasGuest: false }]);
  });

  test('is sent alike for relative paths, URL objects, Request objects and absolute addresses', async () => {
    const { world, auth } = await signedIn();
    const url = `${world.tmdb.baseURL}/3/account`;
    for (const input of ['/3/account', url, new URL(url), new Request(url)]) {
      const response = await auth.fetch(input);
      expect(await response.json()).toMatchObject({ username: 'sandra' });
      expect(response.url).toBe(url);
    }
  });

  test('is sent only while a user is signed in, not after the logout', async () => {
    const { world, auth } = await signedIn();
    await auth.logout();
    world.tmdb.resetRequests();
    await expect(auth.fetch('/3/movie/550/account_states')).rejects.toMatchObject({
      code: 'session_invalid',
    });
    await auth.fetch('/3/list/1');
    await auth.fetch('/3/movie/550');
    expect(world.tmdb.requests.some(({ hasSession }) => hasSession)).toBe(false);
  });
});

describe('auth.fetch as a guest', () => {
  async function guest() {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    world.tmdb.resetRequests();
    return { world, auth };
  }

  test.each<[string, boolean]>([
    ['/3/movie/550/rating', true],
    ['/3/movie/550/account_states', true],
    ['/3/tv/1396/season/1/episode/1/rating', true],
    ['/3/movie/550', false],
    ['/3/list/1', false],
    ['/3/search/movie', false],
  ])('sends %s with guest_session_id: %s', async (path, isSent) => {
    const { world, auth } = await guest();
    await auth.fetch(path);
    expect(world.tmdb.requests).toMatchObject([{ hasGuest: isSent, hasSession: false }]);
  });

  test('marks the guest as used with the first rating, and with nothing else', async () => {
    const { auth } = await guest();
    const rate = (value: number) =>
      auth.fetch('/3/movie/550/rating', { method: 'POST', body: JSON.stringify({ value }) });
    await auth.fetch('/3/movie/550/account_states');
    await auth.fetch('/3/movie/550/rating', { method: 'DELETE' });
    expect((await rate(99)).status).toBe(400);
    expect(auth.getView().state).toBe('guestActive.unused');
    expect((await rate(8)).status).toBe(201);
    expect(auth.getView()).toMatchObject({ state: 'guestActive.used', guest: { used: true } });
  });

  const RATED = '/3/movie/550/rating';

  test.each(['GET /3/movie/550/account_states', 'POST /3/movie/550/rating', 'DELETE /3/movie/550/rating'])(
    'keeps the guest when %s is refused with 401/3 and TMDB still knows the guest',
    async (match) => {
      const { world, auth } = await guest();
      world.tmdb.faults.add({ kind: 'status', code: 3, match });
      const [method = '', path = ''] = match.split(' ');
      expect((await auth.fetch(path, { method })).status).toBe(401);
      expect(auth.getView()).toMatchObject({ state: 'guestActive.unused', guest: { used: false } });
      const rated = await auth.fetch(RATED, { method: 'POST', body: JSON.stringify({ value: 8 }) });
      expect(rated.status).toBe(201);
    },
  );

  test('keeps the guest when a rating is refused with 401/3 and the rated list lags or fails', async () => {
    const { world, auth } = await guest();
    for (const lists of [
      { kind: 'status', code: 34 },
      { kind: 'status', code: 11 },
      { kind: 'status', status: 403, code: 3 },
      { kind: 'answer', body: { results: [], total_pages: 1 } },
      { kind: 'dropBefore', times: 2 },
    ] as const) {
      world.tmdb.faults.add({ kind: 'status', code: 3, match: /rating$/ });
      world.tmdb.faults.add({ ...lists, match: /rated/ });
      await auth.fetch(RATED, { method: 'POST', body: JSON.stringify({ value: 8 }) });
      expect(auth.getView().state).toBe('guestActive.unused');
    }
  });

  test('drops the guest once a rating is refused and the rated list confirms that TMDB deleted it', async () => {
    const { world, auth } = await guest();
    world.tmdb.clock.advance(2 * DAY);
    expect((await auth.fetch('/3/movie/550/account_states')).status).toBe(401);
    expect(auth.getView().state).toBe('guestActive.unused');
    expect((await auth.fetch(RATED, { method: 'DELETE' })).status).toBe(401);
    expect(auth.getView()).toMatchObject({ state: 'idle.guestExpired', guest: null });
  });

  test.each<[string, RequestInit, unknown]>([
    ['/3/movie/550/rating', rating(8), [8]],
    ['/3/movie/550-fight-club/rating', rating(8), [8]],
    ['/3/MOVIE/550/Rating', rating('8.5'), [8.5]],
    ['/3/tv/1396/season/1/episode/1/rating', rating(9), [9]],
    ['/3/movie/550/rating', { method: 'DELETE' }, [null]],
    ['/3/movie/550/rating', rating(99), undefined],
    ['/3/movie/550/account_states', {}, undefined],
  ])('remembers the rating of %s with %j once TMDB has accepted it', async (path, init, value) => {
    const { world, auth } = await guest();
    if (/[A-Z-]|8\.5/.test(path + init.body))
      world.tmdb.faults.add({ kind: 'answer', status: 201, body: DONE });
    await auth.fetch(path, init);
    await quiet();
    expect(Object.values((await ratedBy(world))?.values ?? {})[0]?.slice(0, 1)).toEqual(value);
  });

  test.each<[string, Fault]>([
    ['a network that fails', { kind: 'dropAfter' }],
    ['a 500', { kind: 'status', status: 500 }],
    ['a page in place of TMDB', { kind: 'html' }],
    ['an answer that does not say it', { kind: 'answer', body: {} }],
  ])('remembers that TMDB may have stored a rating, but not its value, after %s', async (_, fault) => {
    const { world, auth } = await guest();
    world.tmdb.faults.add(fault);
    await auth.fetch('/3/movie/550/rating', rating(8)).catch(() => {});
    await quiet();
    const at = world.clock.now();
    expect(await ratedBy(world)).toEqual({ last: {}, unsure: at, values: { 'movie/550': ['?', at] } });
  });

  test.each([400, 401, 404, 429])(
    'remembers nothing of a rating that TMDB refused with %i',
    async (status) => {
      const { world, auth } = await guest();
      world.tmdb.faults.add({ kind: 'status', status });
      await auth.fetch('/3/movie/550/rating', rating(8));
      await quiet();
      expect(await ratedBy(world)).toBeUndefined();
    },
  );

  test('sends the user’s session, not the guest’s, once the guest has signed in', async () => {
    const { world, auth } = await guest();
    await world.signIn(auth);
    world.tmdb.resetRequests();
    await auth.fetch('/3/movie/550/rating', { method: 'DELETE' });
    expect(world.tmdb.requests).toMatchObject([{ hasSession: true, hasGuest: false }]);
  });
});
