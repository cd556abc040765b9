// cavestri/themoviedb-javascript-library#43: TMDB refused `account_states` to a guest with 401 and code 3, though the guest was still valid.
// Here: A guest is lost only when TMDB refuses a rating and then the guest's rated list, too.
import { expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { ALWAYS } from '../core/helpers.ts';
import { createPages } from '../remote/through-server.ts';
import { DAY } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';

const STATES = '/3/movie/550/account_states';
const REFUSED = { kind: 'status', code: 3, times: ALWAYS } as const;
const rate = (auth: TmdbAuth) =>
  auth.fetch('/3/movie/550/rating', { method: 'POST', body: JSON.stringify({ value: 8 }) });
const jsonFrom = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"value":8}' };

test('a guest keeps their ratings and can rate when TMDB refuses the states', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  await rate(auth);
  world.tmdb.faults.add({ ...REFUSED, match: /account_states/ });
  expect((await auth.fetch(STATES)).status).toBe(401);
  expect(auth.getView()).toMatchObject({ state: 'guestActive.used', failure: null });
  expect((await rate(auth)).ok).toBe(true);
});

test('a guest of a site’s server stays in the page and in the cookie when TMDB refuses the states', async () => {
  const pages = await createPages();
  const auth = pages.page();
  await auth.loginAsGuest();
  await auth.fetch('/3/movie/550/rating', jsonFrom);
  pages.site.tmdb.faults.add({ ...REFUSED, match: /account_states/ });
  expect((await auth.fetch(STATES)).status).toBe(401);
  expect(auth.getView()).toMatchObject({ state: 'guestActive.used', failure: null });
  const reloaded = pages.page();
  await pages.reaches(reloaded, 'guestActive.used');
});

test('a guest of a site’s server stays after one refused rating while TMDB still knows the guest', async () => {
  const pages = await createPages();
  const auth = pages.page();
  await auth.loginAsGuest();
  pages.site.tmdb.faults.add({ kind: 'status', code: 3, match: /rating$/ });
  expect((await auth.fetch('/3/movie/550/rating', jsonFrom)).status).toBe(401);
  expect(auth.getView().state).toBe('guestActive.unused');
});

test('a guest of a site’s server that TMDB has deleted is lost, in the page and in the cookie', async () => {
  const pages = await createPages();
  const auth = pages.page();
  await auth.loginAsGuest();
  pages.site.tmdb.clock.advance(2 * DAY);
  expect((await auth.fetch('/3/movie/550/rating', jsonFrom)).status).toBe(401);
  expect(auth.getView()).toMatchObject({ state: 'idle.guestExpired', guest: null });
  expect(pages.browser.cookies.size).toBe(0);
});
