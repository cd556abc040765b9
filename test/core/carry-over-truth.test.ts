/**
 * Which of several values is carried over: the one this client remembers, the one TMDB lists, or the user’s own newer
 * one.
 */
import { describe, expect, test } from 'vitest';
import { memoryStorage, type TmdbAuth } from '../../src/index.ts';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { SECOND } from '../support/clock.ts';
import { createWorld, type World } from '../support/world.ts';
import { forgottenRatings } from './guest.ts';
import { codeOf, quiet, resultOf } from './helpers.ts';

const FILM = '/3/movie/550/rating';
const rate = (auth: TmdbAuth, value: number) => auth.fetch(FILM, sending(value)).catch(() => null);
const takeBack = (auth: TmdbAuth) => auth.fetch(FILM, { method: 'DELETE' }).catch(() => null);
const sending = (value: number) => ({
  method: 'POST',
  body: JSON.stringify({ value }),
  headers: { 'content-type': 'application/json' },
});

const ofUser = ({ tmdb }: World) => tmdb.account().ratings.map(({ value }) => value);

async function guest() {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  return { world, auth };
}

describe('a carry-over after a guest’s last rating got no answer', () => {
  const LOST: Fault[] = [{ kind: 'dropAfter' }, { kind: 'truncated' }];

  test.each(LOST)('carries the newer value that TMDB lists after $kind', async (fault) => {
    const { world, auth } = await guest();
    await rate(auth, 5);
    world.tmdb.faults.add({ ...fault, match: `POST ${FILM}` });
    await rate(auth, 8);
    await world.signIn(auth);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1 });
    expect(ofUser(world)).toEqual([8]);
  });

  test('carries the value that TMDB lists although the title’s rating was deleted before', async () => {
    const { world, auth } = await guest();
    await rate(auth, 5);
    await takeBack(auth);
    world.tmdb.faults.add({ kind: 'dropAfter', match: `POST ${FILM}` });
    await rate(auth, 8);
    await world.signIn(auth);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1 });
    expect(ofUser(world)).toEqual([8]);
  });

  test('does not revive a rating after an unanswered deletion, and carries nothing a minute later', async () => {
    const { world, auth } = await guest();
    await rate(auth, 5);
    world.tmdb.faults.add({ kind: 'dropAfter', match: `DELETE ${FILM}` });
    await takeBack(auth);
    await world.signIn(auth);
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('unavailable');
    await world.clock.advance(60 * SECOND);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 0 });
    expect(ofUser(world)).toEqual([]);
  });
});

describe('a carry-over beside ratings that are under way', () => {
  test.each(['POST', 'DELETE'])(
    'carries the value that TMDB lists when a %s and a POST overlapped',
    async (method) => {
      const { world, auth } = await guest();
      await rate(auth, 5);
      const release = world.tmdb.faults.add({ kind: 'hang', when: 'after', match: `${method} ${FILM}` });
      const first = method === 'POST' ? rate(auth, 6) : takeBack(auth);
      await world.until(() => world.tmdb.requests.at(-1)?.held === true);
      await rate(auth, 8);
      release();
      await first;
      await world.signIn(auth);
      expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1 });
      expect(ofUser(world)).toEqual([8]);
    },
  );

  test('waits for them and loses none', async () => {
    const { world, auth } = await guest();
    const release = world.tmdb.faults.add({ kind: 'hang', match: `POST ${FILM}` });
    const late = rate(auth, 8);
    await world.until(() => world.tmdb.requests.at(-1)?.held === true);
    await world.signIn(auth);
    const carried = auth.carryOverGuestRatings();
    const begunAt = world.clock.now();
    await world.until(() => world.clock.now() > begunAt + 5 * SECOND);
    release();
    await late;
    expect(await resultOf(world, carried)).toMatchObject({ carried: 1 });
    expect(ofUser(world)).toEqual([8]);
  });
});

describe('a carry-over after the user has rated the same title', () => {
  async function user() {
    const { world, auth } = await guest();
    await rate(auth, 3);
    await world.signIn(auth);
    return { world, auth };
  }

  test.each<Fault>([
    { kind: 'status', status: 503, match: `POST ${FILM}` },
    { kind: 'rateLimited', retryAfter: 2, match: `POST ${FILM}` },
  ])('keeps the user’s value, also when TMDB asks for the guest’s rating again ($kind)', async (fault) => {
    const { world, auth } = await user();
    world.tmdb.faults.add(fault);
    const carried = auth.carryOverGuestRatings();
    await world.until(() => world.tmdb.requests.some(({ status }) => status === 503 || status === 429));
    const elsewhere = world.client();
    await world.reaches(elsewhere, 'sessionActive.ready');
    await rate(elsewhere, 9);
    expect(await resultOf(world, carried)).toMatchObject({ carried: 0, kept: 1 });
    expect(ofUser(world)).toEqual([9]);
  });

  test('keeps the user’s value, also when TMDB shows it some seconds late', async () => {
    const { world, auth } = await user();
    world.tmdb.quirks.accountStatesLag = 5 * SECOND;
    await rate(auth, 9);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 0, kept: 1 });
    expect(ofUser(world)).toEqual([9]);
  });

  test('carries the guest’s value when the user deleted their own, or TMDB refused it', async () => {
    const { world, auth } = await user();
    await rate(auth, 9);
    await takeBack(auth);
    await rate(auth, 99);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1, kept: 0 });
    expect(ofUser(world)).toEqual([3]);
  });
});

test('a carry-over includes a rating that another client made a moment ago, even without a channel', async () => {
  const { world, auth } = await guest();
  const other = world.client();
  await world.reaches(other, 'guestActive');
  await world.signIn(auth);
  world.tmdb.quirks.ratedListsLag = 3 * SECOND;
  await rate(other, 8);
  await quiet();
  expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1 });
  expect(ofUser(world)).toEqual([8]);
});

test('a carry-over accepts an empty list a minute after its only rating was deleted, in a small storage too', async () => {
  const world = await createWorld();
  const auth = await forgottenRatings(world, ['movie/550', 'tv/1396'], 0);
  const guestOf = world.tmdb.guests;
  expect(guestOf()).toHaveLength(1);
  world.tmdb.faults.add({
    kind: 'answer',
    match: /rated\/tv$/,
    times: Number.POSITIVE_INFINITY,
    body: { page: 1, results: [], total_pages: 1, total_results: 0 },
  });
  expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('unavailable');
  await world.clock.advance(60 * SECOND);
  expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 1, failed: [] });
});

test.each([
  [500, 11],
  [404, 34],
])('a carry-over asks again when a list answers %d long after the last rating', async (status, code) => {
  const world = await createWorld();
  const storage = { ...memoryStorage(), isSmall: true };
  const auth = world.client({ storage });
  await auth.loginAsGuest();
  await rate(auth, 8);
  await quiet();
  auth.dispose();
  const later = world.client({ storage });
  await world.reaches(later, 'guestActive.used');
  await world.signIn(later);
  await world.clock.advance(5 * 60 * SECOND);
  world.tmdb.faults.add({ kind: 'status', status, code, match: /rated\/movies/ });
  expect(await resultOf(world, later.carryOverGuestRatings())).toMatchObject({ total: 1, carried: 1 });
  expect(ofUser(world)).toEqual([8]);
});
