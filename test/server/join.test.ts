import { expect, test } from 'vitest';
import { createSite, tokenIn } from './site.ts';

test('v4, half-way: whatever is asked at the same time, one session is made of the access token', async () => {
  const site = await createSite({ apiVersion: 4 });
  const browser = site.browser();
  const { approvalUrl } = await browser.tell('POST', '/auth/login', {});
  const requestToken = tokenIn(approvalUrl ?? '');
  site.tmdb.approve(requestToken);
  const CONVERT = 'POST /3/authentication/session/convert/4';
  site.tmdb.faults.add({ kind: 'status', match: CONVERT });
  const halfWay = await browser.tell('POST', '/auth/callback', { requestToken });
  expect(halfWay).toMatchObject({ facts: { session: null, access: {} }, failure: { code: 'unavailable' } });

  site.tmdb.faults.add({ kind: 'latency', match: CONVERT, ms: 300 });
  const views = await Promise.all([
    browser.tell('POST', '/auth/check'),
    browser.tell('POST', '/auth/callback', { requestToken }),
    browser.session(),
    browser.tell('POST', '/auth/verify'),
  ]);
  expect(views.map(({ status }) => status)).toEqual(['user', 'user', 'user', 'user']);
  expect(site.tmdb.sessions().length).toBe(1);
  expect((await browser.ask('GET', '/auth/tmdb/3/account/548/favorite/movies')).status).toBe(200);
});
