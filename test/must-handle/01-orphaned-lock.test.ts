// supabase-js#2013, #2426, #2344: A lock was left behind (StrictMode, hot reload, a frozen tab), and every later call waited for it for ever.
// Here: No lock is held: the state of the machine decides which client goes on, and the record is read and compared before it is written. Only the file in Node has a lock, and every wait for it has a limit (41).
import { expect, test } from 'vitest';
import {
  callbackOf,
  inChromium,
  openPopup,
  reaches,
  reachesTmdb,
  type Stage,
  tokenIn,
  viewOf,
} from '../browser/stage.ts';
import { SESSION_NEW } from '../support/requests.ts';

const stage = inChromium();

/** A tab that has begun to exchange the token and gets no answer. */
async function inTheExchange(on: Stage) {
  const page = await on.open();
  await page.click('#login');
  await reachesTmdb(page);
  const token = tokenIn(page);
  on.tmdb.approve(token);
  on.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
  await page.goto(callbackOf(`${on.site.url}/`, token));
  await expect.poll(() => on.asked().at(-1)).toBe(SESSION_NEW);
  return page;
}

test('a tab frozen in the middle of the exchange does not block the other tabs', async () => {
  const on = await stage({ options: { requestTimeout: 2_000 } });
  const frozen = await inTheExchange(on);
  const devtools = await on.context.newCDPSession(frozen);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  const page = await on.open();
  await reaches(page, 'sessionActive.ready');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await reaches(frozen, 'sessionActive.ready');
  expect(on.tmdb.sessions()).toHaveLength(1);
});

test('a tab closed in the middle of the exchange does not block the other tabs', async () => {
  const on = await stage({ options: { requestTimeout: 2_000 } });
  const closed = await inTheExchange(on);
  await closed.close();
  const page = await on.open();
  await reaches(page, 'sessionActive.ready');
  expect(on.tmdb.sessions()).toHaveLength(1);
});

test('cancel() and logout() in one tab are not delayed by the exchange of a frozen tab', async () => {
  for (const end of ['cancel', 'logout'] as const) {
    const on = await stage();
    const frozen = await inTheExchange(on);
    const devtools = await on.context.newCDPSession(frozen);
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    const page = await on.open();
    await reaches(page, 'sessionRequested');
    await page.evaluate((name) => window.auth[name](), end);
    expect(await viewOf(page)).toMatchObject({ status: 'signedOut', can: { login: true } });
  }
});

test('after a hot reload the newest client answers every call, and the clients left over agree with it', async () => {
  const { open, tmdb } = await stage({ options: { mode: 'popup' } });
  const page = await open();
  const popup = await openPopup(page);
  tmdb.approve(tokenIn(popup));
  await page.evaluate(async () => {
    const left = window.auth;
    for (let reload = 0; reload < 5; reload++) window.auth = window.another();
    Object.assign(window, { left });
  });
  await page.evaluate(() => window.auth.login());
  expect(await viewOf(page)).toMatchObject({ status: 'user' });
  await page.evaluate(() => window.auth.logout());
  expect(await viewOf(page)).toMatchObject({ state: 'idle.loggedOut' });
  await page.waitForFunction(
    () => (window as unknown as { left: Window['auth'] }).left.getView().state === 'idle.loggedOut',
  );
  expect(tmdb.sessions()).toEqual([]);
  await page.evaluate(() => window.auth.loginAsGuest());
  expect(await viewOf(page)).toMatchObject({ status: 'guest' });
});

test('the library takes no browser lock, not even during the exchange', async () => {
  const on = await stage();
  const page = await inTheExchange(on);
  const locks = await page.evaluate(() => navigator.locks.query());
  expect([...(locks.held ?? []), ...(locks.pending ?? [])]).toEqual([]);
});
