/** Two tabs of the film app: a change in one shows in the other. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { button, enterAsGuest, openFilm, rate, says, setStage, signIn, stateIs } from './example.stage.ts';

const card = (page: Page, title: string) => page.locator('.film-card', { hasText: title });
const rated = (page: Page, title: string, value: number) =>
  card(page, title)
    .locator('.badge', { hasText: `your rating ${value}` })
    .waitFor();
const favorites = (page: Page, count: number) => button(page, `Favourites ${count}`).waitFor();

async function secondTab(page: Page, state: string): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(page.url());
  await stateIs(other, state);
  return other;
}

describe.each([{ server: false }, { server: true }])(
  'a user in two tabs, with server: $server',
  (options) => {
    const stage = setStage(options);

    test('sees a rating, a mark and a list from one tab in the other', async () => {
      const page = await stage.openApart({});
      await signIn(page);
      const other = await secondTab(page, 'sessionActive.ready');
      await openFilm(page, 'Paper Lions');
      await rate(page, 6.5);
      await rated(other, 'Paper Lions', 6.5);
      await button(page, 'Favourite').click();
      await favorites(other, 1);
      await page.getByLabel('Name of a new list').fill('Lions');
      await button(page, 'Create and add').click();
      await button(other, 'Lions 1').waitFor();
      await button(page, 'Favourite').click();
      await favorites(other, 0);
    });

    test('sees a change made offline taken back with an explanation, and it works again online', async () => {
      const page = await stage.openApart({});
      await signIn(page);
      await openFilm(page, 'The Understudy');
      await button(page, 'Watchlist').click();
      await says(page, 'On your watchlist.');
      await page.context().setOffline(true);
      await rate(page, 4);
      await rated(page, 'The Understudy', 4);
      await says(page, /^TMDB could not be reached/);
      await card(page, 'The Understudy')
        .locator('.badge', { hasText: 'your rating' })
        .waitFor({ state: 'detached' });
      await page.context().setOffline(false);
      await rate(page, 9);
      await says(page, 'Rated 9 out of 10.');
      const { ratings } = stage.demo.tmdb.account();
      expect(ratings.find(({ media_id }) => media_id === 1004)?.value).toBe(9);
    });

    test('signs out in one tab, and the other tab forgets the user’s data', async () => {
      const page = await stage.openApart({});
      await signIn(page);
      await openFilm(page, 'Night Bus to Odra');
      await rate(page, 3);
      await says(page, 'Rated 3 out of 10.');
      await page.keyboard.press('Escape');
      const other = await secondTab(page, 'sessionActive.ready');
      await rated(other, 'Night Bus to Odra', 3);
      await button(page, 'Sign out').click();
      await stateIs(other, 'idle.loggedOut');
      expect(await other.locator('.badge').count()).toBe(0);
    });
  },
);

describe('a guest in two tabs', () => {
  const stage = setStage();

  test('sees a rating from one tab in the other', async () => {
    const page = await stage.openApart({});
    await enterAsGuest(page);
    const other = await secondTab(page, 'guestActive');
    await openFilm(page, 'Paper Lions');
    await rate(page, 2);
    await rated(other, 'Paper Lions', 2);
  });
});
