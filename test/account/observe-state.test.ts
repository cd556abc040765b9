import { expect, test } from 'vitest';
import { observeState } from '../../src/account/observe/index.ts';
import { ALWAYS, quiet, uncaughtDuring } from '../core/helpers.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import {
  emptyTab,
  FAVORITE,
  FILM,
  follow,
  guestTab,
  RATING,
  rejection,
  STATES,
  twoTabs,
  userTab,
} from './observe.stage.ts';

test('the first subscriber of an item loads it once for all', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  expect(film.getSnapshot()).toMatchObject({ status: 'user', rating: undefined, isLoading: false });
  await quiet();
  expect(asked(STATES)).toBe(0);
  const one = follow(film);
  const two = follow(observeState(auth, { movie: 550 }));
  expect(film.getSnapshot().isLoading).toBe(true);
  await world.until(() => one.last().rating === null);
  expect(two.last()).toBe(one.last());
  expect(two.last()).toEqual({
    status: 'user',
    rating: null,
    favorite: false,
    watchlist: false,
    isLoading: false,
    isSaving: false,
    failure: null,
  });
  expect(asked(STATES)).toBe(1);
});

test('a snapshot is the same object until something changes', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  expect(film.getSnapshot()).toBe(film.getSnapshot());
  const { seen } = follow(film);
  await world.until(() => film.getSnapshot().rating === null);
  expect(film.getSnapshot()).toBe(film.getSnapshot());
  const before = film.getSnapshot();
  await film.reload();
  expect(film.getSnapshot()).toEqual(before);
  expect(new Set(seen).size).toBe(seen.length);
});

test('a rating and a favourite are shown at once and stored', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  const { seen, last } = follow(film);
  await world.until(() => last().rating === null);
  const done = Promise.all([film.rate(8.5), film.setFavorite(true), film.setWatchlist(true)]);
  expect(last()).toMatchObject({ rating: 8.5, favorite: true, watchlist: true, isSaving: true });
  await done;
  expect(last()).toMatchObject({ rating: 8.5, favorite: true, watchlist: true, isSaving: false });
  await film.unrate();
  expect(last()).toMatchObject({ rating: null });
  expect(world.tmdb.account()).toMatchObject({ ratings: [] });
  // A listener is not called when nothing has changed.
  const texts = seen.map((state) => JSON.stringify(state));
  expect(texts.filter((text, at) => text === texts[at - 1])).toEqual([]);
});

test('a change that TMDB refuses is undone, gives the reason, and causes no uncaught error', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().favorite === false);
  world.tmdb.faults.add({ kind: 'status', code: 45, match: FAVORITE, times: ALWAYS });
  const uncaught = await uncaughtDuring(async () => {
    void film.setFavorite(true);
    expect(last()).toMatchObject({ favorite: true, isSaving: true });
    await world.until(() => !last().isSaving);
  });
  expect(uncaught).toEqual([]);
  expect(last()).toMatchObject({ favorite: false, failure: { code: 'user_suspended' } });
  world.tmdb.faults.clear();
  await film.setFavorite(true);
  expect(last()).toMatchObject({ favorite: true, failure: null });
});

test('only the last of several quick clicks is sent after the first, and every promise settles', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  const release = world.tmdb.faults.add({ kind: 'hang', match: RATING });
  const clicks = [1, 2, 3, 4, 5].map((value) => rejection(film.rate(value)));
  expect(last().rating).toBe(5);
  await quiet();
  release();
  expect(await Promise.all(clicks)).toEqual(Array(5).fill('resolved'));
  expect(asked(RATING)).toBe(2);
  expect(last()).toMatchObject({ rating: 5, isSaving: false });
  expect(world.tmdb.account().ratings).toMatchObject([{ value: 5 }]);
});

test('a click that returns to the value on its way is not sent and settles with it', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().favorite === false);
  const release = world.tmdb.faults.add({ kind: 'hang', match: FAVORITE });
  const clicks = [true, false, true].map((isOn) => rejection(film.setFavorite(isOn)));
  release();
  expect(await Promise.all(clicks)).toEqual(['resolved', 'resolved', 'resolved']);
  expect(asked(FAVORITE)).toBe(1);
  expect(last().favorite).toBe(true);
});

test('the last of several quick clicks is sent although the first was refused', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  world.tmdb.faults.add({ kind: 'status', code: 45, match: RATING });
  expect(await Promise.all([film.rate(2), film.rate(9)].map(rejection))).toEqual([
    'user_suspended',
    'resolved',
  ]);
  expect(last()).toMatchObject({ rating: 9, failure: null });
});

test('a listener that changes the value once it is stored gets both values stored, one after the other', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  let again: Promise<void> | undefined;
  film.subscribe(() => {
    if (last().rating === 8 && !last().isSaving) again = film.rate(9);
  });
  await film.rate(8);
  await again;
  await quiet();
  expect(last()).toMatchObject({ rating: 9, isSaving: false });
  expect(world.tmdb.account().ratings).toMatchObject([{ value: 9 }]);
  expect(asked(RATING)).toBe(2);
});

