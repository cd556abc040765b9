// Tried here: Two apps on one origin, each with its own TMDB application, shared a record, showed each other's user and signed each other out.
// Here: In a page the default key of the record names the application. A record under the older default key is adopted once.
import { expect, test } from 'vitest';
import { inChromium, reaches, type StageOptions, signIn, viewOf } from '../browser/stage.ts';

const stage = inChromium();

/** Two apps on paths of one site; each has the options that it is given. */
async function twoApps(options: (apiKey: string) => [object, object], more: StageOptions = {}) {
  const on = await stage({
    ...more,
    respond(path, request, { tmdb }) {
      if (path !== '/config.js') return undefined;
      const { accessToken, apiKey, baseURL, webURL } = tmdb;
      const [first, second] = options(apiKey);
      const own = request.headers.referer?.includes('/second') ? second : first;
      const config = { credentials: { accessToken }, baseURL, webURL, ...own };
      return { type: 'text/javascript', text: `globalThis.CONFIG = ${JSON.stringify(config)};` };
    },
  });
  return on;
}

test('an app with another TMDB application stays signed out and leaves the first app’s user signed in', async () => {
  const { open } = await twoApps(() => [{}, { credentials: { apiKey: 'b'.repeat(32) } }]);
  const first = await open('/first');
  await signIn(first);
  const second = await open('/second');
  await reaches(second, 'idle.fresh');
  await second.evaluate(() => window.auth.logout());
  await first.reload();
  await reaches(first, 'sessionActive.ready');
});

test('one application uses the same record with its API key and with its read token', async () => {
  const { open, asked } = await twoApps((apiKey) => [{}, { credentials: { apiKey } }]);
  await signIn(await open('/first'));
  const before = asked().length;
  const second = await open('/second');
  await reaches(second, 'sessionActive.ready');
  expect((await viewOf(second)).account?.username).toBe('sandra');
  expect(asked()).toHaveLength(before);
});

test('a record under the key of earlier versions is adopted once, with its user', async () => {
  const { open, tmdb } = await twoApps(() => [{}, { credentials: { apiKey: 'b'.repeat(32) } }]);
  const page = await open('/first');
  await signIn(page);
  const oldKey = oldKeyFor(tmdb.baseURL);
  const [name] = await page.evaluate((old) => {
    const key = Object.keys(localStorage).find((each) => each.startsWith('tmdb-auth')) ?? '';
    localStorage.setItem(old, localStorage.getItem(key) ?? '');
    localStorage.removeItem(key);
    return [key];
  }, oldKey);
  expect(name).not.toBe(oldKey);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([name]);
  await reaches(await open('/second'), 'idle.fresh');
});

test('a record under a custom storageKey is not shared and adopts no older record', async () => {
  const { open, tmdb } = await twoApps(() => [{ storageKey: 'mine' }, {}]);
  const page = await open('/first');
  await page.evaluate((old) => localStorage.setItem(old, '{"v":1}'), oldKeyFor(tmdb.baseURL));
  await page.reload();
  await reaches(page, 'idle.fresh');
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([oldKeyFor(tmdb.baseURL)]);
});

const oldKeyFor = (baseURL: string) => `tmdb-auth-${new URL(baseURL).host.replace(':', '-')}`;
