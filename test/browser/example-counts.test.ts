import { expect, test } from 'vitest';
import { button, enterAsGuest, rateAll, says, setStage, signIn } from './example.stage.ts';

const stage = setStage();

test('the ratings are counted while a guest’s ratings are carried over', async () => {
  const page = await stage.open();
  await enterAsGuest(page);
  await rateAll(page, { 'The Understudy': 9, 'North of Everything': 3, 'Harvest of Glass': 5.5 });
  await signIn(page);
  await button(page, 'Rated 0').waitFor();
  stage.demo.tmdb.faults.add({
    kind: 'hang',
    match: /^POST .+\/rating$/,
    after: 1,
    times: Number.POSITIVE_INFINITY,
  });
  await button(page, 'Keep my ratings').click();
  await says(page, '1 of 3');
  await button(page, 'Rated 1').waitFor();
  expect(await page.locator('.tally div', { hasText: 'Rated' }).textContent()).toBe('Rated1');
});

test('a count that TMDB has not told yet is a dash, not 0', async () => {
  const page = await stage.open();
  await signIn(page);
  const goOn = stage.demo.tmdb.faults.add({
    kind: 'hang',
    match: 'GET /3/movie/1004/account_states',
    times: Number.POSITIVE_INFINITY,
  });
  await page.reload();
  await says(page, '@sandra');
  const rated = page.locator('.tally div', { hasText: 'Rated' });
  expect(await rated.textContent()).toContain('not known yet');
  goOn();
  await rated.filter({ hasText: /\d/ }).waitFor();
});
