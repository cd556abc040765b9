import { expect, test } from 'vitest';
import { keptSession } from '../support/kept.ts';
import { ACCOUNT } from '../support/requests.ts';
import { engineOf, lazily, rests, shownIn } from './lazy.stage.ts';
import type {} from './pages/lazy-lend.ts';
import { reaches, viewOf } from './stage.ts';

const stage = lazily();
const PAGE = { page: 'lazy-lend.ts' };

test('a session that the page had kept in localStorage is taken in by a client that loads its engine for it', async () => {
  const on = await stage(PAGE);
  const page = await on.open();
  await rests(page);
  expect(engineOf(on.loaded())).toEqual([]);
  await page.evaluate((id) => localStorage.setItem('session', id), keptSession(on.tmdb));
  await page.evaluate(async () => {
    await window.auth.adoptSession({ sessionId: localStorage.getItem('session') ?? '' });
    localStorage.removeItem('session');
  });
  expect(await viewOf(page)).toMatchObject({ state: 'sessionActive.ready', account: { username: 'sandra' } });
  // At once it is pending, before the engine is there.
  expect((await shownIn(page)).slice(0, 2)).toEqual(['idle.fresh', 'restoring']);
  expect(engineOf(on.loaded())).toHaveLength(1);
  expect(on.asked()).toEqual([ACCOUNT]);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(on.asked()).toEqual([ACCOUNT]);
});

test('a library is lent the session of a client whose engine is not loaded yet', async () => {
  const on = await stage(PAGE);
  const page = await on.open();
  await page.evaluate((sessionId) => window.auth.adoptSession({ sessionId }), keptSession(on.tmdb));
  await page.reload();
  expect(await page.evaluate(() => window.askAsLibrary())).toBe('sandra');
});

test('a library is lent nothing where nobody is signed in, and the engine is loaded to find that out', async () => {
  const on = await stage(PAGE);
  const page = await on.open();
  await rests(page);
  const code = await page.evaluate(() => window.askAsLibrary().catch(({ code }) => code));
  expect(code).toBe('session_invalid');
  expect(engineOf(on.loaded())).toHaveLength(1);
});
