// found here: A cancel in the middle of the exchange left an orphan session at TMDB.
// Here: The exchange is finished in the background, and its session is deleted.
import { describe, expect, test } from 'vitest';
import { codeOf, quiet, storedIn, toCallback, viewOf } from '../core/helpers.ts';
import { SESSION_DELETE, SESSION_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

/** The exchange is running; TMDB has made the session (`after`) or has not yet (`before`). */
async function exchanging(when: 'before' | 'after') {
  const world = await createWorld();
  const auth = world.client();
  const { done, url } = await toCallback(world, auth);
  const release = world.tmdb.faults.add({ kind: 'hang', when, match: SESSION_NEW });
  const handled = auth.handleCallback(url);
  handled.catch(() => {});
  await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
  await quiet(5);
  return { world, auth, done, handled, release };
}

describe.each(['before', 'after'] as const)('an exchange that TMDB answers late (%s its effect)', (when) => {
  test.each(['cancel', 'logout'] as const)(
    'is left at once by %s and finished in the background, and its session is deleted',
    async (end) => {
      const { world, auth, done, release } = await exchanging(when);
      const view = await auth[end]();
      expect(view.status).toBe('signedOut');
      expect(await codeOf(world, done)).toBe('cancelled');
      expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(0);
      release();
      await world.until(() =>
        world.tmdb.requests.some((each) => each.method === 'DELETE' && each.status === 200),
      );
      expect(world.tmdb.sessions()).toEqual([]);
      expect(auth.getView()).toBe(view);
      expect(await storedIn(world)).toBeNull();
    },
  );

  test('is finished after the client was disposed', async () => {
    const { world, auth, done, release } = await exchanging(when);
    auth.dispose();
    expect(await codeOf(world, done)).toBe('disposed');
    release();
    await world.until(() =>
      world.tmdb.requests.some((each) => each.method === 'DELETE' && each.status === 200),
    );
    expect(world.tmdb.sessions()).toEqual([]);
  });

  test('does not disturb a sign-in begun meanwhile: only the old session is deleted', async () => {
    const { world, auth, release } = await exchanging(when);
    await auth.cancel();
    await quiet();
    await world.signIn(auth);
    release();
    await world.until(() => timesAsked(world.tmdb, SESSION_DELETE) === 1);
    await world.until(() => world.tmdb.sessions().length === 1);
    expect((await auth.fetch('/3/account')).status).toBe(200);
    expect(auth.getView().status).toBe('user');
  });

  test('a retry after its timeout asks once more and ends with one session', async () => {
    const { world, auth, done, release } = await exchanging(when);
    world.clock.advance(10_000);
    expect(await codeOf(world, done)).toBe('timeout');
    const again = auth.retry();
    await world.reaches(auth, 'sessionRequested');
    await quiet();
    release();
    expect((await viewOf(world, again)).status).toBe('user');
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(2);
    expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(0);
    expect(world.tmdb.sessions()).toHaveLength(1);
  });
});

test('an exchange that TMDB never answers is given up in the end', async () => {
  const { world, auth } = await exchanging('before');
  await auth.cancel();
  world.clock.advance(60_000);
  await quiet();
  expect(world.clock.pending()).toEqual({ timers: 0, listeners: 0 });
  expect(world.tmdb.sessions()).toEqual([]);
});

test('a cancel just before the exchange is sent creates no session', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, url } = await toCallback(world, auth);
  auth.handleCallback(url).catch(() => {});
  await Promise.resolve();
  await auth.cancel();
  expect(await codeOf(world, done)).toBe('cancelled');
  await quiet();
  await world.until(() => world.tmdb.sessions().length === 0);
  expect(auth.getView().status).toBe('signedOut');
});

test('the session of a completed sign-in is not deleted', async () => {
  const { world, auth, handled, release } = await exchanging('after');
  release();
  expect((await viewOf(world, handled)).status).toBe('user');
  await quiet();
  expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(0);
  expect((await auth.fetch('/3/account')).status).toBe(200);
});
