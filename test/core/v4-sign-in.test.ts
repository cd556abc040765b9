import { describe, expect, test } from 'vitest';
import { createTmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { APP, callback } from '../support/approval.ts';
import { HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { ACCESS_NEW, ACCOUNT, asked, CONVERT, timesAsked, V4_TOKEN_NEW } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';
import { ALWAYS, codeOf, quiet, storedIn, toApproval, viewOf } from './helpers.ts';

const V4 = { apiVersion: 4 } as const;

/** The user has approved at TMDB; handling the return is left to the test. */
async function toReturn(world: World, options: Parameters<World['client']>[0] = {}) {
  const auth = world.client({ ...V4, ...options });
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  return { auth, done, requestToken };
}

describe('a v4 sign-in', () => {
  test('sends four requests and ends with an access token, a session and the account', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const states: string[] = [];
    auth.subscribe(({ state }) => states.push(state));
    await world.signIn(auth);
    expect(asked(world.tmdb)).toEqual([V4_TOKEN_NEW, ACCESS_NEW, CONVERT, ACCOUNT]);
    expect(states).toEqual([
      'idle.fresh',
      'tokenRequested.trying',
      'awaitingApproval.waiting',
      'sessionRequested.exchanging',
      'sessionRequested.converting',
      'sessionActive.accountRequested',
      'sessionActive.ready',
    ]);
    expect(world.tmdb.accessTokens()).toMatchObject([{ username: 'sandra' }]);
    expect(world.tmdb.sessions()).toMatchObject([{ username: 'sandra' }]);
    expect(world.tmdb.requests.map(({ bearer }) => bearer)).toEqual(['app', 'app', 'app', 'app']);
  });

  test('rejects an API key with advice, before any request', async () => {
    const world = await createWorld();
    const { apiKey, baseURL } = world.tmdb;
    let error: unknown;
    try {
      createTmdbAuth({ apiVersion: 4, credentials: { apiKey }, baseURL });
    } catch (thrown) {
      error = thrown;
    }
    expect(TmdbAuthError.is(error) && error.failure).toMatchObject({
      code: 'invalid_credentials',
      message: expect.stringContaining('API Read Access Token'),
    });
    await quiet();
    expect(world.tmdb.requests).toEqual([]);
  });

  test('passes only the token to the approval page, as the token contains the return address', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const { requestToken } = await toApproval(world, auth);
    const url = new URL(auth.approvalUrl ?? '');
    expect(url.origin + url.pathname).toBe(`${world.tmdb.webURL}/auth/access`);
    expect([...url.searchParams]).toEqual([['request_token', requestToken]]);
    const back = await fetch(`${url.origin}/auth/access/allow`, {
      method: 'POST',
      body: new URLSearchParams({ request_token: requestToken }),
      redirect: 'manual',
    });
    expect(back.headers.get('location')).toBe(APP);
  });

  test('leaves the user on TMDB without redirectTo', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    auth.login().catch(() => {});
    await world.reaches(auth, 'awaitingApproval.waiting');
    const claims = JSON.parse(String(Buffer.from(world.token(auth).split('.')[1] ?? '', 'base64url')));
    expect(claims.redirect_to).toBeNull();
  });

  test.each([0, -5 * HOUR, 40 * 24 * HOUR])(
    'keeps the token for its 15 minutes by its JWT, however wrong the local clock is (%i ms)',
    async (offset) => {
      const world = await createWorld();
      world.tmdb.clock.advance(Math.abs(offset));
      const auth = world.client(V4);
      const { done } = await toApproval(world, auth);
      const left = (auth.getView().expiresAt ?? 0) - world.clock.now();
      expect(left).toBeGreaterThan(14 * MINUTE + 50 * SECOND);
      expect(left).toBeLessThanOrEqual(15 * MINUTE + 2 * SECOND);
      world.clock.advance(15 * MINUTE + 2 * SECOND);
      expect(auth.getView().state).toBe('idle.tokenExpired');
      expect(await codeOf(world, done)).toBe('token_expired');
    },
  );

  test.each([
    ['not a JWT', 'f'.repeat(40)],
    ['a JWT with an empty payload', 'eyJhbGciOiJIUzI1NiJ9.e30.signature'],
    ['a JWT that is not JSON', 'eyJhbGciOiJIUzI1NiJ9.AAAA.signature'],
    ['a JWT that ends before it begins', `eyJ.${btoa('{"nbf":2000,"exp":1000}').replaceAll('=', '')}.sig`],
    ['a JWT whose end is a text', `eyJ.${btoa('{"nbf":1,"exp":"900"}').replaceAll('=', '')}.sig`],
  ])('rejects a token that is %s with bad_answer and advice', async (_, request_token) => {
    const world = await createWorld();
    const body = { success: true, status_code: 1, request_token };
    world.tmdb.faults.add({ kind: 'answer', match: V4_TOKEN_NEW, body, times: ALWAYS });
    const auth = world.client(V4);
    expect(await codeOf(world, auth.login({ redirectTo: APP }))).toBe('bad_answer');
    expect(auth.getView()).toMatchObject({
      state: 'idle.failed',
      failure: { message: expect.stringContaining('apiVersion 3') },
      can: { retry: true },
    });
    expect(auth.getView().failure?.message).not.toContain(request_token);
  });

  test('takes the account’s v4 id from the access token', async () => {
    const world = await createWorld({
      users: [{ username: 'sandra', password: 'x', object_id: '0123456789abcdef01234567' }],
    });
    const auth = world.client(V4);
    await world.signIn(auth);
    expect(auth.getView().account).toMatchObject({ id: 548, objectId: '0123456789abcdef01234567' });
    const v3 = world.client({ storageKey: 'v3' });
    await world.signIn(v3);
    expect(v3.getView().account?.objectId).toBeNull();
  });
});

