import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start } from '../../examples/openid/start.ts';
import { launchChromium } from './chromium.ts';

let chromium: Awaited<ReturnType<typeof launchChromium>>;
let example: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  [chromium, example] = await Promise.all([launchChromium(), start('openid-client', 0)]);
});
afterAll(async () => {
  await chromium?.close();
  await example?.close();
});

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string) => page.getByRole('heading', { name }).waitFor();

/** Plays every page of the provider, and calls `look` on each. */
async function play(page: Page, television: Page, look: (name: string) => Promise<void>) {
  const { site, issuer } = example;
  await page.goto(site);
  await press(page, 'Sign in with TMDB');
  await press(page, 'Allow'); // on TMDB's page
  await heading(page, 'Allow Evening Reel');
  await look('consent');
  await press(page, 'Allow');
  await heading(page, 'Good evening, Sandra Box');
  await press(page, 'Add a film');
  await heading(page, 'Paper Lions');

  await television.goto(`${site}/television`);
  const code = (await television.locator('h1').textContent()) ?? '';
  await page.goto(`${issuer}/device`);
  await look('code');
  await page.getByLabel('Code').fill('BBBB-BBBB');
  await press(page, 'Continue');
  await page.getByRole('alert').waitFor();
  await look('wrong code');
  await page.getByLabel('Code').fill(code);
  await press(page, 'Continue');
  await page.getByText(code, { exact: true }).waitFor();
  await look('device');
  await press(page, 'Continue');
  await press(page, 'Allow');
  await heading(page, 'Evening Reel on your television is connected');
  await look('done');
  await heading(television, 'Good evening, Sandra Box');

  await page.goto(site);
  await press(page, 'Sign out');
  await heading(page, 'Sign out?');
  await look('sign out');
  await press(page, 'Sign out');
  await heading(page, 'What did you watch?');
  await press(page, 'Sign in with TMDB');
  await press(page, 'Deny'); // on TMDB's page
  await page.getByText('You did not allow it').waitFor();
  await page.goto(`${issuer}/interaction/none`);
  await look('too late');
  await page.goto(`${issuer}/interaction/none/return?request_token=none`);
  await look('another browser');
  await page.goto(`${issuer}/auth?client_id=none`);
  await look('error');
}

test('a site and a television sign in, and sign out, in Chromium without scripts', async () => {
  const context = await chromium.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  const looked: string[] = [];
  await play(page, await context.newPage(), async (name) => void looked.push(name));
  expect(looked).toHaveLength(9);
  // Chromium reports a blocked form or redirect here, and answers of 400.
  expect(complaints.filter((text) => /Content Security Policy/.test(text))).toEqual([]);
  await context.close();
});

test.each(['light', 'dark'] as const)(
  'every page of the provider is accessible and fits a phone, %s',
  async (colorScheme) => {
    const context = await chromium.newContext({ colorScheme, viewport: { width: 390, height: 700 } });
    const page = await context.newPage();
    const wrong: string[] = [];
    await play(page, await context.newPage(), async (name) => {
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth))
        wrong.push(`${name}: too wide`);
      await page.evaluate(axe);
      const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string }[] };
      wrong.push(...violations.map(({ id }) => `${name}: ${id}`));
    });
    expect(wrong).toEqual([]);
    await context.close();
  },
);
