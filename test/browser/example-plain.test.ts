import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { look } from './example.look.ts';
import { button, setStage } from './example.stage.ts';

const stage = setStage({ plain: true });

const reads = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
const stateIs = (page: Page, state: string) => page.locator('code', { hasText: state }).waitFor();

test('a page without a framework signs in a guest and a user, says a denial and signs out', async () => {
  const page = await stage.open();
  await button(page, 'Continue as a guest').click();
  await reads(page, 'You are a guest.');
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').click();
  await reads(page, 'You are signed in as Sandra Box.');
  expect(page.url()).toBe(stage.demo.url);
  await page.reload();
  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
  expect(stage.demo.tmdb.sessions()).toEqual([]);

  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await page.getByText('You did not approve').waitFor();
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await page.getByRole('link', { name: 'Continue on TMDB' }).click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await button(page, 'Cancel').click();
  await stateIs(page, 'idle.fresh');
});

test('axe finds nothing on the page without a framework', async () => {
  const page = await stage.open();
  await stateIs(page, 'idle.fresh');
  await look(page, 'signed out');
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await reads(page, 'TMDB is waiting for your approval.');
  await look(page, 'waiting');
  await button(page, 'Cancel').click();
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await page.getByText('You did not approve').waitFor();
  await look(page, 'denied');
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').click();
  await reads(page, 'You are signed in as Sandra Box.');
  await look(page, 'a user');
});

test.each([390, 1280])(
  'the card of the page is as high in every state at a width of %d px',
  async (width) => {
    const page = await stage.openApart({ viewport: { width, height: 844 } });
    const heights: Record<string, number | undefined> = {};
    const measure = async (state: string) => {
      await stateIs(page, state);
      heights[state] = (await page.locator('main').boundingBox())?.height;
    };
    await measure('idle.fresh');
    await button(page, 'Continue as a guest').click();
    await measure('guestActive.unused');
    await button(page, 'Sign in with TMDB').click();
    await button(page, 'Allow').waitFor();
    await page.goBack();
    await measure('awaitingApproval.waiting');
    await button(page, 'Cancel').click();
    await button(page, 'Sign in with TMDB').click();
    await button(page, 'Allow').click();
    await measure('sessionActive.ready');
    await button(page, 'Sign out').click();
    await measure('idle.loggedOut');
    await page.context().setOffline(true);
    await button(page, 'Sign in with TMDB').click();
    await measure('idle.failed');
    expect(new Set(Object.values(heights)).size, JSON.stringify(heights)).toBe(1);
  },
);
