import { expect, test } from 'vitest';
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

test('a user signs in by redirect, rates, marks and lists a film, finds it again, and signs out', async () => {
  const { demo, open } = stage;
  const page = await open();
  await signIn(page);
  expect(page.url()).toBe(demo.url);
  await says(page, '@sandra');

  await openFilm(page, 'Paper Lions');
  await rate(page, 8.5);
  await says(page, 'Rated 8.5 out of 10.');
  await button(page, 'Favourite').click();
  await says(page, 'Now a favourite.');
  await button(page, 'Watchlist').click();
  await says(page, 'On your watchlist.');
  await page.getByLabel('Name of a new list').fill('Sunday evening');
  await button(page, 'Create and add').click();
  await says(page, 'Added to “Sunday evening”.');
  await page.keyboard.press('Escape');

  await button(page, 'New list').click();
  await page.getByLabel('Name', { exact: true }).fill('With Milo');
  await button(page, 'Create the list').click();
  await says(page, '“With Milo” is still empty.');
  await button(page, /^All films/).click();
  await openFilm(page, 'Night Bus to Odra');
  await button(page, 'With Milo').click();
  await says(page, 'Added to “With Milo”.');
  await page.keyboard.press('Escape');

  const film = { media_type: 'movie', media_id: 550 };
  expect(demo.tmdb.account()).toMatchObject({
    ratings: [{ ...film, value: 8.5 }],
    favorites: [film],
    watchlist: [film],
    lists: [
      { name: 'Sunday evening', items: [550] },
      { name: 'With Milo', items: [1006] },
    ],
  });

  await page.reload();
  for (const shelf of ['Rated', 'Favourites', 'Watchlist', 'Sunday evening']) {
    await button(page, new RegExp(`^${shelf} 1$`)).click();
    expect(await page.locator('.film-card').allInnerTexts()).toEqual([
      expect.stringContaining('Paper Lions'),
    ]);
  }

  await openFilm(page, 'Paper Lions');
  await button(page, 'Remove').click();
  await says(page, 'Your rating is removed.');
  await page.keyboard.press('Escape');
  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
  expect(demo.tmdb.account().ratings).toEqual([]);
  expect(demo.tmdb.sessions()).toEqual([]);
});

test('a guest can rate but do nothing else, and neither a denial nor a sign-in loses the guest', async () => {
  const { demo, open } = stage;
  const page = await open();
  await enterAsGuest(page);
  await says(page, 'Time to rate a film');
  await openFilm(page, 'The Understudy');
  expect(await button(page, 'Favourite').count()).toBe(0);
  await rate(page, 6);
  await stateIs(page, 'guestActive.used');
  await page.keyboard.press('Escape');
  expect(demo.tmdb.guests()).toMatchObject([{ used: true, ratings: 1 }]);

  await page.reload();
  await button(page, 'Rated 1').waitFor();
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await stateIs(page, 'guestActive.used');
  await says(page, /^You chose not to let this app/);

  await signIn(page);
  await says(page, /^You rated films as a guest/);
});

test('the guest stays in the header while a sign-in waits', async () => {
  const page = await stage.open();
  await enterAsGuest(page);
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await stateIs(page, 'awaitingApproval.waiting');
  expect(await page.locator('.who').textContent()).toContain('Guest');
});

test.each([390, 1280])('the button of the panel covers nothing at a width of %d px', async (width) => {
  const page = await stage.openApart({ viewport: { width, height: 800 } });
  const opener = button(page, 'tmdb-auth');
  const { x = 0, y = 0, ...size } = (await opener.boundingBox()) ?? { width: 0, height: 0 };
  expect(size.width * size.height).toBeGreaterThan(0);
  const strip = await page.locator('.strip').boundingBox();
  expect(y).toBeGreaterThanOrEqual(strip?.y ?? Number.NaN);
  const below = await page.evaluate(
    ([left, top, right, bottom]) =>
      [...document.querySelectorAll('.strip > *')].filter((part) => {
        const box = part.getBoundingClientRect();
        return box.right > left && box.left < right && box.bottom > top && box.top < bottom;
      }).length,
    [x, y, x + size.width, y + size.height] as const,
  );
  expect(below).toBe(0);
});

