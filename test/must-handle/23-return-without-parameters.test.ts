// TMDB's v4 comes back with no parameters at all. This is v3, where that is no return; v4 itself comes later.
import { expect, test } from 'vitest';
import { inChromium, reaches, reachesTmdb, SESSION_NEW, tokenIn, viewOf, wake } from '../browser/stage.ts';

const stage = inChromium();

/** Allowed on TMDB, and back on the app's page with nothing in the address. */
async function backWithNothing() {
  const on = await stage();
  const page = await on.open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  on.tmdb.approve(tokenIn(page));
  await page.goto(`${on.site.url}/films`);
  await reaches(page, 'awaitingApproval.waiting');
  return { ...on, page };
}

test('such an address is refused as a return, and changes nothing', async () => {
  const { page, asked } = await backWithNothing();
  const before = await viewOf(page);
  const code = await page.evaluate(() =>
    window.auth.handleCallback(location.href).then(
      () => 'taken',
      (error) => error.code,
    ),
  );
  expect(code).toBe('callback_invalid');
  expect(await viewOf(page)).toEqual(before);
  expect(asked()).not.toContain(SESSION_NEW);
});

test('the stored pending record completes the sign-in as soon as the page is looked at, by asking', async () => {
  const { page, tmdb } = await backWithNothing();
  await wake(page);
  await reaches(page, 'sessionActive.ready');
  expect(await viewOf(page)).toMatchObject({ account: { username: 'sandra' } });
  expect(tmdb.tokens()).toHaveLength(1);
});

test('login() completes it, too, without another visit to TMDB', async () => {
  const { page, tmdb, site } = await backWithNothing();
  await page.click('#login');
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films`);
  expect(tmdb.tokens()).toHaveLength(1);
});
