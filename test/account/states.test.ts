import { describe, expect, test } from 'vitest';
import { type AccountChange, accountOf } from '../../src/account/index.ts';
import type { ChannelPort } from '../../src/index.ts';
import { codeOf, resultOf, uncaughtDuring } from '../core/helpers.ts';
import { SECOND } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';
import { BEN, guest, signInAs, user } from './helpers.ts';

const FILM = { movie: 550 };
const EPISODE = { tv: 1396, season: 1, episode: 2 };
const UNTOUCHED = { rating: null, favorite: false, watchlist: false };

test('states contain the user’s marks for a film, an episode and a season', async () => {
  const { my } = await user();
  expect(await my.states(FILM)).toEqual(UNTOUCHED);
  await my.rate(FILM, 8);
  await my.favorite(FILM);
  await my.rate(EPISODE, 6.5);
  expect(await my.states(FILM)).toEqual({ rating: 8, favorite: true, watchlist: false });
  expect(await my.states(EPISODE)).toEqual({ rating: 6.5 });
  const season = await my.states({ tv: 1396, season: 1 });
  expect(season.slice(0, 3)).toEqual([
    { episode: 1, rating: null },
    { episode: 2, rating: 6.5 },
    { episode: 3, rating: null },
  ]);
});

describe('a change that TMDB does not show yet', () => {
  const LAGGING = { quirks: { accountStatesLag: 2 * SECOND } };

  test('appears in the states', async () => {
    const { my, auth } = await user(3, {}, LAGGING);
    await my.rate(FILM, 8);
    await my.rate(EPISODE, 3);
    const raw = await auth.api<{ rated: unknown }>('/3/movie/550/account_states');
    expect(raw.rated).toBe(false);
    expect((await my.states(FILM)).rating).toBe(8);
    expect((await my.states({ tv: 1396, season: 1 }))[1]).toEqual({ episode: 2, rating: 3 });
    await my.unrate(FILM);
    expect((await my.states(FILM)).rating).toBeNull();
  });

  test('gives way to a change made elsewhere after some seconds', async () => {
    const { my, auth, world } = await user(3, {}, LAGGING);
    await my.rate(FILM, 8);
    await auth.fetch('/3/movie/550/rating', { method: 'DELETE' });
    expect((await my.states(FILM)).rating).toBe(8);
    await world.clock.advance(11 * SECOND);
    expect((await my.states(FILM)).rating).toBeNull();
  });

  test('does not appear if TMDB refused it', async () => {
    const { my, world } = await user(3, {}, LAGGING);
    await my.rate(FILM, 8);
    await world.clock.advance(3 * SECOND);
    world.tmdb.faults.add({ kind: 'status', status: 401, code: 45, match: /rating/ });
    expect(await codeOf(world, my.rate(FILM, 2))).toBe('user_suspended');
    expect((await my.states(FILM)).rating).toBe(8);
  });

  test('does not appear for the next user', async () => {
    const { my, auth, world } = await user(3, {}, LAGGING);
    world.tmdb.addUser(BEN);
    await my.rate(FILM, 8);
    await auth.logout();
    await signInAs(world, auth, 'ben');
    expect(await my.states(FILM)).toEqual(UNTOUCHED);
  });
});

describe('a guest', () => {
  test.each([true, false])(
    'sees a rating, whether account_states answers guests (%s) or not',
    async (does) => {
      const { my, world } = await guest({ quirks: { guestAccountStates: does } });
      expect(await my.states(FILM)).toEqual(UNTOUCHED);
      await my.rate(FILM, 7);
      await my.rate(EPISODE, 2);
      expect(await resultOf(world, my.states(FILM))).toEqual({ ...UNTOUCHED, rating: 7 });
      expect(await resultOf(world, my.states(EPISODE))).toEqual({ rating: 2 });
      expect((await resultOf(world, my.states({ movie: 603 }))).rating).toBeNull();
    },
  );

  test.each([404, 500] as const)(
    'without ratings is not lost when the empty list answers %d',
    async (status) => {
      const { my, auth, asked } = await guest({
        quirks: { guestAccountStates: false, emptyGuestList: status },
      });
      expect(await my.states(FILM)).toEqual(UNTOUCHED);
      expect(asked().filter((each) => /rated/.test(each))).toHaveLength(1);
      expect(auth.getView().state).toBe('guestActive.unused');
    },
  );
});