describe('a return from v4', () => {
  test.each([
    ['the return address', APP],
    ['an address with other parameters', `${APP}?tab=2#top`],
    ['parameters of v3, which v4 does not send', callback('f'.repeat(40), 'denied')],
    ['a path', '/callback'],
    ['an app’s own scheme', 'myapp://back'],
  ])('needs no parameters: %s completes the sign-in', async (_, url) => {
    const world = await createWorld();
    const { auth, done } = await toReturn(world);
    expect((await viewOf(world, auth.handleCallback(url))).state).toBe('sessionActive.ready');
    expect((await viewOf(world, done)).status).toBe('user');
  });

  test('before the approval causes four requests, then a failure that retry can continue', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const { done, requestToken } = await toApproval(world, auth);
    const view = await viewOf(world, auth.handleCallback(APP));
    expect(view).toMatchObject({
      state: 'idle.failed',
      failure: { code: 'not_approved', tmdbCode: 41 },
      can: { retry: true },
    });
    expect(await codeOf(world, done)).toBe('not_approved');
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(4);
    world.tmdb.approve(requestToken);
    expect((await viewOf(world, auth.retry())).state).toBe('sessionActive.ready');
    expect(timesAsked(world.tmdb, V4_TOKEN_NEW)).toBe(1);
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(5);
  });

  test('a moment before TMDB knows of the approval still signs in', async () => {
    const world = await createWorld();
    const { auth, done } = await toReturn(world);
    world.tmdb.faults.add({ kind: 'status', status: 422, code: 41, match: ACCESS_NEW, times: 3 });
    await viewOf(world, auth.handleCallback(APP));
    expect((await viewOf(world, done)).state).toBe('sessionActive.ready');
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(4);
  });

  test.each([33, 35] as const)('ends the sign-in as denied after a denial (%i)', async (code) => {
    const world = await createWorld({ v4: { invalidToken: code } });
    const auth = world.client(V4);
    const { done, requestToken } = await toApproval(world, auth);
    world.tmdb.deny(requestToken);
    expect(await viewOf(world, auth.handleCallback(APP))).toMatchObject({
      state: 'idle.approvalDenied',
      failure: { code: 'approval_denied', tmdbCode: code },
      can: { login: true, retry: false },
    });
    expect(await codeOf(world, done)).toBe('approval_denied');
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(1);
    expect(await storedIn(world)).toBeNull();
  });

  test.each([33, 35] as const)('is not needed to notice a denial (%i) while polling', async (code) => {
    const world = await createWorld({ v4: { invalidToken: code } });
    const auth = world.client({ ...V4, pollInterval: 3 * SECOND });
    const { done, requestToken } = await toApproval(world, auth);
    await world.until(() => timesAsked(world.tmdb, ACCESS_NEW) >= 2);
    world.tmdb.deny(requestToken);
    expect(await codeOf(world, done)).toBe('approval_denied');
    expect(auth.getView()).toMatchObject({ state: 'idle.approvalDenied', can: { retry: false } });
  });

  test('ends as not approved when TMDB calls a denial undecided', async () => {
    const world = await createWorld({ v4: { deniedToken: 41 } });
    const auth = world.client(V4);
    const { done, requestToken } = await toApproval(world, auth);
    world.tmdb.deny(requestToken);
    await viewOf(world, auth.handleCallback(APP));
    expect(await codeOf(world, done)).toBe('not_approved');
    expect((await auth.logout()).state).toBe('idle.loggedOut');
    expect(await storedIn(world)).toBeNull();
  });

  test('makes a guest a guest again after a denial', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await auth.loginAsGuest();
    const { done, requestToken } = await toApproval(world, auth);
    world.tmdb.deny(requestToken);
    await viewOf(world, auth.handleCallback(APP));
    expect(await codeOf(world, done)).toBe('approval_denied');
    expect(auth.getView()).toMatchObject({ status: 'guest', failure: { code: 'approval_denied' } });
  });

  test('makes one access token and one session when it comes twice, also at once', async () => {
    const world = await createWorld();
    const { auth, done } = await toReturn(world);
    await Promise.all([auth.handleCallback(APP), auth.handleCallback(APP), done]);
    await auth.handleCallback(APP);
    expect(asked(world.tmdb)).toEqual([V4_TOKEN_NEW, ACCESS_NEW, CONVERT, ACCOUNT]);
  });

  test('means nothing when no sign-in is pending', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    expect((await auth.handleCallback(APP)).state).toBe('idle.fresh');
    await auth.loginAsGuest();
    expect((await auth.handleCallback(`${APP}?x=1`)).status).toBe('guest');
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(0);
  });

  test('is not needed when the client polls', async () => {
    const world = await createWorld();
    const { auth, done } = await toReturn(world, { pollInterval: 3 * SECOND });
    expect((await viewOf(world, done)).state).toBe('sessionActive.ready');
    expect(auth.getView().account?.username).toBe('sandra');
    expect(world.tmdb.accessTokens()).toHaveLength(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
  });

  test('is not needed to tell an answer lost while polling from a denial', async () => {
    const world = await createWorld();
    world.tmdb.faults.add({ kind: 'dropAfter', match: ACCESS_NEW });
    const { done } = await toReturn(world, { pollInterval: 3 * SECOND });
    expect(await codeOf(world, done)).toBe('exchange_interrupted');
    expect(world.tmdb.accessTokens()).toHaveLength(1);
  });

  test('fails with exchange_interrupted when the answer to its exchange is lost', async () => {
    const world = await createWorld();
    world.tmdb.faults.add({ kind: 'dropAfter', match: ACCESS_NEW });
    const { auth, done } = await toReturn(world);
    await viewOf(world, auth.handleCallback(APP));
    expect(await codeOf(world, done)).toBe('exchange_interrupted');
  });
});