test('a promise made by a listener during a save waits for its own value', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  world.tmdb.faults.add({ kind: 'status', code: 45, match: RATING });
  let again: Promise<string> | undefined;
  film.subscribe(() => {
    if (last().rating === 8) again ??= rejection(film.rate(9));
  });
  expect(await rejection(film.rate(8))).toBe('user_suspended');
  expect(await again).toBe('resolved');
  expect(last()).toMatchObject({ rating: 9, isSaving: false });
  expect(asked(RATING)).toBe(2);
});

test('a listener that retries after a refusal causes one request per try', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  world.tmdb.faults.add({ kind: 'status', code: 45, match: RATING, times: ALWAYS });
  const tries: Promise<string>[] = [];
  film.subscribe(() => {
    if (last().failure && !last().isSaving && tries.length < 3) tries.push(rejection(film.rate(8)));
  });
  expect(await rejection(film.rate(8))).toBe('user_suspended');
  await world.until(() => tries.length === 3);
  expect(await Promise.all(tries)).toEqual(Array(3).fill('user_suspended'));
  expect(asked(RATING)).toBe(4);
  expect(last()).toMatchObject({ rating: null, isSaving: false, failure: { code: 'user_suspended' } });
});

test('a listener is called only after subscribe has returned the function that stops it', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  const calls: string[] = [];
  const stop = film.subscribe(() => {
    calls.push('listener');
    stop();
  });
  calls.push('returned');
  await world.until(() => !film.getSnapshot().isLoading);
  expect(calls).toEqual(['returned', 'listener']);
});

test('a value that TMDB would refuse is never shown', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const { seen, last } = follow(film);
  await world.until(() => last().rating === null);
  expect(await rejection(film.rate(11))).toBe('invalid_value');
  expect(last()).toMatchObject({ rating: null, failure: { code: 'invalid_value' } });
  expect(seen.filter(({ rating }) => rating === 11)).toEqual([]);
  expect(asked(RATING)).toBe(0);
});

test('an episode has only a rating', async () => {
  const { world, auth } = await userTab();
  const episode = observeState(auth, { tv: 1396, season: 1, episode: 2 });
  const { last } = follow(episode);
  await world.until(() => last().rating === null);
  expect(last()).toMatchObject({ favorite: false, watchlist: false });
  await episode.rate(6);
  expect(last().rating).toBe(6);
  expect(await rejection(episode.setFavorite(true))).toBe('invalid_value');
  expect(last()).toMatchObject({ favorite: false, failure: { code: 'invalid_value' } });
});

test('a guest can rate, and a guest’s favourite is refused without being shown', async () => {
  const { world, auth } = await guestTab();
  const film = observeState(auth, FILM);
  const { seen, last } = follow(film);
  await world.until(() => last().rating === null);
  expect(last()).toMatchObject({ status: 'guest', favorite: false });
  await film.rate(7);
  expect(last()).toMatchObject({ rating: 7 });
  expect(await rejection(film.setFavorite(true))).toBe('not_allowed');
  expect(last()).toMatchObject({ favorite: false, failure: { code: 'not_allowed' } });
  expect(seen.filter(({ favorite }) => favorite)).toEqual([]);
});

test('the snapshot says that nobody is signed in, and TMDB is not asked', async () => {
  const { world, auth } = await emptyTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await film.reload();
  expect(last()).toMatchObject({ status: 'signedOut', rating: undefined, isLoading: false });
  expect(await rejection(film.rate(8))).toBe('session_invalid');
  expect(last()).toMatchObject({ rating: undefined, failure: { code: 'session_invalid' } });
  expect(world.tmdb.requests).toEqual([]);
});

test('a rating clicked during the restore is stored for the restored user', async () => {
  const { world } = await userTab();
  const auth = world.client();
  const film = observeState(auth, FILM);
  expect(film.getSnapshot()).toMatchObject({ status: 'pending', isLoading: false });
  const { last } = follow(film);
  await film.rate(8);
  await world.until(() => last().rating === 8);
  expect(world.tmdb.account().ratings).toMatchObject([{ value: 8 }]);
});

test('nothing of one user is shown to the next, from the moment of the change', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const mixed: unknown[] = [];
  // A component may get the new view, and render, before the account's store does.
  auth.subscribe(({ account }) => {
    const { status, rating } = film.getSnapshot();
    if (!account && (status === 'user' || rating === 9)) mixed.push({ status, rating });
  });
  const { seen, last } = follow(film);
  await film.rate(9);
  await auth.logout();
  expect(last()).toMatchObject({ status: 'signedOut', rating: undefined, favorite: undefined });
  await auth.loginAsGuest();
  await world.until(() => last().rating === null);
  expect(last()).toMatchObject({ status: 'guest', rating: null });
  expect(mixed).toEqual([]);
  expect(seen[seen.length - 1]).toBe(last());
  expect(asked(STATES)).toBe(2);
});

