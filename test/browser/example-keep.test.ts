import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { look, tabTo } from './example.look.ts';
import { button, enterAsGuest, rateAll, says, setStage, signIn, stateIs } from './example.stage.ts';

const stage = setStage();

const HANGS = {
  kind: 'hang',
  // Every rating but that of A Bicycle for the Moon hangs, as ratings are sent in parallel.
  match: /^POST \/3\/movie\/(?!1002)\d+\/rating$/,
  times: Number.POSITIVE_INFINITY,
} as const;

/** Rates films as a guest and signs in: the app now offers to keep these ratings. */
async function signInAsGuestWho(page: Page, rated: Record<string, number>): Promise<void> {
  await enterAsGuest(page);
  await rateAll(page, rated);
  await signIn(page);
  await says(page, 'You rated films as a guest. Keep those ratings?');
}

const keep = (page: Page) => button(page, 'Keep my ratings').click();

const ratingOf = (id: number) =>
  stage.demo.tmdb.account().ratings.find(({ media_id }) => media_id === id)?.value;

const badge = (page: Page, title: string, value: number) =>
  page
    .locator('.film-card', { hasText: title })
    .locator('.badge', { hasText: `your rating ${value}` })
    .waitFor();

test('a guest rates three films, signs in and keeps the ratings', async () => {
  const page = await stage.open();
  await signInAsGuestWho(page, { 'Paper Lions': 6.5, 'The Understudy': 9, 'North of Everything': 3 });
  expect(await page.locator('.badge').count()).toBe(0);
  await keep(page);
  await says(page, '3 ratings are on your account now.');
  await stateIs(page, 'sessionActive.ready');
  await badge(page, 'Paper Lions', 6.5);
  await badge(page, 'The Understudy', 9);
  await badge(page, 'North of Everything', 3);
  await button(page, 'Rated 3').waitFor();
  expect([550, 1004, 1005].map(ratingOf)).toEqual([6.5, 9, 3]);
  expect(await button(page, 'Keep my ratings').count()).toBe(0);
  await page.reload();
  await badge(page, 'The Understudy', 9);
  expect(await button(page, 'Keep my ratings').count()).toBe(0);
});

test('a rating that the user had already given stays, and the app says so', async () => {
  const page = await stage.open();
  await signIn(page);
  await rateAll(page, { 'Night Bus to Odra': 10 });
  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
  await signInAsGuestWho(page, { 'Night Bus to Odra': 2, 'Ten Thousand Umbrellas': 8 });
  await badge(page, 'Night Bus to Odra', 10);
  await keep(page);
  await says(page, '1 rating is on your account now. You had rated one film differently: that stays.');
  await badge(page, 'Ten Thousand Umbrellas', 8);
  await badge(page, 'Night Bus to Odra', 10);
  expect([1006, 1007].map(ratingOf)).toEqual([10, 8]);
});

