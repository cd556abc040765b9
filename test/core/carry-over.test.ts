import { setTimeout as realPause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { asked, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { guestWhoSignsIn, LISTS, MEDIA, progressOf, rateAll, ratingsSent, valueAt } from './guest.ts';
import { codeOf, quiet, resultOf, secretsOf } from './helpers.ts';

const FEW = MEDIA.slice(9, 17);
const ZEROS = { total: 0, carried: 0, kept: 0, failed: [] };

describe('a carry-over of a guest’s ratings', () => {
  test('moves 45 films, series and episodes to the user, in order, with 4 list requests and two requests for each title', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world);
    expect(MEDIA).toHaveLength(45);
    expect(world.tmdb.guests()).toMatchObject([{ ratings: 45 }]);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toEqual({ ...ZEROS, total: 45, carried: 45 });
    expect(world.tmdb.requests).toHaveLength(LISTS + 2 * 45);
    expect(ratingsSent(world.tmdb)).toEqual(MEDIA);
    expect(world.tmdb.account().ratings.map(({ value }) => value)).toEqual(MEDIA.map((_, at) => valueAt(at)));
    expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', guest: null, failure: null });
    expect((await secretsOf(world)).guestId).toBeNull();
  });

  test('never sends requests more often than TMDB allows', async () => {
    const world = await createWorld({ rateLimit: { requests: 40, perSeconds: 1 } });
    let flights = 0;
    const auth = await guestWhoSignsIn(world, MEDIA, {
      fetch: async (input, init) => {
        flights += 1;
        return globalThis.fetch(input, init).finally(() => {
          flights -= 1;
        });
      },
    });
    let isOver = false;
    const done = auth.carryOverGuestRatings().finally(() => {
      isOver = true;
    });
    // The clock stands still during requests: only the waits keep them apart.
    while (!isOver) {
      await realPause(0);
      if (flights === 0) world.clock.advance(4);
    }
    expect(await done).toMatchObject({ carried: 45, failed: [] });
    expect(world.tmdb.requests.filter(({ status }) => status === 429)).toEqual([]);
    const times = world.tmdb.requests.map(({ at }) => at);
    const spans = times.slice(40).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...spans)).toBeGreaterThan(1_000);
  });

  test('shows its progress in the view, which only grows', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW);
    const all = progressOf(auth);
    await resultOf(world, auth.carryOverGuestRatings());
    expect(all[0]).toEqual({ ...ZEROS, total: null });
    expect([...new Set(all.map(({ total }) => total))]).toEqual([null, FEW.length]);
    const counted = all.filter(({ total }) => total !== null).map(({ carried }) => carried);
    expect([...new Set(counted)]).toEqual(Array.from({ length: FEW.length + 1 }, (_, at) => at));
    expect(counted).toEqual(counted.toSorted((one, other) => one - other));
  });

  test('keeps the user’s own different ratings, and counts equal ones as kept', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW);
    const [otherwise = '', same = ''] = FEW;
    await auth.api(`/3/${otherwise}/rating`, { method: 'POST', body: { value: 10 } });
    await auth.api(`/3/${same}/rating`, { method: 'POST', body: { value: valueAt(1) } });
    world.tmdb.resetRequests();
    expect(await resultOf(world, auth.carryOverGuestRatings())).toEqual({
      total: 8,
      carried: 7,
      kept: 1,
      failed: [],
    });
    expect(ratingsSent(world.tmdb)).toEqual(FEW.slice(2));
    expect(world.tmdb.account().ratings[0]).toMatchObject({ value: 10 });
    expect(auth.getView().guest).toBeNull();
  });

  test('replaces the user’s own different ratings on request', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW);
    await auth.api(`/3/${FEW[0]}/rating`, { method: 'POST', body: { value: 10 } });
    world.tmdb.resetRequests();
    const { carried, kept } = await resultOf(world, auth.carryOverGuestRatings({ overwrite: true }));
    expect([carried, kept]).toEqual([8, 0]);
    expect(world.tmdb.account().ratings[0]).toMatchObject({ value: valueAt(0) });
  });

  test('runs once for two calls at once', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW);
    const one = auth.carryOverGuestRatings();
    const other = auth.carryOverGuestRatings();
    expect(await resultOf(world, one)).toEqual({ ...ZEROS, total: 8, carried: 8 });
    expect(await resultOf(world, other)).toEqual(await one);
    expect(ratingsSent(world.tmdb)).toEqual(FEW);
  });

  test('works in v4', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW, { apiVersion: 4 });
    expect((await resultOf(world, auth.carryOverGuestRatings())).carried).toBe(8);
    expect(world.tmdb.account().ratings).toHaveLength(8);
  });

  test('survives a restart before it begins', async () => {
    const world = await createWorld();
    (await guestWhoSignsIn(world, FEW)).dispose();
    const auth = world.client();
    expect((await resultOf(world, auth.carryOverGuestRatings())).carried).toBe(8);
    auth.dispose();
    const next = world.client();
    await world.reaches(next, 'sessionActive.ready');
    expect(next.getView().guest).toBeNull();
  });
});

describe('a carry-over with nothing to carry', () => {
  test('resolves to zeros without a request when there is no guest', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.resetRequests();
    expect(await auth.carryOverGuestRatings()).toEqual(ZEROS);
    expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', carryOver: null, failure: null });
    expect(world.tmdb.requests).toEqual([]);
  });

  test('resolves to zeros without a request when it was done before', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW);
    await resultOf(world, auth.carryOverGuestRatings());
    world.tmdb.resetRequests();
    const again = await auth.carryOverGuestRatings();
    expect(world.tmdb.requests).toEqual([]);
    expect(again).toEqual(ZEROS);
  });

  test('asks TMDB for the ratings of a guest who rated nothing, as an answer may have been lost, and drops the guest', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, []);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toEqual(ZEROS);
    expect(world.tmdb.requests).toHaveLength(3);
    expect(auth.getView()).toMatchObject({ guest: null, carryOver: ZEROS });
  });

  test('rejects without a request when nobody is signed in: signed out, as a guest, during an approval', async () => {
    const world = await createWorld();
    const auth = world.client();
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('session_invalid');
    await auth.loginAsGuest();
    await rateAll(world, auth, FEW.slice(0, 1));
    world.tmdb.resetRequests();
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('session_invalid');
    expect(asked(world.tmdb)).toEqual([]);
    auth.login().catch(() => {});
    await world.reaches(auth, 'awaitingApproval.waiting');
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('session_invalid');
    auth.dispose();
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('disposed');
    await quiet();
    expect(timesAsked(world.tmdb, `POST /3/${FEW[0]}/rating`)).toBe(0);
  });

  test('sends no request when its signal is aborted already', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, FEW);
    expect(await codeOf(world, auth.carryOverGuestRatings({ signal: AbortSignal.abort() }))).toBe(
      'cancelled',
    );
    await quiet();
    expect(world.tmdb.requests).toEqual([]);
    expect(auth.getView()).toMatchObject({ guest: { used: true }, failure: null });
  });
});
