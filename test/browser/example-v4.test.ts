import { expect, test } from 'vitest';
import { look, tabTo } from './example.look.ts';
import { button, choose, openFilm, says, setStage, signIn, stateIs } from './example.stage.ts';

const stage = setStage();

test('with v4 a user signs in by redirect and makes a private list, by keyboard alone', async () => {
  const { tmdb } = stage.demo;
  const page = await stage.open();
  await stateIs(page, 'idle.fresh');
  await tabTo(page, 'v4');
  await choose(page, 'v4', () => page.keyboard.press('Enter'));
  await signIn(page);
  expect(page.url()).toBe(stage.demo.url);
  expect(tmdb.accessTokens()).toHaveLength(1);

  await tabTo(page, 'New list');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Name');
  await page.keyboard.type('Guilty pleasures');
  await tabTo(page, 'Private');
  await page.keyboard.press('Space');
  await look(page, 'the name of a new list, and whether it is private');
  await tabTo(page, 'Create the list');
  await page.keyboard.press('Enter');
  await says(page, '“Guilty pleasures” is still empty.');
  await button(page, 'Private: Guilty pleasures 0').waitFor();
  expect(tmdb.requests.filter(({ path }) => path === '/4/list')).toMatchObject([
    { method: 'POST', status: 201, bearer: 'user' },
  ]);

  await button(page, /^All films/).click();
  await openFilm(page, 'Harvest of Glass');
  await button(page, 'Private: Guilty pleasures').click();
  await says(page, 'Added to “Guilty pleasures”.');
  await page.getByLabel('Name of a new list').fill('For everybody');
  await button(page, 'Create and add').click();
  await says(page, 'Added to “For everybody”.');
  await look(page, 'a film on a private list');
  await page.keyboard.press('Escape');
  await page.reload();
  await button(page, 'For everybody 1').waitFor();
  await button(page, 'Private: Guilty pleasures 1').click();
  expect(await page.locator('.film-card').allInnerTexts()).toEqual([
    expect.stringContaining('Harvest of Glass'),
  ]);
  await look(page, 'a private list');

  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
  expect(tmdb.accessTokens()).toEqual([]);
});

test('with v4 a separate window leaves the page where it is, and the app reports a denial', async () => {
  const page = await stage.open();
  await choose(page, 'v4');
  await choose(page, 'Pop-up');
  const openTmdb = async () => {
    const [popup] = await Promise.all([
      page.waitForEvent('popup'),
      button(page, 'Sign in with TMDB').click(),
    ]);
    return { popup, closed: popup.waitForEvent('close') };
  };
  const denied = await openTmdb();
  await button(denied.popup, 'Deny').click();
  await stateIs(page, 'idle.approvalDenied');
  await denied.closed;
  const allowed = await openTmdb();
  await button(allowed.popup, 'Allow').click();
  await stateIs(page, 'sessionActive.ready');
  await allowed.closed;
  expect(stage.demo.tmdb.accessTokens()).toHaveLength(1);
});

test('with v3 the app offers no private lists', async () => {
  const page = await stage.open();
  await signIn(page);
  await button(page, 'New list').click();
  await page.getByLabel('Name', { exact: true }).waitFor();
  expect(await page.getByLabel('Private').count()).toBe(0);
});
