import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { ACCESS_NEW, CONVERT, SESSION_DELETE, SESSION_NEW, timesAsked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';
import { codeOf, ended, quiet, toCallback, viewOf } from './helpers.ts';

const held = ({ sessions, accessTokens }: Sandbox) => [sessions().length, accessTokens().length];

/** A sign-in with an exchange that gets no answer in time. */
async function timedOut(world: World, apiVersion: 3 | 4, match: string, when: 'before' | 'after') {
  const release = world.tmdb.faults.add({ kind: 'hang', match, when });
  const auth = world.client({ apiVersion });
  const { done, url } = await toCallback(world, auth);
  await ended(world, auth.handleCallback(url));
  expect(await codeOf(world, done)).toBe('timeout');
  return { auth, release };
}

const STEPS = [
  { what: 'an exchange', apiVersion: 3, match: SESSION_NEW, holds: [1, 0] },
  { what: 'a v4 exchange', apiVersion: 4, match: ACCESS_NEW, holds: [1, 1] },
  { what: 'a conversion', apiVersion: 4, match: CONVERT, holds: [1, 1] },
] as const;

describe.each(STEPS)('$what on a dead connection', ({ apiVersion, match, holds }) => {
  test('is repeated by retry(), which does not wait for the first request', async () => {
    const world = await createWorld();
    const { auth } = await timedOut(world, apiVersion, match, 'before');
    expect(await viewOf(world, auth.retry())).toMatchObject({ status: 'user', failure: null });
    expect(timesAsked(world.tmdb, match)).toBe(2);
    expect(held(world.tmdb)).toEqual(holds);
  });

  test('leaves no session at TMDB when both requests are answered in the end', async () => {
    const world = await createWorld();
    const { auth, release } = await timedOut(world, apiVersion, match, 'before');
    await viewOf(world, auth.retry());
    release();
    await world.until(() => world.tmdb.requests.every(({ open }) => !open));
    await quiet();
    expect(auth.getView().status).toBe('user');
    expect(held(world.tmdb)).toEqual(holds);
  });
});

test('a retried exchange succeeds when its first answer arrives late, although TMDB calls the token spent', async () => {
  const world = await createWorld();
  const { auth, release } = await timedOut(world, 3, SESSION_NEW, 'after');
  const retried = auth.retry();
  await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 2);
  await quiet();
  release();
  expect(await viewOf(world, retried)).toMatchObject({ status: 'user', failure: null });
  expect(held(world.tmdb)).toEqual([1, 0]);
  expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(0);
});

test.each([
  [3, SESSION_NEW],
  [4, ACCESS_NEW],
] as const)(
  'v%i: retry is not offered when the answer is lost together with the session, as it could not help',
  async (apiVersion, match) => {
    const world = await createWorld();
    world.tmdb.faults.add({ kind: 'dropAfter', match });
    const auth = world.client({ apiVersion });
    const { done, url } = await toCallback(world, auth);
    await ended(world, auth.handleCallback(url));
    expect(await codeOf(world, done)).toBe('exchange_interrupted');
    expect(auth.getView()).toMatchObject({
      state: 'idle.failed',
      failure: { code: 'exchange_interrupted', retryable: false },
      can: { retry: false, login: true },
    });
  },
);
