// react-oidc-context#401, #1638, auth0-react#343: StrictMode or an effect took the return from the provider twice.
// Here: The client lives outside React, so mounting twice does no harm. A return is taken once, the address is cleaned, and a second call changes nothing.
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

/** The user has approved at TMDB and is about to be sent back. */
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

test('an effect that passes the same return three times causes one exchange and no warning', async () => {
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

test('two clients made on the callback address cause one exchange and are both signed in', async () => {
  const { page, callback, exchanges, context } = await approved();
  await context.addInitScript(() => {
    let first: Window['auth'];
    // Creates a second client as soon as the page has its first.
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

test('a return that was already taken changes nothing for a user, and after a logout the page reports a mismatch', async () => {
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
  test(`React with StrictMode ${isStrict ? 'on' : 'off'} exchanges once and shows the user in the end`, async () => {
    const { page, callback, exchanges } = await approved({ page: 'react.tsx', options: { isStrict } });
    await page.goto(callback);
    await page.getByText('sandra').waitFor();
    expect(exchanges()).toBe(1);
    expect(await page.evaluate(() => [...window.warnings, ...window.recovered])).toEqual([]);
  });
}