test('an answer for one user is not given to the next', async () => {
  const { my, auth, world } = await user();
  world.tmdb.addUser(BEN);
  const release = world.tmdb.faults.add({ kind: 'hang', match: /account_states/ });
  const asked = my.states(FILM);
  await world.until(() => world.tmdb.requests.some(({ held }) => held));
  await auth.logout();
  await signInAs(world, auth, 'ben');
  release();
  expect(await codeOf(world, asked)).toBe('cancelled');
});

/** The channel of tabs that share a storage, with messages as plain JSON. */
function tabs(): () => Required<ChannelPort> {
  const all = new Set<(message: unknown) => void>();
  return () => {
    let mine: ((message: unknown) => void) | undefined;
    return {
      post() {},
      subscribe: () => () => {},
      tell(message) {
        for (const hear of all) if (hear !== mine) hear(JSON.parse(JSON.stringify(message)));
      },
      onTold(hear) {
        mine = hear;
        all.add(hear);
        return () => void all.delete(hear);
      },
    };
  };
}

describe('another tab', () => {
  async function twoTabs() {
    const tab = tabs();
    const first = await user(3, { channel: tab() }, { quirks: { accountStatesLag: 2 * SECOND } });
    const { world } = first;
    const auth = world.client({ channel: tab() });
    await world.reaches(auth, 'sessionActive.ready');
    const changes: AccountChange[] = [];
    const my = accountOf(auth);
    my.subscribe((change) => changes.push(change));
    return { first, second: { auth, my, changes }, world, tab };
  }

  test('gets a change at once and shows it', async () => {
    const { first, second } = await twoTabs();
    await first.my.rate(FILM, 8);
    await first.my.favorite({ tv: 1396 }, false);
    const { id } = await first.my.lists.create({ name: 'A' });
    expect(second.changes).toEqual([
      { media: FILM, rating: 8 },
      { media: { tv: 1396 }, favorite: false },
      { list: id },
    ]);
    expect((await second.my.states(FILM)).rating).toBe(8);
  });

  test('gets no change of another user', async () => {
    const { first, second, world } = await twoTabs();
    world.tmdb.addUser(BEN);
    const ben = world.client({ storageKey: 'ben' });
    await signInAs(world, ben, 'ben');
    await second.auth.logout();
    await signInAs(world, second.auth, 'ben');
    await first.my.rate(FILM, 8).catch(() => {});
    expect(second.changes).toEqual([]);
    expect(await resultOf(world, second.my.states(FILM))).toEqual(UNTOUCHED);
  });

  test('ignores nonsense that a script posts', async () => {
    const { second, tab } = await twoTabs();
    const script = tab();
    script.onTold(() => {});
    for (const change of [
      null,
      7,
      'x',
      {},
      { path: 'movie/550/../list' },
      { path: '__proto__', rating: 4 },
      { list: 'x' },
    ])
      script.tell({ owner: 'user 548', change });
    script.tell({ owner: 'user 1', change: { path: 'movie/550', rating: 4 } });
    script.tell({ owner: 'user 548', change: { path: 'movie/550', rating: 400, favorite: 'yes' } });
    expect(second.changes).toEqual([]);
    expect((await second.my.states(FILM)).rating).toBeNull();
  });
});

test('a listener that throws stops neither the change nor the other listeners', async () => {
  const { my } = await user();
  const heard: AccountChange[] = [];
  my.subscribe(() => {
    throw new Error('mine');
  });
  const stop = my.subscribe((change) => heard.push(change));
  const faults = await uncaughtDuring(async () => {
    await my.rate(FILM, 8);
    stop();
    await my.rate(FILM, 9);
  });
  expect(faults).toHaveLength(2);
  expect(heard).toEqual([{ media: FILM, rating: 8 }]);
});

test('each client has one account object, which names its owner', async () => {
  const { my, auth, world } = await user();
  expect(accountOf(auth)).toBe(my);
  expect(my.owner()).toBe('user 548');
  await auth.logout();
  expect(my.owner()).toBeNull();
  await resultOf(world, auth.loginAsGuest());
  expect(my.owner()).toMatch(/^guest \d+$/);
});

test('subscribers hear of a carry-over at once and again when TMDB shows the ratings', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  const my = accountOf(auth);
  await my.rate(FILM, 8);
  await world.signIn(auth);
  const changes: AccountChange[] = [];
  my.subscribe((change) => changes.push(change));
  await resultOf(world, auth.carryOverGuestRatings());
  expect(changes).toEqual([{ ratings: 'carriedOver' }]);
  await world.until(() => changes.length === 2);
});
