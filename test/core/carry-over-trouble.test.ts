import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/tools/sandbox/index.ts';
import { DAY, MINUTE, SECOND } from '../support/clock.ts';
import { createWorld, type World } from '../support/world.ts';
import { forgottenRatings, guestWhoSignsIn, MEDIA, progressOf, ratingsSent } from './guest.ts';
import { ALWAYS, allQuiet, codeOf, quiet, resultOf, storedIn, viewOf } from './helpers.ts';

const TEN = MEDIA.slice(8, 18);
const SPOILT = TEN[3] ?? '';
const ON_THE_WAY = /\/(rating|account_states)$/;

const isNoSeries = (media: string) => !/^tv\/\d+$/.test(media);

/** Waits until this many ratings have arrived in the user’s account. */
const carried = (world: World, count: number) =>
  world.until(
    () => world.tmdb.account().ratings.length >= count,
    () => `${count} ratings, are ${world.tmdb.account().ratings.length}`,
  );

/** The user has every rating, and each was sent once. */
function isWhole(world: World) {
  expect(world.tmdb.account().ratings).toHaveLength(TEN.length);
  expect(ratingsSent(world.tmdb).toSorted()).toEqual(TEN.toSorted());
}

describe('a carry-over with one title that TMDB cannot process', () => {
  const spoil: [string, Omit<Fault, 'match'>, string][] = [
    ['a 503', { kind: 'status', status: 503 } as Fault, 'unavailable'],
    ['a page of HTML', { kind: 'html' } as Fault, 'bad_answer'],
    ['a 404', { kind: 'status', code: 34 } as Fault, 'unexpected'],
    ['a 429 without end', { kind: 'rateLimited', retryAfter: null } as Fault, 'rate_limited'],
  ];
  const parts = [
    ['when it is looked up', `GET /3/${SPOILT}/account_states`],
    ['when it is rated', `POST /3/${SPOILT}/rating`],
  ] as const;

  describe.each(parts)('%s', (_, match) => {
    test.each(spoil)(
      'reports %s, carries the rest, keeps the guest, and can be repeated for the failed title',
      async (_, fault, code) => {
        const world = await createWorld();
        const auth = await guestWhoSignsIn(world, TEN);
        world.tmdb.faults.add({ ...fault, match, times: ALWAYS } as Fault);
        expect(await resultOf(world, auth.carryOverGuestRatings())).toEqual({
          total: 10,
          carried: 9,
          kept: 0,
          failed: [{ media: SPOILT, code }],
        });
        expect(world.tmdb.account().ratings).toHaveLength(9);
        expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', guest: { used: true } });
        world.tmdb.faults.clear();
        world.tmdb.resetRequests();
        expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({
          carried: 10,
          failed: [],
        });
        expect(ratingsSent(world.tmdb)).toEqual([SPOILT]);
        expect(auth.getView().guest).toBeNull();
      },
    );
  });

  test('keeps the user’s own rating when TMDB answers the question for it with garbage', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    await auth.api(`/3/${SPOILT}/rating`, { method: 'POST', body: { value: 10 } });
    world.tmdb.resetRequests();
    world.tmdb.faults.add({ kind: 'garbage', match: `GET /3/${SPOILT}/account_states`, times: ALWAYS });
    const { failed } = await resultOf(world, auth.carryOverGuestRatings());
    expect(ratingsSent(world.tmdb)).not.toContain(SPOILT);
    expect(failed).toEqual([{ media: SPOILT, code: 'bad_answer' }]);
  });

  test.each([
    [{ kind: 'html' }, 'bad_answer'],
    [{ kind: 'garbage' }, 'bad_answer'],
    [{ kind: 'truncated' }, 'bad_answer'],
    [{ kind: 'status', status: 503 }, 'unavailable'],
    [{ kind: 'status', code: 3 }, 'unavailable'],
    [{ kind: 'status', code: 34, status: 400 }, 'unexpected'],
  ] as const)(
    'fails with its code when one list cannot be read (%j), carries the other lists and keeps the guest',
    async (fault, code) => {
      const world = await createWorld();
      const auth = await forgottenRatings(world, TEN);
      world.tmdb.faults.add({ ...fault, match: /\/rated\/tv$/, times: ALWAYS });
      expect(await codeOf(world, auth.carryOverGuestRatings())).toBe(code);
      expect(auth.getView()).toMatchObject({
        guest: { used: true },
        carryOver: { total: 7, carried: 7 },
        can: { retry: true },
      });
      expect(ratingsSent(world.tmdb).toSorted()).toEqual(TEN.filter(isNoSeries).toSorted());
      world.tmdb.faults.clear();
      expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
      isWhole(world);
    },
  );

  test('reports a row without a rating and carries the others', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, []);
    const results = [{ id: 11, rating: 5 }, { id: 550 }, { id: 603, rating: null }, { id: 680, rating: 9.5 }];
    world.tmdb.faults.add({ kind: 'answer', match: /rated\/movies$/, body: { results, total_pages: 1 } });
    expect(await resultOf(world, auth.carryOverGuestRatings())).toEqual({
      total: 4,
      carried: 2,
      kept: 0,
      failed: [
        { media: 'movie/550', code: 'bad_answer' },
        { media: 'movie/603', code: 'bad_answer' },
      ],
    });
    expect(auth.getView().guest).not.toBeNull();
  });
});

