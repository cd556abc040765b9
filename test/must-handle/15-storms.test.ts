// react-oidc-context#1489, #1706, auth-js#579, #634, oidc-client-js#1254: Redirects and retries ran in circles (90,000 requests in one report), and so did checks on every focus or with a wrong clock.
// Here: No sign-in begins without a call, tries are limited, and lifetimes are durations instead of a server's dates.
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { codeOf, quiet, toCallback, viewOf } from '../core/helpers.ts';
import { DAY, HOUR } from '../support/clock.ts';
import {
  ACCOUNT,
  asked,
  GUEST_NEW,
  SESSION_DELETE,
  SESSION_NEW,
  TOKEN_NEW,
  timesAsked,
} from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const TOTAL: readonly [string, Fault][] = [
  ['offline', { kind: 'dropBefore', times: ALWAYS }],
  ['503', { kind: 'status', status: 503, times: ALWAYS }],
  ['429', { kind: 'rateLimited', retryAfter: 1, times: ALWAYS }],
  ['HTML', { kind: 'html', times: ALWAYS }],
];

/** A day of timers, focus and wake-ups, none of which may cause a request. */
async function aDayPasses(world: World) {
  for (let hour = 0; hour < 24; hour++) {
    world.clock.advance(HOUR);
    world.clock.wake();
    await quiet(2);
  }
}

describe.each(TOTAL)('while TMDB is down (%s)', (_, fault) => {
  test('a sign-in tries four times at most', async () => {
    const world = await createWorld();
    world.tmdb.faults.add(fault);
    const auth = world.client();
    expect(await codeOf(world, auth.login())).not.toBe('resolved');
    await aDayPasses(world);
    expect(asked(world.tmdb)).toEqual(Array(4).fill(TOKEN_NEW));
  });

  test('a guest sign-in tries four times at most', async () => {
    const world = await createWorld();
    world.tmdb.faults.add(fault);
    expect(await codeOf(world, world.client().loginAsGuest())).not.toBe('resolved');
    await aDayPasses(world);
    expect(asked(world.tmdb)).toEqual(Array(4).fill(GUEST_NEW));
  });

  test('an exchange tries four times at most, and retry() four more times', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done, url } = await toCallback(world, auth);
    world.tmdb.faults.add(fault);
    const handled = auth.handleCallback(url);
    expect(await codeOf(world, done)).not.toBe('resolved');
    await handled;
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(4);
    expect(await codeOf(world, auth.retry())).not.toBe('resolved');
    await aDayPasses(world);
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(8);
    // The token has expired by now.
    expect(await codeOf(world, auth.retry())).toBe('token_expired');
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(8);
  });

  test('the client asks for the account once, and a logout asks TMDB once to delete the session', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done, url } = await toCallback(world, auth);
    world.tmdb.faults.add({ ...fault, match: ACCOUNT });
    world.tmdb.faults.add({ ...fault, match: SESSION_DELETE });
    await auth.handleCallback(url);
    await viewOf(world, done);
    await aDayPasses(world);
    expect(timesAsked(world.tmdb, ACCOUNT)).toBe(1);
    expect((await viewOf(world, auth.logout())).failure?.code).toBe('revoke_failed');
    await aDayPasses(world);
    expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(1);
  });
});

test('an idle client sends no request and begins no sign-in during a day of wake-ups', async () => {
  const world = await createWorld();
  world.client();
  await aDayPasses(world);
  expect(world.tmdb.requests).toEqual([]);
});

test('a session is never renewed or checked by itself', async () => {
  const world = await createWorld();
  await world.signIn(world.client());
  world.tmdb.resetRequests();
  const restored = world.client();
  await world.reaches(restored, 'sessionActive.ready');
  await aDayPasses(world);
  expect(world.tmdb.requests).toEqual([]);
});

test('an expired or revoked session does not begin a sign-in', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  world.tmdb.revoke();
  await auth.fetch('/3/account');
  await world.reaches(auth, 'idle.sessionRevoked');
  world.tmdb.resetRequests();
  await aDayPasses(world);
  expect(world.tmdb.requests).toEqual([]);
});

test('fifty calls that all get "session gone" cause one verification', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  world.tmdb.revoke();
  world.tmdb.resetRequests();
  await Promise.all(Array.from({ length: 50 }, () => auth.fetch('/3/movie/550/account_states')));
  await world.reaches(auth, 'idle.sessionRevoked');
  await quiet();
  expect(timesAsked(world.tmdb, ACCOUNT)).toBe(1);
});

test('a Retry-After of more than a minute ends the sign-in at once', async () => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 86_400, times: ALWAYS });
  expect(await codeOf(world, world.client().login())).toBe('rate_limited');
  await aDayPasses(world);
  expect(world.tmdb.requests).toHaveLength(1);
});

test('the client waits for a Retry-After of a minute, and never tries more than four times', async () => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 60, times: ALWAYS });
  const auth = world.client();
  const done = auth.login();
  done.catch(() => {});
  const times: number[] = [];
  for (let tries = 1; tries <= 4; tries++) {
    await world.until(
      () => world.tmdb.requests.length === tries && world.tmdb.requests.at(-1)?.status === 429,
    );
    times.push(world.tmdb.requests.at(-1)?.at ?? 0);
    await quiet(5);
    if (tries < 4) world.clock.advance(60_000);
  }
  expect(await codeOf(world, done)).toBe('rate_limited');
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(60_000);
  await aDayPasses(world);
  expect(world.tmdb.requests).toHaveLength(4);
});

test.each(['0', 'Mon, 01 Jan 2001 00:00:00 GMT'])(
  'a Retry-After of %s does not shorten the library’s own pauses',
  async (retryAfter) => {
    const world = await createWorld();
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter, times: ALWAYS });
    expect(await codeOf(world, world.client().login())).toBe('rate_limited');
    const times = world.tmdb.requests.map(({ at }) => at);
    expect(times).toHaveLength(4);
    for (const [index, pause] of [400, 800, 1_600].entries()) {
      expect((times[index + 1] ?? 0) - (times[index] ?? 0)).toBeGreaterThanOrEqual(pause);
    }
  },
);

test('listeners are called once per change and for nothing else', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  let told = 0;
  auth.subscribe(() => {
    told += 1;
  });
  auth.actor.send({ type: 'guest.used' });
  auth.actor.send({ type: 'approval.granted' });
  await auth.cancel();
  await auth.login();
  await auth.retry();
  world.clock.advance(DAY);
  expect(told).toBe(0);
});

test('a wrong key causes one request, as a repetition cannot help', async () => {
  const world = await createWorld();
  const auth = world.client({ credentials: { apiKey: 'f'.repeat(32) } });
  expect(await codeOf(world, auth.login())).toBe('invalid_api_key');
  expect(world.tmdb.requests).toHaveLength(1);
});
