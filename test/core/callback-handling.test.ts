import { expect, test } from 'vitest';
import { APP, callback } from '../support/approval.ts';
import { SESSION_NEW, TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { codeOf, quiet, storedIn, toApproval, toCallback, viewOf } from './helpers.ts';

test('repeated calls with one return, at once and later, make one session and resolve alike', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, url } = await toCallback(world, auth);
  const [one, two] = await Promise.all([auth.handleCallback(url), auth.handleCallback(url)]);
  expect(one).toBe(two);
  expect(await auth.handleCallback(url)).toBe(one);
  expect(await viewOf(world, done)).toBe(one);
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
});

test('a denial that arrives after the approval was taken changes nothing', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { requestToken, url } = await toCallback(world, auth);
  const handled = auth.handleCallback(url);
  await auth.handleCallback(callback(requestToken, 'denied'));
  expect((await viewOf(world, handled)).status).toBe('user');
});

test('a return before any login changes nothing and sends no request', async () => {
  const world = await createWorld();
  const auth = world.client();
  const view = await auth.handleCallback(callback('0'.repeat(40)));
  expect(view).toMatchObject({ state: 'idle.fresh', failure: null });
  expect(world.tmdb.requests).toEqual([]);
});

test('a return during restoring completes the stored sign-in, even without a call of login()', async () => {
  const world = await createWorld();
  const first = world.client();
  const { url } = await toCallback(world, first);
  while ((await storedIn(world)) === null) await quiet(1);
  first.dispose();
  const auth = world.client();
  expect(auth.getView().state).toBe('restoring');
  expect((await viewOf(world, auth.handleCallback(url))).account?.username).toBe('sandra');
});

test.each([
  'http://app.test/',
  'http://app.test/?request_token=&approved=true',
  'http://app.test/?approved=true',
  'http://app.test/?denied=true',
  'not a url at all://',
  '',
])('handleCallback rejects an address that is not a return from TMDB: %s', async (url) => {
  const world = await createWorld();
  const auth = world.client();
  await toApproval(world, auth);
  const before = auth.getView();
  expect(await codeOf(world, auth.handleCallback(url))).toBe('callback_invalid');
  expect(auth.getView()).toBe(before);
});

test('a return with another token leaves the sign-in waiting', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  expect(await codeOf(world, auth.handleCallback(callback('f'.repeat(40))))).toBe('callback_mismatch');
  world.tmdb.approve(requestToken);
  await auth.handleCallback(new URL(callback(requestToken)));
  expect((await viewOf(world, done)).status).toBe('user');
});

test('after a denial handleCallback resolves and login rejects', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  expect((await auth.handleCallback(callback(requestToken, 'denied'))).state).toBe('idle.approvalDenied');
  expect(await codeOf(world, done)).toBe('approval_denied');
});

test('a login right after a denial fetches a new token', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  await auth.handleCallback(callback(requestToken, 'denied'));
  const again = auth.login({ redirectTo: APP });
  again.catch(() => {});
  expect(await codeOf(world, done)).toBe('approval_denied');
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
});

test('a return that arrives while a poll is under way is taken as well', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  const release = world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
  auth.actor.send({ type: 'approval.check' });
  await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
  world.tmdb.approve(requestToken);
  const handled = auth.handleCallback(callback(requestToken));
  release();
  expect((await viewOf(world, handled)).status).toBe('user');
  expect((await viewOf(world, done)).status).toBe('user');
  expect(world.tmdb.sessions()).toHaveLength(1);
});

test('a return is tried again for a moment when TMDB does not accept the token yet', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { url } = await toCallback(world, auth);
  world.tmdb.faults.add({ kind: 'early17', times: 3 });
  expect((await viewOf(world, auth.handleCallback(url))).status).toBe('user');
  const times = world.tmdb.requests.filter(({ path }) => path.endsWith('session/new')).map(({ at }) => at);
  expect(times).toHaveLength(4);
});

test('a token that TMDB never accepts fails with session_denied, and retry is offered', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  const handled = auth.handleCallback(callback(requestToken));
  expect(await codeOf(world, done)).toBe('session_denied');
  expect(await handled).toMatchObject({ state: 'idle.failed', can: { retry: true, login: true } });
});
