// react-oidc-context#401, #1638, auth0-react#343: StrictMode or an effect took the way back from the provider twice.
// Here: The client lives outside React, which mounts it twice without harm. A return is taken once, the address is cleaned, and a second call changes nothing.
import { expect, test } from 'vitest';
import {
  callbackOf,
  inChromium,
  reaches,
  reachesTmdb,
  type StageOptions,
  tokenIn,
  viewOf,
} from '../browser/stage.ts';
import { SESSION_NEW } from '../support/requests.ts';

const stage = inChromium();

/** Approved, and about to be sent back. */
async function approved(options?: StageOptions) {
  const on = await stage(options);
  const page = await on.open();
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  on.tmdb.approve(token);
  return {
    ...on,
    page,
    callback: callbackOf(`${on.site.url}/`, token),
    exchanges: () => on.asked().filter((each) => each === SESSION_NEW).length,
  };
}

test('an effect that runs twice hands the same return over three times in all: one exchange, no warning', async () => {
  const { page, callback, exchanges, tmdb } = await approved();
  await page.goto(callback);
  const statuses = await page.evaluate(async (address) => {
    const views = await Promise.all([
      window.auth.handleCallback(address),
      window.auth.handleCallback(address),
    ]);
    return views.map(({ status }) => status);
  }, callback);
  expect(statuses).toEqual(['user', 'user']);
  await reaches(page, 'sessionActive.ready');
  expect(exchanges()).toBe(1);
  expect(await page.evaluate(() => window.warnings)).toEqual([]);
  expect(tmdb.sessions()).toHaveLength(1);
});

test('a client made twice on the callback address: one exchange, and both are signed in', async () => {
  const { page, callback, exchanges, context } = await approved();
  await context.addInitScript(() => {
    let first: Window['auth'];
    // As soon as the page has its client, a second one is made.
    Object.defineProperty(window, 'another', {
      set(create: Window['another']) {
        Object.assign(window, { second: create() });
      },
    });
    Object.defineProperty(window, 'auth', {
      set(auth: Window['auth']) {
        first = auth;
      },
      get: () => first,
    });
  });
  await page.goto(callback);
  await reaches(page, 'sessionActive.ready');
  await page.waitForFunction(
    () => (window as unknown as { second: Window['auth'] }).second.getView().state === 'sessionActive.ready',
  );
  expect(exchanges()).toBe(1);
  expect(await page.evaluate(() => window.warnings)).toEqual([]);
});

test('a return that was taken already changes nothing later: for the user it is a no-op, after a logout the page says that it is of no use', async () => {
  const { page, callback, exchanges, site } = await approved();
  await page.goto(callback);
  await reaches(page, 'sessionActive.ready');
  await page.goto(callback);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/`);
  await page.evaluate(() => window.auth.logout());
  await page.goto(callback);
  await reaches(page, 'idle.fresh');
  await expect.poll(() => viewOf(page)).toMatchObject({ failure: { code: 'callback_mismatch' } });
  expect(exchanges()).toBe(1);
});

for (const isStrict of [true, false]) {
  test(`React with StrictMode ${isStrict ? 'on' : 'off'}: one exchange, and the view ends with the user`, async () => {
    const { page, callback, exchanges } = await approved({ page: 'react.tsx', options: { isStrict } });
    await page.goto(callback);
    await page.getByText('sandra').waitFor();
    expect(exchanges()).toBe(1);
    expect(await page.evaluate(() => [...window.warnings, ...window.recovered])).toEqual([]);
  });
}