test('the carry-over can be stopped and resumed by keyboard alone, and screen readers hear it', async () => {
  const { faults } = stage.demo.tmdb;
  const page = await stage.open();
  await signInAsGuestWho(page, {
    'A Bicycle for the Moon': 7.5,
    'Salt on the Meridian': 5,
    'Four Short Tuesdays': 6.5,
  });
  faults.add(HANGS);
  await tabTo(page, 'Keep my ratings');
  await page.keyboard.press('Enter');
  await page.locator('h2:focus', { hasText: 'Keeping your ratings' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Keeping your ratings.' }).waitFor();
  const progress = page.getByRole('progressbar', { name: '1 of 3' });
  await progress.waitFor();
  expect(await progress.evaluate((bar: HTMLProgressElement) => [bar.value, bar.max])).toEqual([1, 3]);

  await tabTo(page, 'Cancel');
  await page.keyboard.press('Enter');
  const stopped = '1 rating is on your account now. 2 ratings are still to come.';
  await says(page, stopped);
  await page.getByRole('status').filter({ hasText: stopped }).waitFor();
  await page.locator('h2:focus', { hasText: 'Signed in' }).waitFor();
  await badge(page, 'A Bicycle for the Moon', 7.5);

  faults.clear();
  await tabTo(page, 'Go on');
  await page.keyboard.press('Enter');
  await says(page, '3 ratings are on your account now.');
  await page.locator('h2:focus', { hasText: 'Signed in' }).waitFor();
  await badge(page, 'Salt on the Meridian', 5);
});

test('the app names ratings that TMDB refused, and “Try again” goes on, also after a lost connection', async () => {
  const { faults } = stage.demo.tmdb;
  const page = await stage.openApart({});
  await signInAsGuestWho(page, { 'The Quiet Switchboard': 4, 'Harvest of Glass': 9.5 });
  faults.add({ kind: 'status', code: 34, match: /^POST .+\/rating$/ });
  await keep(page);
  await says(page, '1 rating is on your account now. 1 rating could not be kept.');
  await page.context().setOffline(true);
  await button(page, 'Try again').click();
  await says(page, /^TMDB could not be reached/);
  await page.context().setOffline(false);
  await button(page, 'Try again').click();
  await says(page, '2 ratings are on your account now.');
  await badge(page, 'Harvest of Glass', 9.5);
});

/** TMDB has forgotten the guest: each of the three rated lists answers so. */
const FORGOTTEN = { kind: 'status', code: 3, match: /^GET .+\/rated\//, times: 3 } as const;

test('the ratings this browser remembers are kept when TMDB has forgotten the guest', async () => {
  const page = await stage.open();
  await signInAsGuestWho(page, { 'Paper Lions': 1, 'A Bicycle for the Moon': 7.5 });
  stage.demo.tmdb.faults.add(FORGOTTEN);
  await keep(page);
  await says(page, '1 rating is on your account now. You had rated one film differently: that stays.');
});

test('the app says so when TMDB has forgotten the guest and the browser remembers no ratings', async () => {
  const page = await stage.open();
  await signInAsGuestWho(page, { 'Paper Lions': 1 });
  await page.evaluate(() => {
    const [key = ''] = Object.keys(localStorage).filter((name) => name.startsWith('tmdb-auth'));
    const record = JSON.parse(localStorage.getItem(key) ?? '');
    record.facts.guest.rated = undefined;
    localStorage.setItem(key, JSON.stringify(record));
  });
  await page.reload();
  stage.demo.tmdb.faults.add(FORGOTTEN);
  await keep(page);
  await says(page, /^Your guest visit has ended on TMDB/);
  expect(await button(page, /^(Keep my ratings|Try again)$/).count()).toBe(0);
  expect(ratingOf(550)).toBe(6.5);
});

test('the app waits for rated lists that are late, and a cancel keeps the guest and the offer', async () => {
  const page = await stage.open();
  await signInAsGuestWho(page, { 'Paper Lions': 1 });
  const heal = stage.demo.tmdb.faults.add({
    kind: 'status',
    code: 11,
    match: /^GET .+\/rated\//,
    times: Number.POSITIVE_INFINITY,
  });
  await page.evaluate(() => {
    const [key = ''] = Object.keys(localStorage).filter((name) => name.startsWith('tmdb-auth'));
    const record = JSON.parse(localStorage.getItem(key) ?? '');
    record.facts.guest.rated.values = undefined;
    localStorage.setItem(key, JSON.stringify(record));
  });
  await page.reload();
  await keep(page);
  await says(page, 'Looking for your ratings');
  await button(page, 'Cancel').click();
  await says(page, 'You rated films as a guest. Keep those ratings?');
  heal();
  await button(page, 'Go on').click();
  await says(page, 'You had rated one film differently: that stays.');
});

test('axe finds nothing while ratings are offered, and while they are counted', async () => {
  const page = await stage.open();
  await signInAsGuestWho(page, { 'Paper Lions': 6.5 });
  await look(page, 'offered');
  stage.demo.tmdb.faults.add({
    kind: 'hang',
    match: /^GET .+\/rated\/movies$/,
    times: Number.POSITIVE_INFINITY,
  });
  await keep(page);
  await page.getByRole('progressbar', { name: 'Looking for your ratings' }).waitFor();
  await look(page, 'counted');
});

test('axe finds nothing while ratings are carried over, when that is stopped, and when it is done', async () => {
  const { faults } = stage.demo.tmdb;
  const page = await stage.open();
  await signInAsGuestWho(page, { 'Paper Lions': 6.5, 'The Understudy': 8, 'Salt on the Meridian': 5 });
  // The page itself requests these states, too.
  await page.waitForLoadState('networkidle');
  faults.add({ kind: 'hang', match: 'GET /3/movie/1004/account_states', times: Number.POSITIVE_INFINITY });
  await keep(page);
  await page.getByRole('progressbar', { name: '2 of 3' }).waitFor();
  await look(page, 'being kept');
  await button(page, 'Cancel').click();
  await button(page, 'Go on').waitFor();
  await look(page, 'stopped');
  faults.clear();
  await button(page, 'Go on').click();
  await page.locator('.keep button').waitFor({ state: 'detached' });
  await look(page, 'there');
});