test('the app reports a denial calmly, and the next try works', async () => {
  const page = await stage.open();
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Deny').click();
  await stateIs(page, 'idle.approvalDenied');
  await page.getByRole('heading', { name: 'Not approved' }).waitFor();
  await signIn(page);
});

test('after Back from TMDB’s page the user can resume the same request, or cancel it', async () => {
  const { demo, open } = stage;
  const page = await open();
  const before = demo.tmdb.tokens().length;
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Waiting for you on TMDB' }).waitFor();
  await button(page, 'Continue on TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await button(page, 'Cancel').click();
  await stateIs(page, 'idle.fresh');
  expect(demo.tmdb.tokens().length - before).toBe(1);
});

test('a request that is never approved ends by itself', async () => {
  const page = await stage.openApart({}, (context) => context.clock.install());
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').waitFor();
  await page.goBack();
  await stateIs(page, 'awaitingApproval.waiting');
  await page.clock.fastForward('01:01:00');
  await page.getByRole('heading', { name: 'That took too long' }).waitFor();
});

test('a separate window for TMDB leaves the page where it is', async () => {
  const page = await stage.open();
  await choose(page, 'Pop-up');
  const [popup] = await Promise.all([page.waitForEvent('popup'), button(page, 'Sign in with TMDB').click()]);
  await stateIs(page, 'awaitingApproval.waiting');
  const closed = popup.waitForEvent('close');
  await button(popup, 'Allow').click();
  await stateIs(page, 'sessionActive.ready');
  await closed;
});

test('a blocked window leaves a link, which leads to TMDB and back', async () => {
  const page = await stage.openApart({}, blockWindows);
  await choose(page, 'Pop-up');
  await button(page, 'Sign in with TMDB').click();
  await says(page, /^Your browser did not open the window/);
  await page.getByRole('link', { name: 'Open TMDB', exact: true }).click();
  await button(page, 'Allow').click();
  await stateIs(page, 'sessionActive.ready');
});

test('the next change discovers a session that was revoked on TMDB, and the app says so', async () => {
  const { demo, open } = stage;
  const page = await open();
  await signIn(page);
  await openFilm(page, 'North of Everything');
  demo.tmdb.faults.add({ kind: 'revokeUser', match: 'POST /3/movie/1005/rating' });
  await rate(page, 9);
  await stateIs(page, 'idle.sessionRevoked');
  await button(page, 'Choose how').click();
  await page.locator('h2:focus', { hasText: 'TMDB signed you out' }).waitFor();
});

test('offline a user stays signed in and a sign-in fails; back online “Try again” goes on', async () => {
  const page = await stage.openApart({});
  await signIn(page);
  await openFilm(page, 'Salt on the Meridian');
  await page.context().setOffline(true);
  await rate(page, 4);
  await says(page, /^TMDB could not be reached/);
  await page.keyboard.press('Escape');
  await button(page, 'Sign out').click();
  await stateIs(page, 'idle.loggedOut');
  await says(page, /^You are signed out here, but/);

  await button(page, 'Sign in with TMDB').click();
  await stateIs(page, 'idle.failed');
  await page.context().setOffline(false);
  await button(page, 'Try again').click();
  await button(page, 'Allow').click();
  await stateIs(page, 'sessionActive.ready');
});

test('lists that arrive late do not undo a list that was made meanwhile', async () => {
  const { tmdb } = stage.demo;
  const page = await stage.open();
  const makeList = async (name: string) => {
    await button(page, 'New list').click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await button(page, 'Create the list').click();
    await button(page, `${name} 0`).waitFor();
  };
  await signIn(page);
  await makeList('Before');
  const match = 'GET /3/account/548/lists';
  const release = tmdb.faults.add({ kind: 'hang', when: 'after', match, times: Number.POSITIVE_INFINITY });
  await page.reload();
  await makeList('In the meantime');
  release();
  await button(page, 'Before 0').waitFor();
  expect(await button(page, 'In the meantime 0').count()).toBe(1);
});
