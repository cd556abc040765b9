import { expect, test } from 'vitest';
import { keptSession } from '../support/kept.ts';
import { ACCOUNT } from '../support/requests.ts';
import { engineOf, lazily, rests, shownIn } from './lazy.stage.ts';
import type {} from './pages/lazy-lend.ts';
import { reaches, viewOf } from './stage.ts';

const stage = lazily();
const PAGE = { page: 'lazy-lend.ts' };

test('a lazy client adopts a session that the page had kept in localStorage, and loads its engine for it', async () => {
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
  // The view is pending at once, before the engine is loaded.
  expect((await shownIn(page)).slice(0, 2)).toEqual(['idle.fresh', 'restoring']);
  expect(engineOf(on.loaded())).toHaveLength(1);
  expect(on.asked()).toEqual([ACCOUNT]);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(on.asked()).toEqual([ACCOUNT]);
});

test('a lazy client lends a library its session before its engine is loaded', async () => {
  const on = await stage(PAGE);
  const page = await on.open();
  await page.evaluate((sessionId) => window.auth.adoptSession({ sessionId }), keptSession(on.tmdb));
  await page.reload();
  expect(await page.evaluate(() => window.askAsLibrary())).toBe('sandra');
});

test('a lazy client lends nothing when signed out, and loads its engine to find that out', async () => {
  const on = await stage(PAGE);
  const page = await on.open();
  await rests(page);
  const code = await page.evaluate(() => window.askAsLibrary().catch(({ code }) => code));
  expect(code).toBe('session_invalid');
  expect(engineOf(on.loaded())).toHaveLength(1);
});
