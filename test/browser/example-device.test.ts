import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { look, tabTo } from './example.look.ts';
import { button, choose, enterAsGuest, says, setStage, stateIs } from './example.stage.ts';
import { scan } from './scan.ts';

const stage = setStage();

const code = (page: Page) => page.getByRole('img', { name: 'QR code of the address below' });

const isLoaded = (page: Page) =>
  page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => /\/qr-.*\.js/.test(name)));

async function wait(page: Page): Promise<string> {
  await choose(page, 'Phone');
  await button(page, 'Sign in with TMDB').click();
  await code(page).waitFor();
  return page.getByLabel('Or open this address there').inputValue();
}

/** Approves in a browser that shares nothing with the page's. */
async function approveElsewhere(page: Page, address: string): Promise<void> {
  const phone = await page.context().browser()?.newPage();
  if (!phone) throw new Error('There is no browser.');
  await phone.goto(address);
  await button(phone, 'Allow').click();
}

test.each(['light', 'dark'] as const)(
  'the page notices when another device scans the code and approves (%s)',
  async (colorScheme) => {
    const page = await stage.open();
    await page.emulateMedia({ colorScheme });
    expect(await isLoaded(page)).toBe(false);
    const address = await wait(page);
    expect(await isLoaded(page)).toBe(true);
    expect(page.url()).toBe(stage.demo.url);
    expect(address).toMatch(/\/authenticate\/[0-9a-f]{40}$/);
    expect(await scan(code(page))).toBe(address);
    await says(page, /^Time left/);

    await approveElsewhere(page, await scan(code(page)));
    await stateIs(page, 'sessionActive.ready');
    await says(page, '@sandra');
  },
);

test('a reloaded page goes on waiting, with v3 and v4', async () => {
  const page = await stage.open();
  await enterAsGuest(page);
  await choose(page, 'v4');
  const address = await wait(page);
  expect(address).toContain('/auth/access?request_token=');
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await scan(code(page))).toBe(address);
  await says(page, 'Your guest visit stays until then.');
  await page.reload();
  await code(page).waitFor();
  expect(await scan(code(page))).toBe(address);

  await approveElsewhere(page, address);
  await stateIs(page, 'sessionActive.ready');
  expect(stage.demo.tmdb.accessTokens()).toHaveLength(1);
});

test('the keyboard is enough to copy the address and to cancel the wait', async () => {
  const page = await stage.openApart({}, (context) =>
    context.grantPermissions(['clipboard-read', 'clipboard-write']),
  );
  await stateIs(page, 'idle.fresh');
  await tabTo(page, 'Phone');
  await choose(page, 'Phone', () => page.keyboard.press('Enter'));
  await tabTo(page, 'Sign in with TMDB');
  await page.keyboard.press('Enter');
  await page.locator('h2:focus', { hasText: 'Waiting for you on TMDB' }).waitFor();
  await tabTo(page, 'Copy the address');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor();
  const address = await page.getByLabel('Or open this address there').inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(address);
  await tabTo(page, 'Cancel');
  await page.keyboard.press('Enter');
  await stateIs(page, 'idle.fresh');
  await page.locator('h2:focus').waitFor();
});

test('axe finds nothing while the page waits for another device', async () => {
  const page = await stage.open();
  await wait(page);
  await look(page, 'waiting for another device');
});
