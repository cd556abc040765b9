import { expect, test } from 'vitest';
import { APP, callback } from '../support/approval.ts';
import { HOUR, MINUTE } from '../support/clock.ts';
import { TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { codeOf, quiet, storedIn, toApproval, viewOf } from './helpers.ts';

test('a login after prepare() fetches no token and opens TMDB at once', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.prepare();
  const before = auth.getView();
  expect(before.state).toBe('idle.fresh');
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  world.tmdb.faults.add({ kind: 'dropBefore', match: TOKEN_NEW, times: Number.POSITIVE_INFINITY });
  const { done, requestToken } = await toApproval(world, auth);
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  world.tmdb.approve(requestToken);
  await auth.handleCallback(callback(requestToken));
  expect((await viewOf(world, done)).status).toBe('user');
  expect(world.tmdb.requests).toHaveLength(3);
});

test('prepare() changes no view, calls no listener and stores nothing', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  let told = 0;
  auth.subscribe(() => {
    told += 1;
  });
  await auth.prepare();
  expect(told).toBe(0);
  expect(auth.approvalUrl).toBeNull();
  expect(await storedIn(world)).toBeNull();
});

test('prepare() called twice, or twice at once, fetches one token', async () => {
  const world = await createWorld();
  const auth = world.client();
  await Promise.all([auth.prepare(), auth.prepare()]);
  await auth.prepare();
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
});

test('a prepared token serves one sign-in, and the next fetches its own', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.prepare();
  const { requestToken } = await toApproval(world, auth);
  await auth.handleCallback(callback(requestToken, 'denied'));
  const again = await toApproval(world, auth);
  expect(again.requestToken).not.toBe(requestToken);
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
});

test('a login during prepare() waits for its token', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  const release = world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
  const ready = auth.prepare();
  await world.until(() => timesAsked(world.tmdb, TOKEN_NEW) === 1);
  const done = auth.login({ redirectTo: APP });
  done.catch(() => {});
  release();
  await ready;
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
});

test('a prepared token that is too old is not used', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.prepare();
  world.clock.advance(HOUR);
  await toApproval(world, auth);
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
  world.clock.advance(50 * MINUTE);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
});

test('the lifetime of a prepared token counts from its making, not from the login', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.prepare();
  world.clock.advance(30 * MINUTE);
  await toApproval(world, auth);
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  world.clock.advance(31 * MINUTE);
  expect(auth.getView().state).toBe('idle.tokenExpired');
});

test('a failure of prepare() is silent, and the login that follows asks again', async () => {
  const world = await createWorld();
  const auth = world.client();
  world.tmdb.faults.add({ kind: 'dropBefore', match: TOKEN_NEW });
  await auth.prepare();
  expect(auth.getView()).toMatchObject({ state: 'idle.fresh', failure: null });
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  await world.signIn(auth);
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
});

test('prepare() ends after the request timeout when TMDB hangs, and a login then works', async () => {
  const world = await createWorld();
  const auth = world.client();
  world.tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
  let isOver = false;
  void auth.prepare().then(() => {
    isOver = true;
  });
  await world.until(() => isOver);
  await world.signIn(auth);
  expect(auth.getView().status).toBe('user');
});

test('prepare() sends no request while a user is signed in, during a sign-in, and after dispose()', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  world.tmdb.resetRequests();
  await auth.prepare();
  await auth.logout();
  const { done } = await toApproval(world, auth);
  world.tmdb.resetRequests();
  await auth.prepare();
  auth.dispose();
  await auth.prepare();
  await quiet();
  expect(world.tmdb.requests).toEqual([]);
  expect(await codeOf(world, done)).toBe('disposed');
});
