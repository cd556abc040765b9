// adamayoung/TMDb#294: TMDB's lists of a guest's ratings answered 404 while they were empty, then 500; just after a rating they lack it for seconds.
// Here: Ratings are remembered with the guest. A list that should not be empty is requested again for 30 s; after that the guest is kept for another try.
import { describe, expect, test } from 'vitest';
import type { TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import type { Fault, Sandbox } from '../../src/tools/sandbox/index.ts';
import { forgottenRatings, guestWhoSignsIn, rateAll } from '../core/guest.ts';
import { ALWAYS, codeOf, resultOf, viewOf } from '../core/helpers.ts';
import { createPages } from '../remote/through-server.ts';
import type { Site } from '../server/site.ts';
import { SECOND } from '../support/clock.ts';
import { bareStore } from '../support/store.ts';
import { createWorld } from '../support/world.ts';

const MEDIA = ['movie/550', 'movie/11', 'tv/1396', 'tv/1396/season/1/episode/1'];

const EMPTY = [
  ['nothing', { kind: 'answer', body: { page: 1, results: [], total_pages: 1, total_results: 0 } }],
  ['404/34', { kind: 'status', code: 34 }],
  ['500/11', { kind: 'status', code: 11 }],
] as const satisfies [string, Fault][];

const lists = (fault: Fault, match = /\/rated\//): Fault => ({ ...fault, match, times: ALWAYS });
const asksFor = ({ requests }: Sandbox, list: string) =>
  requests.filter(({ path }) => path.endsWith(`/rated/${list}`));

describe.each(EMPTY)('lists that answer %s', (_, fault) => {
  test('a carry-over loses no rating made through this client, however long the lists lag', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, MEDIA);
    world.tmdb.faults.add(lists(fault));
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 4, carried: 4 });
    expect(world.tmdb.account().ratings).toHaveLength(4);
    expect(auth.getView()).toMatchObject({ guest: null, failure: null });
  });

  test('a carry-over without remembered ratings asks for 30 s, then fails and keeps the guest', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, MEDIA, 20 * SECOND);
    world.tmdb.faults.add(lists(fault));
    const from = world.clock.now();
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('unavailable');
    expect(world.clock.now() - from).toBeGreaterThanOrEqual(30 * SECOND);
    expect(world.clock.now() - from).toBeLessThan(40 * SECOND);
    expect(asksFor(world.tmdb, 'movies').length).toBeLessThan(12);
    expect(auth.getView()).toMatchObject({
      state: 'sessionActive.ready',
      guest: { used: true },
      failure: { code: 'unavailable', retryable: true },
      can: { retry: true },
    });
    world.tmdb.faults.clear();
    expect(await viewOf(world, auth.retry())).toMatchObject({ guest: null, carryOver: { carried: 4 } });
  });

  test('a carry-over asks again for some seconds until the lists have caught up', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, MEDIA, 20 * SECOND);
    const heal = world.tmdb.faults.add(lists(fault));
    const done = auth.carryOverGuestRatings();
    await world.until(() => asksFor(world.tmdb, 'tv').length >= 2);
    heal();
    expect(await resultOf(world, done)).toMatchObject({ total: 4, carried: 4, failed: [] });
  });

  test('a carry-over does not wait for a list of a kind that was never rated', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, ['movie/550'], 20 * SECOND);
    world.tmdb.faults.add(lists(fault, /\/rated\/tv/));
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 1, carried: 1 });
    expect(asksFor(world.tmdb, 'tv')).toHaveLength(1);
  });

  test('a carry-over moves the ratings of other kinds before it fails', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, MEDIA, 20 * SECOND);
    world.tmdb.faults.add(lists(fault, /\/rated\/movies/));
    expect(await codeOf(world, auth.carryOverGuestRatings())).toBe('unavailable');
    expect(world.tmdb.account().ratings.map(({ media_type }) => media_type)).toEqual(['tv', 'episode']);
    expect(auth.getView()).toMatchObject({ guest: { used: true }, carryOver: { total: 2, carried: 2 } });
  });

  test('a carry-over does not wait for the lists of a guest who rated nothing', async () => {
    const world = await createWorld();
    const auth = await guestWhoSignsIn(world, []);
    world.tmdb.faults.add(lists(fault));
    expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 0 });
    expect(world.tmdb.requests).toHaveLength(3);
    expect(auth.getView().guest).toBeNull();
  });

  test('a cancel ends the wait at once, keeps the guest and sends nothing more', async () => {
    const world = await createWorld();
    const auth = await forgottenRatings(world, MEDIA, 20 * SECOND);
    world.tmdb.faults.add(lists(fault));
    const done = auth.carryOverGuestRatings();
    done.catch(() => {});
    await world.until(() => asksFor(world.tmdb, 'movies').length >= 2);
    await auth.cancel();
    expect(await codeOf(world, done)).toBe('cancelled');
    const asked = world.tmdb.requests.length;
    world.clock.advance(60 * SECOND);
    expect(world.tmdb.requests).toHaveLength(asked);
    expect(auth.getView().guest).toMatchObject({ used: true });
  });
});