describe('prepare() in v4', () => {
  test('fetches a token for its redirectTo, with which login opens TMDB at once', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await auth.prepare({ redirectTo: APP });
    expect(asked(world.tmdb)).toEqual([V4_TOKEN_NEW]);
    await world.signIn(auth);
    expect(asked(world.tmdb)).toEqual([V4_TOKEN_NEW, ACCESS_NEW, CONVERT, ACCOUNT]);
  });

  test.each([
    ['another redirectTo', 'http://other.test/'],
    ['no redirectTo', undefined],
  ])('fetches a token that is not used when it was made for %s', async (_, redirectTo) => {
    const world = await createWorld();
    const auth = world.client(V4);
    await auth.prepare(redirectTo === undefined ? {} : { redirectTo });
    await toApproval(world, auth);
    expect(timesAsked(world.tmdb, V4_TOKEN_NEW)).toBe(2);
    const claims = JSON.parse(String(Buffer.from(world.token(auth).split('.')[1] ?? '', 'base64url')));
    expect(claims.redirect_to).toBe(APP);
  });

  test('fetches a token that is not used with less than five minutes left', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await auth.prepare({ redirectTo: APP });
    world.clock.advance(11 * MINUTE);
    await toApproval(world, auth);
    expect(timesAsked(world.tmdb, V4_TOKEN_NEW)).toBe(2);
  });
});

test('a password sign-in with v4, which has none, does not fail as an invalid request token', async () => {
  const world = await createWorld();
  const auth = world.client(V4);
  const code = await codeOf(world, auth.loginWithPassword({ username: 'sandra', password: 'sandbox' }));
  expect(code).not.toBe('invalid_request_token');
});
