import { expect, test } from 'vitest';
import { createSite, signIn } from './site.ts';

test('a page’s request to TMDB is ended at the deadline, too', async () => {
  const site = await createSite({ deadline: 5_000 });
  const browser = site.browser();
  await signIn(site, browser);
  site.tmdb.faults.add({ kind: 'hang', match: 'GET /3/movie/550' });
  const told = await site.whileTimeRuns(browser.ask('GET', '/auth/tmdb/3/movie/550'));
  expect(told.status).toBe(504);
  expect(await told.json()).toMatchObject({ failure: { code: 'timeout', retryable: true } });
  expect(await browser.session()).toMatchObject({ status: 'user' });
});
