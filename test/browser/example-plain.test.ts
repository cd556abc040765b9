import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { button, setStage } from './example.stage.ts';

const stage = setStage({ plain: true });

const reads = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();

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
  await reads(page, '(idle.loggedOut)');
  expect(stage.demo.tmdb.sessions()).toEqual([]);

  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await reads(page, 'You did not approve');
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await button(page, 'Cancel').click();
  await reads(page, '(idle.fresh)');
});
