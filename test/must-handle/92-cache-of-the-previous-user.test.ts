// TanStack/query#28, SB2318/UltimateHealth#1917: After a sign-out the next user saw the previous user's entries in the query cache.
// Here: Keys name the user. When the user changes, another user's entries are emptied and removed, even below components that still show them.
import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { expect, test } from 'vitest';
import { accountOf } from '../../src/account/index.ts';
import { observeState } from '../../src/account/observe/index.ts';
import { accountQueries, keepInStep } from '../../src/account/query/index.ts';
import { emptyTab, FILM, follow, rejection, userTab } from '../account/observe.stage.ts';
import { quiet } from '../core/helpers.ts';
import { APP, callback } from '../support/approval.ts';

test('a query cache keeps nothing of the previous user, not even for a component that has not rendered since', async () => {
  const { world, auth } = await userTab();
  const client = new QueryClient();
  const stop = keepInStep(auth, client);
  await accountOf(auth).rate(FILM, 9);
  const options = accountQueries(auth).states(FILM);
  const shown = new QueryObserver(client, options);
  const end = shown.subscribe(() => {});
  await world.until(() => shown.getCurrentResult().data?.rating === 9);
  client.setQueryData(['films'], 'of everybody');
  await auth.logout();
  expect(shown.getCurrentResult().data).toBeUndefined();
  expect(client.getQueryCache().findAll({ queryKey: ['tmdb-auth'] })).toEqual([]);
  expect(client.getQueryData(['films'])).toBe('of everybody');

  await auth.loginAsGuest();
  expect(await rejection(options.queryFn({}))).toBe('cancelled');
  expect(await client.fetchQuery(accountQueries(auth).states(FILM))).toMatchObject({ rating: null });
  expect(shown.getCurrentResult().data).toBeUndefined();
  end();
  stop();
  client.clear();
});

test('an answer still on its way for the previous user does not reach the cache', async () => {
  const { world, auth } = await userTab();
  const client = new QueryClient();
  const stop = keepInStep(auth, client);
  const release = world.tmdb.faults.add({ kind: 'hang', match: /account_states/, when: 'after' });
  const asked = rejection(client.fetchQuery(accountQueries(auth).states(FILM)));
  await quiet();
  await auth.logout();
  release();
  expect(await asked).not.toBe('resolved');
  expect(client.getQueryCache().getAll()).toEqual([]);
  stop();
});

test('a cache stored with the page is restored for its user only', async () => {
  const { world, auth } = await userTab();
  const own = ['tmdb-auth', `user ${auth.getView().account?.id}`, 'lists'];
  const client = new QueryClient();
  client.setQueryData(own, ['mine']);
  client.setQueryData(['tmdb-auth', 'user 1', 'lists'], ['of another']);
  const reloaded = world.client();
  expect(reloaded.getView().state).toBe('restoring');
  const stop = keepInStep(reloaded, client);
  expect(client.getQueryData(own)).toEqual(['mine']);
  await world.reaches(reloaded, 'sessionActive.ready');
  expect(client.getQueryCache().getAll()).toHaveLength(1);
  expect(client.getQueryData(own)).toEqual(['mine']);
  stop();
  client.clear();
});

test('observed states of one user are not shown to the next user', async () => {
  const { world, auth } = await userTab();
  world.tmdb.addUser({ username: 'tom', password: 'cat' });
  const film = observeState(auth, FILM);
  const { seen, last } = follow(film);
  await film.rate(9);
  await auth.logout();
  const done = auth.login({ redirectTo: APP });
  await world.reaches(auth, 'awaitingApproval');
  world.tmdb.approve(world.token(auth), 'tom');
  await Promise.all([auth.handleCallback(callback(world.token(auth))), done]);
  expect(auth.getView().account?.username).toBe('tom');
  await world.until(() => last().rating === null);
  const afterwards = seen.slice(seen.findIndex(({ status }) => status !== 'user'));
  expect(afterwards.length).toBeGreaterThan(1);
  expect(afterwards.filter(({ rating }) => rating === 9)).toEqual([]);
});

test('a signed-out visitor has no queries to run', async () => {
  const { auth } = await emptyTab();
  expect(accountQueries(auth).favorites('movie').enabled).toBe(false);
});
