// Tried here: A tab that waited for an approval was duplicated, with its sessionStorage. The copy led to a token that the first tab had spent.
// Here: The tabs of an origin tell each other which tokens are spent. The copy says so, and its next sign-in asks for a new token.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allow, inChromium, reaches, reachesTmdb, signIn, tokenIn, viewOf } from '../browser/stage.ts';

const stage = inChromium();

/** A tab that waits for an approval, and a copy of it. */
async function copied(options: Record<string, unknown> = {}) {
  const on = await stage({ options: { storage: 'session', ...options } });
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  await page.goBack();
  await reaches(page, 'awaitingApproval.waiting');
  const copy = await copyOf(page);
  await reaches(copy, 'awaitingApproval.waiting');
  return { ...on, page, copy, token };
}

/** Acts as "Duplicate tab": `window.open` without `noopener` copies `sessionStorage`. */
async function copyOf(page: Page): Promise<Page> {
  const [copy] = await Promise.all([
    page.context().waitForEvent('page'),
    page.evaluate(() => void window.open(location.href)),
  ]);
  return copy;
}

test('the copy shows at once that the first tab has signed in, and its next sign-in has a new token', async () => {
  const { page, copy, token, tmdb } = await copied();
  await page.click('#login');
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  await reaches(copy, 'idle.fresh');
  await expect.poll(async () => (await viewOf(copy)).failure?.message).toContain('another tab');
  await copy.click('#login');
  await reachesTmdb(copy);
  expect(tokenIn(copy)).not.toBe(token);
  await allow(copy);
  await reaches(copy, 'sessionActive.ready');
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(tmdb.sessions()).toHaveLength(2);
});

test('the copy asks for a new token after the first tab was denied', async () => {
  const { page, copy, token } = await copied();
  await page.click('#login');
  await reachesTmdb(page);
  await page.getByRole('button', { name: 'Deny' }).click();
  await reaches(page, 'idle.approvalDenied');
  await reaches(copy, 'idle.fresh');
  await copy.click('#login');
  await reachesTmdb(copy);
  expect(tokenIn(copy)).not.toBe(token);
});

test('a copy that was closed meanwhile learns that the token is spent when it loads again', async () => {
  const { page, copy } = await copied();
  const { origin, href } = new URL(copy.url());
  await copy.goto('about:blank');
  await page.click('#login');
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  await copy.goto(href);
  await reaches(copy, 'idle.fresh');
  expect(new URL(copy.url()).origin).toBe(origin);
  await signIn(copy);
});

test('a copy of a tab with a shared record is signed in with it', async () => {
  const { page, copy, tmdb } = await copied({ storage: 'local' });
  await page.click('#login');
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  await reaches(copy, 'sessionActive.ready');
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a tab duplicated on its return makes one session', async () => {
  const { open, tmdb, site, context } = await stage();
  const page = await open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  tmdb.approve(token);
  const returned = `${site.url}/films?request_token=${token}&approved=true`;
  const copy = await context.newPage();
  await Promise.all([page.goto(returned), copy.goto(returned)]);
  await reaches(page, 'sessionActive.ready');
  await reaches(copy, 'sessionActive.ready');
  expect([page.url(), copy.url()]).toEqual([`${site.url}/films`, `${site.url}/films`]);
  expect(tmdb.sessions()).toHaveLength(1);
});
