import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { look, tabTo } from './example.look.ts';
import {
  blockWindows,
  button,
  choose,
  enterAsGuest,
  openFilm,
  rate,
  says,
  setStage,
  signIn,
  stateIs,
} from './example.stage.ts';

const stage = setStage();

const GUEST = 'GET /3/authentication/guest_session/new';

const close = (page: Page) => page.keyboard.press('Escape');

test('axe finds nothing while nobody is signed in, nor for a guest', async () => {
  const { faults } = stage.demo.tmdb;
  const page = await stage.open();
  await stateIs(page, 'idle.fresh');
  await look(page, 'signed out');
  await openFilm(page, 'Paper Lions');
  await look(page, 'a film, signed out');
  await close(page);

  const recover = faults.add({ kind: 'status', status: 500, times: Number.POSITIVE_INFINITY, match: GUEST });
  await button(page, 'Continue as a guest').click();
  await button(page, 'Try again').waitFor();
  await look(page, 'failed');

  recover();
  await button(page, 'Try again').click();
  await stateIs(page, 'guestActive.unused');
  await look(page, 'a guest');
  await openFilm(page, 'Paper Lions');
  await rate(page, 7.5);
  await says(page, 'Rated 7.5 out of 10.');
  await look(page, 'a film, as a guest');
});

test('axe finds nothing while a request is under way', async () => {
  // The page's time stands still: the request must not time out while axe works.
  const page = await stage.openApart({}, (context) => context.clock.setFixedTime(Date.now()));
  stage.demo.tmdb.faults.add({ kind: 'hang', match: GUEST, times: Number.POSITIVE_INFINITY });
  await button(page, 'Continue as a guest').click();
  await stateIs(page, 'guestRequested.trying');
  await look(page, 'a request under way');
});

test('axe finds nothing while a sign-in is waiting or denied', async () => {
  const page = await stage.open();
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await stateIs(page, 'idle.approvalDenied');
  await look(page, 'denied');
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await stateIs(page, 'awaitingApproval.waiting');
  await look(page, 'waiting');
});

test('axe finds nothing for a user, until the session is revoked', async () => {
  const page = await stage.open();
  await signIn(page);
  await look(page, 'a user');
  await button(page, 'Watchlist 0').click();
  await look(page, 'an empty shelf');
  await button(page, 'New list').click();
  await look(page, 'the name of a new list');
  await close(page);
  await button(page, 'All films 12').click();
  await openFilm(page, 'The Understudy');
  await page.getByLabel('Name of a new list').fill('Sunday evening');
  await button(page, 'Create and add').click();
  await says(page, 'Added to “Sunday evening”.');
  await look(page, 'a film, as a user');
  stage.demo.tmdb.faults.add({ kind: 'revokeUser', match: 'POST /3/movie/1004/rating' });
  await rate(page, 5);
  await stateIs(page, 'idle.sessionRevoked');
  await look(page, 'a film, revoked');
  await close(page);
  await look(page, 'revoked');
});

test('axe finds nothing when the window for TMDB is blocked', async () => {
  const page = await stage.openApart({}, blockWindows);
  await choose(page, 'Pop-up');
  await button(page, 'Sign in with TMDB').click();
  await says(page, /^Your browser did not open the window/);
  await look(page, 'a blocked window');
});

test('the keyboard is enough to sign in, rate a film and sign out, and the focus is never lost', async () => {
  const page = await stage.open();
  await stateIs(page, 'idle.fresh');
  await tabTo(page, 'Sign in with TMDB');
  await page.keyboard.press('Enter');
  await button(page, 'Allow').waitFor();
  await tabTo(page, 'Allow');
  await page.keyboard.press('Enter');
  await stateIs(page, 'sessionActive.ready');

  await tabTo(page, 'A Bicycle for the Moon');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Your rating');
  await page.keyboard.press('ArrowRight');
  await tabTo(page, 'Rate');
  await page.keyboard.press('Enter');
  await says(page, 'Rated 7.5 out of 10.');
  await page.keyboard.press('Escape');
  await page.locator('.film-card:focus', { hasText: 'A Bicycle for the Moon' }).waitFor();

  await page.reload();
  await stateIs(page, 'sessionActive.ready');
  await tabTo(page, 'Sign out');
  await page.keyboard.press('Enter');
  await stateIs(page, 'idle.loggedOut');
  await page.locator('h2:focus', { hasText: 'You are signed out' }).waitFor();
});

test('screen readers hear every change, also while a film is open', async () => {
  const page = await stage.open();
  const heard = page.getByRole('status').filter({ hasText: 'You are a guest.' });
  await enterAsGuest(page);
  await heard.waitFor();
  await signIn(page);
  await page.getByRole('status').filter({ hasText: 'Signed in as Sandra Box.' }).waitFor();
  await openFilm(page, 'Paper Lions');
  stage.demo.tmdb.faults.add({ kind: 'revokeUser', match: 'POST /3/movie/550/rating' });
  await rate(page, 3);
  await page
    .getByRole('dialog')
    .getByRole('status')
    .filter({ hasText: 'TMDB has ended this session' })
    .first()
    .waitFor();
});