test('a list that shows only the first of two new ratings does not lose the second', async () => {
  const world = await createWorld();
  const auth = await forgottenRatings(world, ['movie/550', 'movie/11'], 0);
  const results = [{ id: 550, rating: 0.5 }];
  const heal = world.tmdb.faults.add(
    lists({ kind: 'answer', body: { results, total_pages: 1 } }, /rated\/movies/),
  );
  const done = auth.carryOverGuestRatings();
  const ratedAt = world.clock.now();
  await world.until(() => world.clock.now() - ratedAt > 8 * SECOND);
  heal();
  expect(await resultOf(world, done)).toMatchObject({ total: 2, carried: 2 });
});

test('a list that shows the old value of a rating does not replace the new one', async () => {
  const world = await createWorld();
  const auth = await guestWhoSignsIn(world, ['movie/550']);
  const results = [{ id: 550, rating: 9 }];
  world.tmdb.faults.add(lists({ kind: 'answer', body: { results, total_pages: 1 } }, /rated\/movies/));
  await resultOf(world, auth.carryOverGuestRatings());
  expect(world.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 0.5 }]);
});

test('a rating that was just removed is not carried over, even if the list still shows it', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  await rateAll(world, auth, ['movie/550', 'movie/11']);
  await auth.api('/3/movie/550/rating', { method: 'DELETE' });
  await world.signIn(auth);
  const results = [
    { id: 550, rating: 0.5 },
    { id: 11, rating: 1 },
  ];
  world.tmdb.faults.add(lists({ kind: 'answer', body: { results, total_pages: 1 } }, /rated\/movies/));
  expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 1, carried: 1 });
  expect(world.tmdb.account().ratings).toMatchObject([{ media_id: 11 }]);
});

test('a guest without a remaining rating carries nothing over and does not wait', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  await rateAll(world, auth, ['movie/550']);
  await auth.api('/3/movie/550/rating', { method: 'DELETE' });
  await world.signIn(auth);
  world.clock.advance(20 * SECOND);
  world.tmdb.resetRequests();
  expect(await resultOf(world, auth.carryOverGuestRatings())).toMatchObject({ total: 0 });
  expect(world.tmdb.requests).toHaveLength(3);
});

test('a carry-over waits for a rating after a lost answer, as TMDB may show it late', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  world.tmdb.faults.add({ kind: 'dropAfter', match: 'POST /3/movie/550/rating' });
  await codeOf(world, auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } }));
  await world.signIn(auth);
  const heal = world.tmdb.faults.add(lists(EMPTY[0][1]));
  const from = world.clock.now();
  const done = auth.carryOverGuestRatings();
  await world.until(() => world.clock.now() - from > 6 * SECOND);
  heal();
  await resultOf(world, done);
  expect(world.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 8 }]);
});

describe.each(['cookies', 'a store'])('a site’s server that keeps records in %s', (kept) => {
  const guestOfSite = async () => {
    const pages = await createPages(kept === 'cookies' ? {} : { store: bareStore() });
    const auth = pages.page();
    await auth.loginAsGuest();
    for (const [at, media] of MEDIA.entries())
      await auth.fetch(`/3/${media}/rating`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ value: at + 1 }),
      });
    await pages.signIn(auth);
    return { ...pages, auth };
  };
  /** The outcome: its numbers, or the code of its failure. */
  const carry = (site: Site, auth: TmdbAuth) =>
    site.whileTimeRuns(auth.carryOverGuestRatings().catch(({ code }: TmdbAuthError) => code));

  test('a carry-over loses nothing while the lists lag', async () => {
    const { site, auth } = await guestOfSite();
    const heal = site.tmdb.faults.add(lists(EMPTY[1][1]));
    const done = carry(site, auth);
    const from = site.clock.now();
    while (site.clock.now() - from < 8 * SECOND) await new Promise((resolve) => setTimeout(resolve, 1));
    heal();
    expect(await done).toMatchObject({ total: 4, carried: 4 });
    expect(site.tmdb.account().ratings).toHaveLength(4);
  });

  test('a guest is not lost while the lists stay empty', async () => {
    const { site, auth, browser } = await guestOfSite();
    const heal = site.tmdb.faults.add(lists(EMPTY[2][1]));
    const first = await carry(site, auth);
    if (kept === 'cookies') {
      expect(first).toBe('unavailable');
      expect((await browser.session()).guest).toMatchObject({ used: true });
      heal();
      expect(await carry(site, auth)).toMatchObject({ carried: 4 });
    }
    expect(site.tmdb.account().ratings).toHaveLength(4);
    expect((await browser.session()).guest).toBeNull();
  });

  test('the page learns nothing about remembered ratings', async () => {
    const { seen } = await guestOfSite();
    expect(seen.join()).not.toMatch(/"rated":|"values"/);
  });
});