describe('a carry-over that TMDB slows down', () => {
  test('waits as long as Retry-After says, and then continues', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 7, match: ON_THE_WAY, after: 6 });
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
    const times = world.tmdb.requests.map(({ at }) => at);
    const refused = world.tmdb.requests.findIndex(({ status }) => status === 429);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    const longest = Math.max(...waits);
    expect(longest).toBeGreaterThanOrEqual(7 * SECOND);
    // Only requests that were already under way arrive before the wait.
    expect(waits.indexOf(longest) - refused).toBeLessThan(10);
    isWhole(world);
  });
});

describe('a carry-over with a failing network', () => {
  const cut = async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.faults.add({ kind: 'dropBefore', match: ON_THE_WAY, after: 9, times: ALWAYS });
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('network');
    expect(auth.getView()).toMatchObject({
      state: 'sessionActive.ready',
      status: 'user',
      guest: { used: true },
      failure: { code: 'network' },
      can: { retry: true },
    });
    expect(world.tmdb.account().ratings.length).toBeLessThan(6);
    world.tmdb.faults.clear();
    return { world, auth };
  };

  test('fails with `network`, and the next call continues it', async () => {
    const { world, auth } = await cut();
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10 });
    expect(world.tmdb.account().ratings).toHaveLength(10);
    expect(auth.getView()).toMatchObject({ guest: null, failure: null });
  });

  test('fails with `network`, and retry continues it with the progress so far', async () => {
    const { world, auth } = await cut();
    const all = progressOf(auth);
    expect(await viewOf(world, auth.retry())).toMatchObject({
      state: 'sessionActive.ready',
      guest: null,
      carryOver: { total: 10, carried: 10 },
    });
    const counted = all.slice(1).map((each) => each.carried);
    expect(counted).toEqual(counted.toSorted((one, other) => one - other));
    expect(world.tmdb.account().ratings).toHaveLength(10);
  });

  test('looks up a rating after its answer was lost, instead of sending it again', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.faults.add({ kind: 'dropAfter', match: `POST /3/${SPOILT}/rating`, times: ALWAYS });
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
    isWhole(world);
  });

  test('gives up a request that hangs after its timeout, and carries the rest', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN, { requestTimeout: SECOND });
    world.tmdb.faults.add({ kind: 'hang', match: `GET /3/${SPOILT}/account_states`, times: ALWAYS });
    const { failed, carried } = await resultOf(world, auth.carryOverGuestRatings());
    expect(failed).toEqual([{ media: SPOILT, code: 'timeout' }]);
    expect(carried).toBe(9);
  });
});

