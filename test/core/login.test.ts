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

describe('login()', () => {
  test('joins a login that is under way: one token, one view, the same outcome', async () => {
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

  test('resolves to the present view without a request when a user is signed in', async () => {
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

  test('waits during restoring, and finds the stored session', async () => {
    const world = await createWorld();
    await world.signIn(world.client());
    world.tmdb.resetRequests();
    const auth = world.client();
    expect(auth.getView().state).toBe('restoring');
    expect((await auth.login()).status).toBe('user');
    expect(world.tmdb.requests).toEqual([]);
  });

  test('resolves only once the session is stored', async () => {
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

  test('is cancelled by its own signal, before it begins and while it runs', async () => {
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

  test('is cancelled without a request when its signal aborts during restoring', async () => {
    const world = await createWorld();
    const auth = world.client();
    const leaving = new AbortController();
    const done = auth.login({ signal: leaving.signal });
    leaving.abort();
    expect(await codeOf(world, done)).toBe('cancelled');
    expect(world.tmdb.requests).toEqual([]);
  });

  test('is cancelled once by a signal that several calls share, and leaves the next attempt alone', async () => {
    const world = await createWorld();
    const auth = world.client();
    const leaving = new AbortController();
    const ends = [1, 2, 3].map(() => codeOf(world, auth.login({ redirectTo: APP, signal: leaving.signal })));
    await world.reaches(auth, 'awaitingApproval.waiting');
    let guest: Promise<unknown> | undefined;
    auth.subscribe(({ status }) => {
      if (status === 'signedOut') guest ??= auth.loginAsGuest();
    });
    leaving.abort();
    expect(await Promise.all(ends)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(await guest).toMatchObject({ status: 'guest' });
  });

  test('is not affected when its signal aborts afterwards', async () => {
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

describe('loginAsGuest()', () => {
  test('makes a guest with one request, and sends none on a second call', async () => {
    const world = await createWorld();
    const auth = world.client();
    const view = await auth.loginAsGuest();
    expect(view).toMatchObject({ state: 'guestActive.unused', status: 'guest', guest: { used: false } });
    expect(await auth.loginAsGuest()).toBe(view);
    expect(asked(world.tmdb)).toEqual([GUEST_NEW]);
  });

  test('keeps the guest after a denied sign-in', async () => {
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

  test('keeps the guest known after a sign-in, until the logout', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    await world.signIn(auth);
    expect(auth.getView()).toMatchObject({ status: 'user', guest: { used: false } });
    expect((await auth.logout()).guest).toBeNull();
  });
});

describe('loginWithPassword()', () => {
  test('sends four requests and ends signed in', async () => {
    const world = await createWorld();
    const auth = world.client();
    expect((await viewOf(world, auth.loginWithPassword(SANDRA))).account?.username).toBe('sandra');
    expect(asked(world.tmdb)).toEqual([TOKEN_NEW, VALIDATE, SESSION_NEW, ACCOUNT]);
  });

  test('fails once with a wrong password, and works afterwards with the right one', async () => {
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
  ])('sends no request with an empty field: %o', async (login) => {
    const world = await createWorld();
    const auth = world.client();
    expect(await codeOf(world, auth.loginWithPassword(login))).toBe('invalid_login');
    await auth.cancel();
    expect(world.tmdb.requests).toEqual([]);
  });

  test('gives the guest back after a wrong password', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    expect(await codeOf(world, auth.loginWithPassword({ ...SANDRA, password: 'x' }))).toBe('invalid_login');
    expect(auth.getView()).toMatchObject({ status: 'guest', failure: { code: 'invalid_login' } });
  });
});
