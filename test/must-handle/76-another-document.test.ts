// Tried here: With `redirectTo` in another document, the user got the old address without its document; on another origin, no message appeared.
// Here: The document that the user left is loaded again. For another origin the sign-in warns, the page there says so, and the sign-in is completed here.
import { expect, test } from 'vitest';
import {
  allow,
  inChromium,
  openPopup,
  reaches,
  reachesTmdb,
  signIn,
  viewOf,
  wake,
} from '../browser/stage.ts';

const stage = inChromium();

test.each([{}, { apiVersion: 4 }])('the user ends on the document they left: %o', async (options) => {
  const { open, site, visits } = await stage({ options: { redirectTo: '/callback.html', ...options } });
  const page = await open('/films.html?id=550#cast');
  await signIn(page);
  expect(page.url()).toBe(`${site.url}/films.html?id=550#cast`);
  const documents = visits.map(({ path }) => path).filter((path) => path.endsWith('.html'));
  expect(documents).toEqual(['/films.html', '/callback.html', '/films.html']);
});

test('a return to another hash of the same document is a real navigation, too', async () => {
  const { open, site, visits } = await stage({ options: { redirectTo: '/films' } });
  const page = await open('/films#/550');
  await signIn(page);
  expect(page.url()).toBe(`${site.url}/films#/550`);
  expect(visits.filter(({ path }) => path === '/films')).toHaveLength(3);
});

test('the page does not navigate to a stored address of another site', async () => {
  const { open, site, context } = await stage();
  const page = await open('/films');
  await page.click('#login');
  await reachesTmdb(page);
  await context.addInitScript((origin) => {
    if (location.origin !== origin) return;
    for (const storage of [localStorage, sessionStorage]) {
      const [of] = storage.getItem('departure.tmdb-auth')?.split(' ') ?? [];
      storage.setItem('departure.tmdb-auth', `${of} ${origin}.example/films`);
    }
  }, site.url);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films`);
});

for (const mode of ['redirect', 'popup']) {
  test(`a redirectTo on another origin (${mode}) warns here, fails there, and this page completes the sign-in by asking`, async () => {
    const { open, site, context } = await stage({
      options: { mode },
      script: `{ redirectTo: location.hostname === 'localhost' ? 'http://127.0.0.1:' + location.port + '/back' : '/back' }`,
    });
    const page = await open('/films');
    const other = mode === 'popup' ? await openPopup(page) : page;
    if (mode === 'redirect') {
      await page.click('#login');
      await reachesTmdb(page);
    } else {
      expect(await page.evaluate(() => window.warnings)).toEqual(['callback_mismatch']);
    }
    await allow(other);
    await other.waitForURL((url) => url.hostname === '127.0.0.1');
    await reaches(other, 'idle.fresh');
    await expect.poll(async () => (await viewOf(other)).failure?.code).toBe('callback_mismatch');
    const here = mode === 'popup' ? page : await context.newPage();
    if (mode === 'redirect') await here.goto(`${site.url}/films`);
    await wake(here);
    await reaches(here, 'sessionActive.ready');
  });
}
