/** Codes to type, in a browser that runs no scripts, under the page's own content policy. */

import type { BrowserContextOptions, Page } from 'playwright-core';
import { createStorage } from 'unstorage';
import { expect, onTestFinished, test } from 'vitest';
import type { DeviceCode } from '../../src/index.ts';
import { createAuthHandler } from '../../src/platforms/server/index.ts';
import { startSandbox } from '../../src/tools/sandbox/index.ts';
import { serve, sharedChromium } from './chromium.ts';
import { look } from './example.look.ts';
import { replyOf } from './reply.ts';

async function createStage(apiVersion: 3 | 4 = 3) {
  const tmdb = await startSandbox();
  onTestFinished(() => tmdb.close());
  let origin = '';
  const answer = () =>
    createAuthHandler({
      credentials: { accessToken: tmdb.accessToken },
      baseURL: tmdb.baseURL,
      webURL: tmdb.webURL,
      apiVersion,
      origin,
      secrets: ['a-secret-of-this-test-that-is-long-enough'],
      store: createStorage(),
      device: { interval: 1 },
    });
  let handler: ReturnType<typeof answer> | undefined;
  const site = await serve((_, request) => {
    handler ??= answer();
    return replyOf(handler, origin, request);
  });
  onTestFinished(() => site.close());
  origin = site.url;

  const browser = await sharedChromium();
  const errors: string[] = [];
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    onTestFinished(() => context.close());
    context.on('console', (message) => errors.push(message.text()));
    return context.newPage();
  };
  const television = await open();
  const ask = async (route: string) => {
    const answered = await television.request.post(`${origin}/auth/${route}`, {
      headers: { origin, accept: 'application/json' },
      data: {},
    });
    return (await answered.json()) as { state: string; deviceCode: DeviceCode | null };
  };
  return { origin, ask, open, errors, begin: async () => (await ask('login')).deviceCode as DeviceCode };
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

test.each([3, 4] as const)(
  'a user without scripts types the code, is asked, and approves at TMDB; the television is signed in (v%i)',
  async (apiVersion) => {
    const { begin, open, ask, errors } = await createStage(apiVersion);
    const { verificationUri, userCode } = await begin();
    const phone = await open();
    await phone.goto(verificationUri);
    await phone.getByLabel('Code').fill('bcdf ghjk');
    await press(phone, 'Continue');
    await phone.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();
    await phone.getByLabel('Code').fill(userCode.toLowerCase().replace('-', ' '));
    await phone.keyboard.press('Enter');
    await phone.getByRole('heading', { name: 'Is this code on a screen in front of you?' }).waitFor();
    await phone.getByText(userCode).waitFor();
    await press(phone, 'Yes, continue to TMDB');
    await press(phone, 'Allow');
    await phone.getByText('You can close this page').waitFor();
    expect(await ask('check')).toMatchObject({ state: 'sessionActive.ready', deviceCode: null });
    // Chromium reports the answer 400 of the wrong code.
    expect(errors.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
  },
);

test('a link with the code fills in the field, and a user who leaves approves nothing', async () => {
  const { begin, open, ask, origin } = await createStage();
  const { verificationUriComplete, userCode } = await begin();
  const phone = await open();
  await phone.goto(verificationUriComplete);
  expect(await phone.getByLabel('Code').inputValue()).toBe(userCode);
  await press(phone, 'Continue');
  await phone.getByRole('link', { name: 'No, leave' }).click();
  await phone.waitForURL(`${origin}/`);
  expect(await ask('check')).toMatchObject({ state: 'awaitingApproval.waiting', deviceCode: { userCode } });
});

test('axe finds nothing on the pages, on phones and desktops, light and dark', async () => {
  const { begin, open } = await createStage();
  const { verificationUri, userCode } = await begin();
  // Only for the script of axe.
  const page = await open({ javaScriptEnabled: true, bypassCSP: true });
  await page.goto(verificationUri);
  await look(page, 'the form');
  await page.getByLabel('Code').fill('BCDF-GHJK');
  await press(page, 'Continue');
  await page.getByRole('alert').waitFor();
  await look(page, 'a wrong code');
  await page.getByLabel('Code').fill(userCode);
  await press(page, 'Continue');
  await page.getByText(userCode).waitFor();
  await look(page, 'the question');
});
