import { expect, test } from 'vitest';
import { createSite } from './site.ts';

test.each([
  ['a page that hides its address (Referrer-Policy: no-referrer)', 'same-origin', 303],
  ['a page in a sandboxed frame', 'cross-site', 403],
  ['another site that hides its origin', 'cross-site', 403],
  ['a host of the same site', 'same-site', 403],
  ['a client that says no more', undefined, 403],
])('a form of %s has the Origin null, so Sec-Fetch-Site decides', async (_, site, status) => {
  const { events, ...rest } = await createSite();
  const headers = { origin: 'null', ...(site && { 'sec-fetch-site': site }) };
  expect((await rest.browser().submit('/auth/login', {}, headers)).status).toBe(status);
  expect(events.at(-1)?.refused).toBe(status === 403 ? 'cross_site' : null);
});
