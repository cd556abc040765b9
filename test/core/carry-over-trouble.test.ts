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

/** In the middle: so many ratings are the user's. */
const carried = (world: World, count: number) =>
  world.until(
    () => world.tmdb.account().ratings.length >= count,
    () => `${count} ratings, are ${world.tmdb.account().ratings.length}`,
  );

/** Every rating is the user's, and none was sent twice. */
function isWhole(world: World) {
  expect(world.tmdb.account().ratings).toHaveLength(TEN.length);
  expect(ratingsSent(world.tmdb).toSorted()).toEqual(TEN.toSorted());
}

describe('one film that TMDB has trouble with', () => {
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
      '%s is reported, the rest goes on, the guest stays, and again carries the rest',
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

  test('garbage in place of what the user has rated is not taken for “nothing”: the user’s own rating stays', async () => {
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
    'a list that cannot be read (%j) is said; the other lists are carried, and the guest stays',
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

  test('a row without its rating spoils only itself', async () => {
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

describe('TMDB that wants fewer requests', () => {
  test('is waited for as long as it says, and then the carry-over goes on', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 7, match: ON_THE_WAY, after: 6 });
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
    const times = world.tmdb.requests.map(({ at }) => at);
    const refused = world.tmdb.requests.findIndex(({ status }) => status === 429);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    const longest = Math.max(...waits);
    expect(longest).toBeGreaterThanOrEqual(7 * SECOND);
    // Only what was on its way already came in between.
    expect(waits.indexOf(longest) - refused).toBeLessThan(10);
    isWhole(world);
  });
});

describe('a network that is gone in the middle', () => {
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

  test('ends it with “network”, and calling again goes on', async () => {
    const { world, auth } = await cut();
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10 });
    expect(world.tmdb.account().ratings).toHaveLength(10);
    expect(auth.getView()).toMatchObject({ guest: null, failure: null });
  });

  test('ends it with “network”, and retry goes on, showing how far it is', async () => {
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

  test('a rating whose answer was lost is looked for, and not sent again', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.faults.add({ kind: 'dropAfter', match: `POST /3/${SPOILT}/rating`, times: ALWAYS });
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
    isWhole(world);
  });

  test('a request that hangs is given up after its time, and does not stop the rest', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN, { requestTimeout: SECOND });
    world.tmdb.faults.add({ kind: 'hang', match: `GET /3/${SPOILT}/account_states`, times: ALWAYS });
    const { failed, carried } = await resultOf(world, auth.carryOverGuestRatings());
    expect(failed).toEqual([{ media: SPOILT, code: 'timeout' }]);
    expect(carried).toBe(9);
  });
});

describe('ended in the middle', () => {
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
    'by a %s, it asks for nothing more, and calling again goes on',
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

  test('by a logout, it leaves nothing here and asks for nothing more; whoever waits is not told zeros', async () => {
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

  test('by a dispose, it rejects, and the next client goes on', async () => {
    const { world, auth, done } = await inTheMiddle();
    auth.dispose();
    expect(await codeOf(world, done)).toBe('disposed');
    expect(await resultOf(world, world.client().carryOverGuestRatings())).toMatchObject({ carried: 10 });
    isWhole(world);
  });

  test('by the user who revokes the app: nobody is signed in any more', async () => {
    const { world, auth, done } = await inTheMiddle();
    world.tmdb.revoke();
    expect(await codeOf(world, done)).toBe('session_invalid');
    expect(auth.getView()).toMatchObject({ account: null, failure: { code: 'session_invalid' } });
    expect(['idle.sessionRevoked', 'guestActive.used']).toContain(auth.getView().state);
    expect(world.tmdb.guests()).toMatchObject([{ ratings: 10 }]);
  });

  test('by whoever makes a single answer look like a revoked session: the user stays signed in', async () => {
    const { world, auth, done } = await inTheMiddle();
    world.tmdb.faults.add({ kind: 'status', code: 3, match: ON_THE_WAY });
    await codeOf(world, done);
    expect(auth.getView().status).toBe('user');
  });

  test('a verify waits for its end, and changes nothing of it', async () => {
    const { world, auth, done } = await inTheMiddle();
    expect((await viewOf(world, auth.verify())).state).toBe('sessionActive.ready');
    expect(await resultOf(world, done)).toMatchObject({ carried: 10 });
    isWhole(world);
  });
});

describe('a guest that TMDB has forgotten', () => {
  test('is gone here, too, with what was rated, if nothing of it is remembered', async () => {
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

  test('has not lost what is remembered of them here', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, TEN);
    world.tmdb.clock.advance(2 * DAY);
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ carried: 10, failed: [] });
    expect(auth.getView().guest).toBeNull();
    isWhole(world);
  });
});

describe('a guest whose rating TMDB has, but whose answer was lost', () => {
  test('is not called unused: the rating is carried over', async () => {
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
