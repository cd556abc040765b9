// oidc-client-ts#1563: Storage was cleared while the user was away, and the return was ignored without a message.
// Here: The view says that the return belongs to no sign-in known here, and what to do. The next sign-in works.
import { expect, test } from 'vitest';
import { allow, deny, inChromium, reaches, reachesTmdb, signIn, viewOf } from '../browser/stage.ts';

const stage = inChromium();

test.each([
  ['v3', {}],
  ['v4', { apiVersion: 4 }],
  ['in sessionStorage', { storage: 'session' }],
])(
  'after storage was cleared during the visit, the view says so and the user can sign in again: %s',
  async (_, options) => {
    const { open, context, site, tmdb } = await stage({ options });
    const page = await open('/films');
    await page.click('#login');
    await reachesTmdb(page);
    await context.addInitScript(() => {
      if (!/request_token=|tmdb_auth=/.test(location.search)) return;
      localStorage.clear();
      sessionStorage.clear();
    });
    await allow(page);
    await page.waitForURL(`${site.url}/films`);
    await expect.poll(async () => (await viewOf(page)).failure?.code).toBe('callback_mismatch');
    const { state, failure, can } = await viewOf(page);
    expect([state, can.login]).toEqual(['idle.fresh', true]);
    expect(failure?.message).toContain('Sign in again');
    expect(tmdb.sessions()).toEqual([]);
  },
);

test('a denial without a pending sign-in is reported, too', async () => {
  const { open, context } = await stage();
  const page = await open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  await context.addInitScript(() => {
    if (location.search.includes('denied=')) localStorage.clear();
  });
  await deny(page);
  await reaches(page, 'idle.fresh');
  await expect.poll(async () => (await viewOf(page)).failure?.code).toBe('callback_mismatch');
  await signIn(page);
  expect((await viewOf(page)).failure).toBeNull();
});

test('a guest stays a guest and sees the mismatch', async () => {
  const { open } = await stage();
  const page = await open('/');
  await page.click('#guest');
  await reaches(page, 'guestActive');
  await page.goto(`${page.url()}?request_token=${'a'.repeat(40)}&approved=true`);
  await reaches(page, 'guestActive');
  await expect.poll(async () => (await viewOf(page)).failure?.code).toBe('callback_mismatch');
});

test('a user stays signed in and sees no failure', async () => {
  const { open } = await stage();
  const page = await open('/');
  await signIn(page);
  await page.goto(`${page.url()}?request_token=${'a'.repeat(40)}&approved=true`);
  await reaches(page, 'sessionActive.ready');
  await page.waitForLoadState();
  expect([(await viewOf(page)).failure, await page.evaluate(() => window.warnings)]).toEqual([null, []]);
});
