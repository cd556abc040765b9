import { describe, expect, test } from 'vitest';
import { APP, callback } from '../support/approval.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import { ACCOUNT, GUEST_NEW, SESSION_NEW, TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { codeOf, toCallback, viewOf } from './helpers.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

describe('retry()', () => {
  test('requests the token again', async () => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'status', match: TOKEN_NEW, times: 4 });
    expect(await codeOf(world, auth.login({ redirectTo: APP }))).toBe('unavailable');
    const again = auth.retry();
    await world.reaches(auth, 'awaitingApproval.waiting');
    expect(new URL(auth.approvalUrl ?? '').searchParams.get('redirect_to')).toBe(APP);
    world.tmdb.approve(world.token(auth));
    await auth.handleCallback(callback(world.token(auth)));
    expect((await viewOf(world, again)).status).toBe('user');
  });

  test('repeats a failed exchange with the same token', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done, url } = await toCallback(world, auth);
    world.tmdb.faults.add({ kind: 'status', match: SESSION_NEW, times: 4 });
    const handled = auth.handleCallback(url);
    expect(await codeOf(world, done)).toBe('unavailable');
    expect((await handled).can.retry).toBe(true);
    expect((await viewOf(world, auth.retry())).status).toBe('user');
    expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  });

  test('requests a guest session again, and an account', async () => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'status', match: GUEST_NEW, times: 4 });
    expect(await codeOf(world, auth.loginAsGuest())).toBe('unavailable');
    expect((await viewOf(world, auth.retry())).status).toBe('guest');
    world.tmdb.faults.add({ kind: 'status', match: ACCOUNT });
    await world.signIn(auth);
    expect(auth.getView()).toMatchObject({
      account: null,
      failure: { code: 'unavailable' },
      can: { retry: true },
    });
    expect((await viewOf(world, auth.retry())).account?.username).toBe('sandra');
  });

  test('changes nothing when there is nothing to repeat', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    const view = auth.getView();
    expect(await auth.retry()).toBe(view);
    await world.signIn(auth);
    const signedIn = auth.getView();
    expect(await auth.retry()).toBe(signedIn);
  });

  test('rejects with the failure of the new try', async () => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'status', match: TOKEN_NEW, times: 4 });
    expect(await codeOf(world, auth.login())).toBe('unavailable');
    world.tmdb.faults.add({ kind: 'rateLimited', match: TOKEN_NEW, times: ALWAYS });
    expect(await codeOf(world, auth.retry())).toBe('rate_limited');
  });
});

describe('polling', () => {
  test('gets the session although the user does not come back', async () => {
    const world = await createWorld();
    const auth = world.client({ pollInterval: 3 * SECOND });
    const done = auth.login();
    await world.reaches(auth, 'awaitingApproval.waiting');
    const token = world.token(auth);
    world.clock.advance(3 * SECOND);
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) >= 1);
    await world.reaches(auth, 'awaitingApproval.waiting');
    expect(world.token(auth)).toBe(token);
    world.tmdb.approve(token);
    expect((await viewOf(world, done)).status).toBe('user');
    expect(world.tmdb.sessions()).toHaveLength(1);
  });

  test('continues after every error, and keeps to Retry-After', async () => {
    const world = await createWorld();
    const auth = world.client({ pollInterval: 3 * SECOND });
    const done = auth.login();
    done.catch(() => {});
    await world.reaches(auth, 'awaitingApproval.waiting');
    for (const kind of ['dropBefore', 'html', 'garbage'] as const) {
      world.tmdb.faults.add({ kind, match: SESSION_NEW });
    }
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 20, match: SESSION_NEW });
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) >= 5);
    const at = world.tmdb.requests.filter(({ path }) => path.endsWith('session/new')).map((each) => each.at);
    expect((at[4] ?? 0) - (at[3] ?? 0)).toBeGreaterThanOrEqual(20 * SECOND);
    await world.until(() => auth.getView().state !== 'awaitingApproval.checking');
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
    world.tmdb.approve(world.token(auth));
    expect((await viewOf(world, done)).status).toBe('user');
  });

  test('ends when the token expires', async () => {
    const world = await createWorld();
    const auth = world.client({ pollInterval: 10 * MINUTE });
    const done = auth.login();
    done.catch(() => {});
    await world.reaches(auth, 'awaitingApproval.waiting');
    for (let step = 0; step < 7; step++) {
      await world.until(() => auth.getView().state !== 'awaitingApproval.checking');
      world.clock.advance(10 * MINUTE);
    }
    expect(await codeOf(world, done)).toBe('token_expired');
  });
});
