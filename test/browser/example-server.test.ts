import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { look } from './example.look.ts';
import {
  button,
  choose,
  enterAsGuest,
  openFilm,
  rate,
  rateAll,
  says,
  setStage,
  signIn,
  stateIs,
} from './example.stage.ts';

/* The same app without a key or a session in the page: its server has both. */

const stage = setStage({ server: true });

/** Everything that a script of the page could read. */
const reachable = (page: Page) =>
  page.evaluate(async () => {
    const scripts = [...document.scripts].map(({ src, text }) => src || text);
    const stored = [{ ...localStorage }, { ...sessionStorage }, document.cookie];
    return JSON.stringify([scripts, stored, document.documentElement.outerHTML]);
  });

test('by redirect, a user rates, marks and lists a film, is still signed in after a reload, and signs out everywhere', async () => {
  const { demo, open } = stage;
  const page = await open();
  const heard: string[] = [];
  const askedOfTmdb: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${demo.tmdb.url}/3`)) askedOfTmdb.push(request.url());
  });
  page.on('response', async (response) => {
    if (response.url().includes('/auth/')) heard.push(response.url(), await response.text().catch(() => ''));
  });
  await signIn(page);
  expect(page.url()).toBe(demo.url);
  await says(page, '@sandra');
  await openFilm(page, 'Paper Lions');
  await rate(page, 8.5);
  await says(page, 'Rated 8.5 out of 10.');
  await button(page, 'Favourite').click();
  await says(page, 'Now a favourite.');
  await page.keyboard.press('Escape');
  await page.reload();
  await button(page, /^Rated 1$/).waitFor();

  const session = (await page.context().cookies()).find(({ name }) => name === 'tmdb-auth.id');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  expect(await reachable(page)).not.toContain(demo.tmdb.accessToken);
  const everything = heard.join();
  expect(everything).toContain('sandra');
  for (const secret of [demo.tmdb.accessToken, demo.tmdb.apiKey, 'session_id', 'sessionId'])
    expect(everything).not.toContain(secret);
  expect(askedOfTmdb).toEqual([]);

  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
  expect(demo.tmdb.sessions()).toEqual([]);
  expect((await page.context().cookies()).filter(({ name }) => name.startsWith('tmdb-auth'))).toEqual([]);
});

test('with v4, a user signs in through a separate window, and the other tab follows', async () => {
  const { demo, open } = stage;
  const other = await open();
  const page = await open();
  await choose(page, 'v4');
  await choose(page, 'Pop-up');
  const [popup] = await Promise.all([page.waitForEvent('popup'), button(page, 'Sign in with TMDB').click()]);
  await button(popup, 'Allow').click();
  await stateIs(page, 'sessionActive.ready');
  expect(demo.tmdb.accessTokens()).toHaveLength(1);
  await stateIs(other, 'sessionActive.ready');
  await button(other, 'Sign out').click();
  await stateIs(page, 'idle');
  expect(demo.tmdb.accessTokens()).toEqual([]);
});

test('a sign-in returns to its page even when the address is too long for a cookie', async () => {
  const { demo, open } = stage;
  const page = await open();
  const address = `${demo.url}?film=${'x'.repeat(2_000)}#here`;
  await page.goto(address);
  await signIn(page);
  expect(page.url()).toBe(address);
  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
});

test('the app reports a denial, goes on waiting after Back, and a cancel ends the sign-in', async () => {
  const page = await stage.open();
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await stateIs(page, 'idle.approvalDenied');
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await stateIs(page, 'awaitingApproval.waiting');
  await button(page, 'Cancel').click();
  await stateIs(page, 'idle.fresh');
  // The page shows the denial before the server has answered.
  await expect
    .poll(async () => (await page.context().cookies()).filter(({ name }) => name.startsWith('tmdb-auth')))
    .toEqual([]);
});

test('a guest rates, signs in and keeps the ratings', async () => {
  const { demo, open } = stage;
  const page = await open();
  await enterAsGuest(page);
  await rateAll(page, { 'Night Bus to Odra': 7 });
  await signIn(page);
  await button(page, /^Keep/).click();
  await button(page, /^Rated 2$/).waitFor();
  expect(demo.tmdb.account().ratings).toContainEqual({ media_type: 'movie', media_id: 1006, value: 7 });
  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
});

test.each(['v3', 'v4'] as const)(
  'a user types the code of a television on a phone, and the television is signed in (%s)',
  async (version) => {
    const { demo, open } = stage;
    const page = await open();
    if (version === 'v4') await choose(page, 'v4');
    await choose(page, 'Phone');
    await button(page, 'Sign in with TMDB').click();
    const code = await page.locator('.code-to-type output').innerText();
    await look(page, 'a code to type');

    const phone = await page.context().browser()?.newPage();
    if (!phone) throw new Error('There is no browser.');
    await phone.goto(`${demo.url}auth/${version}/device`);
    await phone.getByLabel('Code').fill(code.toLowerCase());
    await button(phone, 'Continue').click();
    await button(phone, 'Yes, continue to TMDB').click();
    await button(phone, 'Allow').click();
    await stateIs(page, 'sessionActive.ready');
    await says(page, '@sandra');
    await button(page, 'Sign out').click();
    await stateIs(page, 'idle.loggedOut');
  },
);
