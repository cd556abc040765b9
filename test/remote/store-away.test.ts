import { expect, test } from 'vitest';
import { brittleStore } from '../support/store.ts';
import { createPages } from './through-server.ts';

/** Pages of a site whose store can be away for a while. */
async function createStage() {
  const { store, become } = brittleStore();
  const pages = await createPages({ store });
  return { ...pages, become };
}

test('the server’s store is away: a page that is open stays signed in, whoever looks', async () => {
  const { page, signIn, lookedAt, site, become, underWay } = await createStage();
  const auth = page();
  await signIn(auth);
  become('throws');
  lookedAt();
  await site.whileTimeRuns(auth.verify());
  while (underWay() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(auth.getView()).toMatchObject({ status: 'user', failure: { code: 'storage_unavailable' } });
  const asked = await site.whileTimeRuns(auth.fetch('/3/account'));
  expect(asked.status).toBe(503);
  expect(auth.getView().status).toBe('user');
  become('works');
  await site.whileTimeRuns(auth.verify());
  expect(auth.getView()).toMatchObject({ status: 'user', failure: null, account: { username: 'sandra' } });
  expect(site.tmdb.sessions()).toHaveLength(1);
});

test('the server’s store is away: a page that loads says so, and retry() finds who it was', async () => {
  const { page, signIn, reaches, become } = await createStage();
  await signIn(page());
  become('throws');
  const auth = page();
  await reaches(auth, 'idle');
  expect(auth.getView().failure).toMatchObject({ code: 'storage_unavailable', retryable: true });
  become('works');
  auth.retry();
  await reaches(auth, 'sessionActive.ready');
});

test('the server’s store is away: signing out fails, and the next try signs out', async () => {
  const { page, signIn, site, become, reaches } = await createStage();
  // Not the page that has just got the session: it would end it by itself, as one that nobody wants.
  await signIn(page());
  const auth = page();
  await reaches(auth, 'sessionActive.ready');
  become('throws');
  await site.whileTimeRuns(auth.logout());
  expect(auth.getView().failure?.code).toBe('revoke_failed');
  expect(site.tmdb.sessions()).toHaveLength(1);
  become('works');
  const next = page();
  await reaches(next, 'sessionActive.ready');
  await site.whileTimeRuns(next.logout());
  expect(site.tmdb.sessions()).toHaveLength(0);
});
