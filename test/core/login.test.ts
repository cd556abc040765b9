import { describe, expect, test } from 'vitest';
import { APP, callback } from '../support/approval.ts';
import {
  ACCOUNT,
  asked,
  GUEST_NEW,
  SESSION_NEW,
  TOKEN_NEW,
  timesAsked,
  VALIDATE,
} from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { codeOf, storedIn, toApproval, viewOf } from './helpers.ts';

const SANDRA = { username: 'sandra', password: 'sandbox' };

describe('login', () => {
  test('a second login joins the first: one token, one view, the same end', async () => {
    const world = await createWorld();
    const auth = world.client();
    const first = auth.login({ redirectTo: APP });
    const second = auth.login({ redirectTo: 'http://other.test/' });
    await world.reaches(auth, 'awaitingApproval.waiting');
    const third = auth.login();
    expect(new URL(auth.approvalUrl ?? '').searchParams.get('redirect_to')).toBe(APP);
    world.tmdb.approve(world.token(auth));
    await auth.handleCallback(callback(world.token(auth)));
    const views = await Promise.all([first, second, third]);
    expect(new Set(views).size).toBe(1);
    expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  });

  test('who is signed in already is signed in: no request, the same view', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    const view = auth.getView();
    world.tmdb.resetRequests();
    expect(await auth.login()).toBe(view);
    expect(await auth.loginWithPassword(SANDRA)).toBe(view);
    expect(await auth.loginAsGuest()).toBe(view);
    expect(world.tmdb.requests).toEqual([]);
  });

  test('a login during restoring waits for what is stored, and finds the session', async () => {
    const world = await createWorld();
    await world.signIn(world.client());
    world.tmdb.resetRequests();
    const auth = world.client();
    expect(auth.getView().state).toBe('restoring');
    expect((await auth.login()).status).toBe('user');
    expect(world.tmdb.requests).toEqual([]);
  });

  test('it resolves when the session is stored, not before', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    const { v, facts, secrets } = JSON.parse((await storedIn(world)) ?? '{}');
    expect(v).toBe(1);
    expect(facts).toEqual({
      session: expect.anything(),
      account: expect.objectContaining({ username: 'sandra' }),
    });
    expect(secrets).toEqual({ sessionId: expect.stringMatching(/^[0-9a-f]{40}$/) });
  });

  test('its own signal cancels it: before it began, and on the way', async () => {
    const world = await createWorld();
    const auth = world.client();
    expect(await codeOf(world, auth.login({ signal: AbortSignal.abort() }))).toBe('cancelled');
    expect(await codeOf(world, auth.loginAsGuest({ signal: AbortSignal.abort() }))).toBe('cancelled');
    expect(await codeOf(world, auth.loginWithPassword({ ...SANDRA, signal: AbortSignal.abort() }))).toBe(
      'cancelled',
    );
    await auth.cancel();
    expect(world.tmdb.requests).toEqual([]);

    const leaving = new AbortController();
    const done = auth.login({ signal: leaving.signal });
    await world.reaches(auth, 'awaitingApproval.waiting');
    leaving.abort();
    expect(await codeOf(world, done)).toBe('cancelled');
    expect(auth.getView()).toMatchObject({ state: 'idle.fresh', failure: { code: 'cancelled' } });
  });

  test('a signal aborted while the client restores cancels without a request', async () => {
    const world = await createWorld();
    const auth = world.client();
    const leaving = new AbortController();
    const done = auth.login({ signal: leaving.signal });
    leaving.abort();
    expect(await codeOf(world, done)).toBe('cancelled');
    expect(world.tmdb.requests).toEqual([]);
  });

  test('a signal that is aborted afterwards ends nothing', async () => {
    const world = await createWorld();
    const auth = world.client();
    const leaving = new AbortController();
    await auth.loginAsGuest({ signal: leaving.signal });
    leaving.abort();
    const { requestToken } = await toApproval(world, auth);
    leaving.abort();
    expect(world.token(auth)).toBe(requestToken);
  });
});

describe('login as a guest', () => {
  test('one request makes a guest, a second call none', async () => {
    const world = await createWorld();
    const auth = world.client();
    const view = await auth.loginAsGuest();
    expect(view).toMatchObject({ state: 'guestActive.unused', status: 'guest', guest: { used: false } });
    expect(await auth.loginAsGuest()).toBe(view);
    expect(asked(world.tmdb)).toEqual([GUEST_NEW]);
  });

  test('a guest whose sign-in was denied is still a guest, for loginAsGuest as well', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    const { done, requestToken } = await toApproval(world, auth);
    expect(auth.getView()).toMatchObject({ status: 'pending', guest: { used: false } });
    await auth.handleCallback(callback(requestToken, 'denied'));
    expect(await codeOf(world, done)).toBe('approval_denied');
    expect(auth.getView()).toMatchObject({ status: 'guest', failure: { code: 'approval_denied' } });
    expect((await viewOf(world, auth.loginAsGuest())).status).toBe('guest');
    expect(timesAsked(world.tmdb, GUEST_NEW)).toBe(1);
  });

  test('a guest who signs in is still known as a guest until the logout', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    await world.signIn(auth);
    expect(auth.getView()).toMatchObject({ status: 'user', guest: { used: false } });
    expect((await auth.logout()).guest).toBeNull();
  });
});

describe('login with a password', () => {
  test('costs four requests and ends signed in', async () => {
    const world = await createWorld();
    const auth = world.client();
    expect((await viewOf(world, auth.loginWithPassword(SANDRA))).account?.username).toBe('sandra');
    expect(asked(world.tmdb)).toEqual([TOKEN_NEW, VALIDATE, SESSION_NEW, ACCOUNT]);
  });

  test('a wrong one is said once, and a right one works afterwards', async () => {
    const world = await createWorld();
    const auth = world.client();
    expect(await codeOf(world, auth.loginWithPassword({ ...SANDRA, password: 'x' }))).toBe('invalid_login');
    expect(timesAsked(world.tmdb, VALIDATE)).toBe(1);
    expect(auth.getView().can).toMatchObject({ retry: false, login: true });
    expect((await viewOf(world, auth.loginWithPassword(SANDRA))).status).toBe('user');
  });

  test.each([
    { username: '', password: 'x' },
    { username: 'sandra', password: '' },
  ])('an empty one is not worth a request: %o', async (login) => {
    const world = await createWorld();
    const auth = world.client();
    expect(await codeOf(world, auth.loginWithPassword(login))).toBe('invalid_login');
    await auth.cancel();
    expect(world.tmdb.requests).toEqual([]);
  });

  test('a guest whose password is wrong is a guest again', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    expect(await codeOf(world, auth.loginWithPassword({ ...SANDRA, password: 'x' }))).toBe('invalid_login');
    expect(auth.getView()).toMatchObject({ status: 'guest', failure: { code: 'invalid_login' } });
  });
});
