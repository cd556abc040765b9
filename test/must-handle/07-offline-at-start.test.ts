// auth-js#141, #226, supabase-js#2145: Being offline, or a 5xx, at the start threw the session away.
// Here: Only an explicit answer from TMDB (401 with code 3) ends a session. Any other error is shown and can be retried.
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { secretsOf, storedIn, viewOf } from '../core/helpers.ts';
import { ACCOUNT, asked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

/** The stored session has no account yet, so every start asks TMDB for it. */
async function withSessionToCheck() {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'status', match: ACCOUNT });
  const auth = world.client();
  await world.signIn(auth);
  expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', account: null });
  auth.dispose();
  world.tmdb.resetRequests();
  return world;
}

const KEPT: readonly [string, string, Fault][] = [
  ['no connection', 'network', { kind: 'dropBefore', times: Number.POSITIVE_INFINITY }],
  ['an answer that is cut off', 'bad_answer', { kind: 'truncated', times: Number.POSITIVE_INFINITY }],
  ['503', 'unavailable', { kind: 'status', status: 503, times: Number.POSITIVE_INFINITY }],
  ['500 with code 11', 'unavailable', { kind: 'status', code: 11, times: Number.POSITIVE_INFINITY }],
  ['maintenance (46)', 'unavailable', { kind: 'status', code: 46, times: Number.POSITIVE_INFINITY }],
  ['429', 'rate_limited', { kind: 'rateLimited', times: Number.POSITIVE_INFINITY }],
  ['HTML with 200', 'bad_answer', { kind: 'html', times: Number.POSITIVE_INFINITY }],
  ['HTML with 401', 'bad_answer', { kind: 'html', status: 401, times: Number.POSITIVE_INFINITY }],
  ['a wrong key (401/7)', 'invalid_api_key', { kind: 'status', code: 7, times: Number.POSITIVE_INFINITY }],
  ['401/17', 'session_denied', { kind: 'status', code: 17, times: Number.POSITIVE_INFINITY }],
  ['401/14', 'unexpected', { kind: 'status', code: 14, times: Number.POSITIVE_INFINITY }],
  ['404/6', 'unexpected', { kind: 'status', code: 6, times: Number.POSITIVE_INFINITY }],
  ['garbage', 'bad_answer', { kind: 'garbage', times: Number.POSITIVE_INFINITY }],
];

describe('a stored session at a start', () => {
  test.each(KEPT)('a stored session survives: %s', async (_, code, fault) => {
    const world = await withSessionToCheck();
    const before = await secretsOf(world);
    world.tmdb.faults.add(fault);
    const auth = world.client();
    await world.reaches(auth, 'sessionActive.ready');
    expect(auth.getView()).toMatchObject({ status: 'user', account: null, failure: { code } });
    expect((await secretsOf(world)).sessionId).toBe(before.sessionId);

    world.tmdb.faults.clear();
    expect(await viewOf(world, auth.retry())).toMatchObject({
      account: { username: 'sandra' },
      failure: null,
    });
  });

  test('a stored session survives when TMDB never answers', async () => {
    const world = await withSessionToCheck();
    world.tmdb.faults.add({ kind: 'hang', times: Number.POSITIVE_INFINITY });
    const auth = world.client();
    await world.reaches(auth, 'sessionActive.ready');
    expect(auth.getView()).toMatchObject({ status: 'user', failure: { code: 'timeout', retryable: true } });
    expect((await secretsOf(world)).sessionId).toBeTruthy();
  });

  test('a start with a known account sends no request', async () => {
    const world = await createWorld();
    await world.signIn(world.client());
    world.tmdb.resetRequests();
    world.tmdb.faults.add({ kind: 'dropBefore', times: Number.POSITIVE_INFINITY });
    const auth = world.client();
    await world.reaches(auth, 'sessionActive.ready');
    expect(auth.getView()).toMatchObject({ account: { username: 'sandra' }, failure: null });
    expect(asked(world.tmdb)).toEqual([]);
  });
});

test('only 401/3 removes the session, from the view and from storage', async () => {
  const world = await withSessionToCheck();
  world.tmdb.revoke();
  const auth = world.client();
  await world.reaches(auth, 'idle.sessionRevoked');
  expect(auth.getView()).toMatchObject({ status: 'signedOut', failure: { code: 'session_invalid' } });
  await auth.cancel();
  expect(await storedIn(world)).toBeNull();
});

test.each(KEPT)(
  'a 401/3 during a call is verified first, and the session survives: %s',
  async (_, code, fault) => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.faults.add({ kind: 'status', code: 3, match: /rating/ });
    world.tmdb.faults.add(fault);
    await auth.fetch('/3/movie/550/rating', { method: 'DELETE' });
    await world.until(() => auth.getView().failure?.code === code);
    expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', account: { username: 'sandra' } });
    expect((await secretsOf(world)).sessionId).toBeTruthy();
  },
);
