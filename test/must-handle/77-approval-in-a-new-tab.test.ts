// Tried here: TMDB's page was opened in a new tab by a middle click. The return lost the route, as only the first tab knew it.
// Here: Every tab that shares the record knows the page that the user left. If the record is not shared, the new tab says so and the first goes on.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allow, inChromium, reaches, reachesTmdb, tokenIn, viewOf, wake } from '../browser/stage.ts';

const stage = inChromium();

/** A tab that waits for an approval, and TMDB's page in a tab without the first tab's `sessionStorage`. */
async function inNewTab(options: Record<string, unknown>) {
  const on = await stage({ options });
  const page = await on.open('/films#/550?tab=cast');
  await page.click('#login');
  await reachesTmdb(page);
  const approval = page.url();
  await page.goBack();
  await reaches(page, 'awaitingApproval.waiting');
  const tab = await on.context.newPage();
  await tab.goto(approval);
  return { ...on, page, tab };
}

const isIn = (page: Page) => reaches(page, 'sessionActive.ready');

test.each([{}, { redirectTo: '/signed-in' }, { apiVersion: 4 }])(
  'the new tab ends on the route that the user left, and both tabs are signed in: %o',
  async (options) => {
    const { page, tab, site, tmdb } = await inNewTab(options);
    await allow(tab);
    await isIn(tab);
    await isIn(page);
    expect(tab.url()).toBe(`${site.url}/films#/550?tab=cast`);
    expect(tmdb.sessions()).toHaveLength(1);
  },
);

test('a new tab with its own record says where to go, and the first tab completes the sign-in', async () => {
  const { page, tab } = await inNewTab({ storage: 'session' });
  await allow(tab);
  await reaches(tab, 'idle.fresh');
  await expect.poll(async () => (await viewOf(tab)).failure?.message).toContain('another tab');
  await wake(page);
  await isIn(page);
});

test('the first tab asks for a new token after a denial in a new tab with its own record', async () => {
  const { page, tab } = await inNewTab({ storage: 'session' });
  const denied = tokenIn(tab);
  await tab.getByRole('button', { name: 'Deny' }).click();
  await reaches(page, 'idle.fresh');
  await page.click('#login');
  await reachesTmdb(page);
  expect(tokenIn(page)).not.toBe(denied);
});
