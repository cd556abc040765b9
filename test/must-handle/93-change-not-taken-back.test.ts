// reactjs/react-tutorial#92, getsentry/vanguard#198: A change that was shown at once stayed after the server refused it, or undoing it also undid a later click.
// Here: After a refusal the value returns to the last one that TMDB has stored, unless a later click is on its way; the failure gives the reason.
import { expect, test } from 'vitest';
import { observeState } from '../../src/account/observe/index.ts';
import { FAVORITE, FILM, follow, RATING, rejection, twoTabs, userTab } from '../account/observe.stage.ts';
import { ALWAYS, quiet } from '../core/helpers.ts';

async function likedFilm() {
  const tab = await userTab();
  const film = observeState(tab.auth, FILM);
  const { last } = follow(film);
  await film.setFavorite(true);
  await tab.world.until(() => !last().isLoading);
  return { ...tab, film, last };
}

test('a favourite returns when TMDB refuses to remove it, and the failure gives the reason', async () => {
  const { world, film, last } = await likedFilm();
  world.tmdb.faults.add({ kind: 'status', code: 45, match: FAVORITE });
  expect(await rejection(film.setFavorite(false))).toBe('user_suspended');
  expect(last()).toMatchObject({ favorite: true, isSaving: false, failure: { code: 'user_suspended' } });
});

test('the refusal of a first click does not undo the second', async () => {
  const { world, film, last } = await likedFilm();
  world.tmdb.faults.add({ kind: 'status', code: 45, match: FAVORITE });
  const clicks = [film.setFavorite(false), film.setFavorite(true)].map(rejection);
  expect(await Promise.all(clicks)).toEqual(['user_suspended', 'resolved']);
  expect(last()).toMatchObject({ favorite: true, isSaving: false });
  expect(world.tmdb.account().favorites).toMatchObject([{ media_id: 550 }]);
});

test('after a refusal the value returns to what another tab has stored meanwhile', async () => {
  const { world, one, two } = await twoTabs();
  const film = observeState(two.auth, FILM);
  const { last } = follow(film);
  await world.until(() => last().rating === null);
  const fail = () => world.tmdb.faults.add({ kind: 'status', status: 503, match: RATING, times: ALWAYS });
  const heal = fail();
  const done = rejection(film.rate(3));
  await quiet();
  heal();
  await observeState(one.auth, FILM).rate(5);
  expect(last()).toMatchObject({ rating: 3, isSaving: true });
  fail();
  await world.until(() => !last().isSaving);
  expect(await done).toBe('unavailable');
  expect(last()).toMatchObject({ rating: 5, failure: { code: 'unavailable' } });
});

test('a change that could not be sent is undone and can be made again', async () => {
  const { world, film, last } = await likedFilm();
  const heal = world.tmdb.faults.add({ kind: 'dropBefore', match: FAVORITE, times: ALWAYS });
  const done = rejection(film.setFavorite(false));
  expect(last().favorite).toBe(false);
  await world.until(() => !last().isSaving);
  expect(await done).toBe('network');
  expect(last()).toMatchObject({ favorite: true, failure: { code: 'network', retryable: true } });
  heal();
  await film.setFavorite(false);
  expect(last()).toMatchObject({ favorite: false, failure: null });
});
