import { expect, test } from 'vitest';
import { brittleStore } from '../support/store.ts';
import { createPages } from './through-server.ts';

/** Pages of a site with a store that can be unavailable for a while. */
async function createStage() {
  const { store, become } = brittleStore();
  const pages = await createPages({ store });
  return { ...pages, become };
}

test('an open page stays signed in while the server’s store is unavailable', async () => {
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

test('a page that loads while the server’s store is unavailable says so, and retry() signs it in', async () => {
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

test('a sign-out fails while the server’s store is unavailable, and succeeds later', async () => {
  const { page, signIn, site, become, reaches } = await createStage();
  // Another page than the one that signed in: that one would delete its session itself.
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