test('a change on its way for one user is not applied for the next, and its promise rejects', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  const release = world.tmdb.faults.add({ kind: 'hang', match: RATING, when: 'after' });
  const clicks = [rejection(film.rate(9)), rejection(film.rate(4))];
  await quiet();
  await auth.logout();
  expect(await Promise.all(clicks)).toEqual(['cancelled', 'cancelled']);
  await auth.loginAsGuest();
  await world.until(() => last().rating === null);
  release();
  await quiet();
  expect(last()).toMatchObject({ status: 'guest', rating: null, isSaving: false, failure: null });
});

test('an answer on its way for one user is not shown to the next', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  await film.rate(9);
  world.clock.advance(MINUTE);
  const release = world.tmdb.faults.add({ kind: 'hang', match: /account_states/, when: 'after' });
  const { seen, last } = follow(film);
  void film.reload();
  await quiet();
  await auth.logout();
  release();
  await quiet();
  expect(last()).toMatchObject({ status: 'signedOut', rating: undefined, failure: null });
  expect(seen.filter(({ status, rating }) => status !== 'user' && rating !== undefined)).toEqual([]);
});

test('a rating in one tab is shown in the other without a request', async () => {
  const { world, one, two } = await twoTabs();
  const here = observeState(one.auth, FILM);
  const there = follow(observeState(two.auth, FILM));
  await world.until(() => there.last().rating === null);
  world.tmdb.resetRequests();
  await here.rate(7);
  expect(there.last()).toMatchObject({ rating: 7, favorite: false });
  await here.setWatchlist(true);
  expect(there.last()).toMatchObject({ rating: 7, watchlist: true });
  expect(two.asked(STATES)).toBe(0);
});

test('a failed load is repeated when the view changes and by reload(), but not by itself', async () => {
  const { world, auth, asked } = await userTab();
  const heal = world.tmdb.faults.add({ kind: 'dropBefore', match: /account_states/, times: ALWAYS });
  const film = observeState(auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().failure !== null);
  expect(last()).toMatchObject({ rating: undefined, isLoading: false, failure: { retryable: true } });
  const tries = asked(STATES);
  world.clock.advance(10 * MINUTE);
  await quiet();
  expect(asked(STATES)).toBe(tries);
  await world.until(() => !last().isLoading);
  void film.reload();
  await world.until(() => asked(STATES) > tries && !last().isLoading);
  heal();
  await auth.verify();
  await world.until(() => last().rating === null);
  expect(last().failure).toBeNull();
});

test('a failed load is repeated when the network may be back, as long as the item is observed', async () => {
  const { world, auth, asked } = await userTab();
  const listening = world.clock.pending().listeners;
  const heal = world.tmdb.faults.add({ kind: 'dropBefore', match: /account_states/, times: ALWAYS });
  const { last, stop } = follow(observeState(auth, FILM));
  await world.until(() => last().failure !== null);
  heal();
  world.clock.wake();
  await world.until(() => last().rating === null);
  const asks = asked(STATES);
  world.clock.wake();
  await quiet();
  expect(asked(STATES)).toBe(asks);
  stop();
  stop();
  expect(world.clock.pending().listeners).toBe(listening);
});

test('a load that TMDB refuses for good is not repeated by the view change it causes', async () => {
  const { world, auth, asked } = await userTab();
  world.tmdb.faults.add({ kind: 'status', code: 3, match: /account_states/, times: ALWAYS });
  const { last } = follow(observeState(auth, FILM));
  await world.until(() => last().failure !== null);
  for (let second = 0; second < 30; second += 1) {
    world.clock.advance(SECOND);
    await quiet(2);
  }
  expect(auth.getView().state).toBe('sessionActive.ready');
  expect(asked(STATES)).toBeLessThanOrEqual(2);
});

test('an item observed again soon shows the known values at once; later it is also loaded again', async () => {
  const { world, auth, asked } = await userTab();
  const film = observeState(auth, FILM);
  const first = follow(film);
  await world.until(() => first.last().rating === null);
  first.stop();
  world.clock.advance(30 * SECOND);
  const soon = follow(observeState(auth, FILM));
  expect(soon.last()).toMatchObject({ rating: null, isLoading: false });
  soon.stop();
  world.clock.advance(2 * MINUTE);
  const later = follow(observeState(auth, FILM));
  expect(later.last()).toMatchObject({ rating: null, isLoading: true });
  await world.until(() => !later.last().isLoading);
  expect(asked(STATES)).toBe(2);
});

test('an item that was not observed for long is forgotten', async () => {
  const { world, auth } = await userTab();
  const film = observeState(auth, FILM);
  const { last, stop } = follow(film);
  await world.until(() => last().rating === null);
  stop();
  world.clock.advance(10 * MINUTE);
  // Another item is observed and released.
  follow(observeState(auth, { tv: 1396 })).stop();
  expect(film.getSnapshot()).toMatchObject({ rating: undefined });
});

test('a change made while the item is not observed is shown when it is observed again', async () => {
  const { world, one, two } = await twoTabs();
  const there = observeState(two.auth, FILM);
  const { last, stop } = follow(there);
  await world.until(() => last().rating === null);
  stop();
  await observeState(one.auth, FILM).rate(3);
  expect(follow(there).last()).toMatchObject({ rating: 3 });
});