describe('a carry-over that is interrupted', () => {
  const inTheMiddle = async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    const leaving = new AbortController();
    const done = auth.carryOverGuestRatings({ signal: leaving.signal });
    done.catch(() => {});
    await carried(world, 3);
    return { world, auth, done, leaving };
  };

  test.each(['cancel', 'signal'] as const)(
    'sends nothing more after %s, and the next call continues it',
    async (way) => {
      const { world, auth, done, leaving } = await inTheMiddle();
      expect(auth.getView()).toMatchObject({ state: 'sessionActive.carryingOver', can: { cancel: true } });
      if (way === 'cancel') await auth.cancel();
      else leaving.abort();
      expect(auth.getView()).toMatchObject({
        state: 'sessionActive.ready',
        guest: { used: true },
        failure: { code: 'cancelled' },
      });
      await quiet();
      const asked = world.tmdb.requests.length;
      world.clock.advance(MINUTE);
      await quiet();
      expect(world.tmdb.requests).toHaveLength(asked);
      expect(await codeOf(world, done)).toBe('cancelled');
      expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10 });
      isWhole(world);
    },
  );

  test('leaves nothing after a logout, sends nothing more, and does not resolve to zeros', async () => {
    const { world, auth, done } = await inTheMiddle();
    expect((await viewOf(world, auth.logout())).state).toBe('idle.loggedOut');
    await allQuiet(world).catch(() => {});
    const asked = world.tmdb.requests.length;
    world.clock.advance(MINUTE);
    await quiet();
    expect(world.tmdb.requests).toHaveLength(asked);
    expect(world.tmdb.sessions()).toEqual([]);
    expect(await storedIn(world)).toBeNull();
    expect(await codeOf(world, done)).not.toBe('resolved');
  });

  test('rejects on dispose, and the next client continues it', async () => {
    const { world, auth, done } = await inTheMiddle();
    auth.dispose();
    expect(await codeOf(world, done)).toBe('disposed');
    expect(await resultOf(world, world.client().carryOverGuestRatings())).toMatchObject({ carried: 10 });
    isWhole(world);
  });

  test('rejects when the user revokes the app, and nobody is signed in any more', async () => {
    const { world, auth, done } = await inTheMiddle();
    world.tmdb.revoke();
    expect(await codeOf(world, done)).toBe('session_invalid');
    expect(auth.getView()).toMatchObject({ account: null, failure: { code: 'session_invalid' } });
    expect(['idle.sessionRevoked', 'guestActive.used']).toContain(auth.getView().state);
    expect(world.tmdb.guests()).toMatchObject([{ ratings: 10 }]);
  });

  test('leaves the user signed in when a single answer looks like a revoked session', async () => {
    const { world, auth, done } = await inTheMiddle();
    world.tmdb.faults.add({ kind: 'status', code: 3, match: ON_THE_WAY });
    await codeOf(world, done);
    expect(auth.getView().status).toBe('user');
  });

  test('is not disturbed by verify(), which waits for its end', async () => {
    const { world, auth, done } = await inTheMiddle();
    expect((await viewOf(world, auth.verify())).state).toBe('sessionActive.ready');
    expect(await resultOf(world, done)).toMatchObject({ carried: 10 });
    isWhole(world);
  });
});

describe('a carry-over from a guest that TMDB has deleted', () => {
  test('rejects with guest_gone and drops the guest when this client remembers no ratings', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, TEN);
    world.tmdb.clock.advance(2 * DAY);
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('guest_gone');
    expect(auth.getView()).toMatchObject({
      state: 'sessionActive.ready',
      status: 'user',
      guest: null,
      failure: { code: 'guest_gone' },
      can: { retry: false },
    });
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 0, carried: 0 });
  });

  test('carries the ratings that this client remembers', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.clock.advance(2 * DAY);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
    expect(auth.getView().guest).toBeNull();
    isWhole(world);
  });
});

describe('a guest after an unanswered first rating', () => {
  test('counts as used, and their rating is carried over', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    world.tmdb.faults.add({ kind: 'dropAfter', match: 'POST /3/movie/550/rating' });
    const rated = auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(await codeOf(world, rated)).toBe('network');
    expect(world.tmdb.guests()).toMatchObject([{ used: true, ratings: 1 }]);
    await world.signIn(auth);
    await resultOf(world, auth.carryOverGuestRatings());
    expect(world.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 8 }]);
  });
});
