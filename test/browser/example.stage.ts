import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type Demo, type ServeOptions, startDemo } from '../../examples/react/demo-web-server.ts';
import { sharedChromium } from './chromium.ts';

/** Chromium itself logs every answer above 399, and every request without one, as an error of the page. */
const BY_CHROMIUM = 'Failed to load resource';

/** Without a graphics card most of the time goes into painting. */
const SMALL = { width: 480, height: 640 };

export interface Stage {
  readonly demo: Demo;
  /** The app in a fresh browser profile. */
  open(): Promise<Page>;
  /** The same in a separate browser: `options` and `change` stay out of the other tests. */
  openApart(
    options: BrowserContextOptions,
    change?: (context: BrowserContext) => Promise<unknown>,
  ): Promise<Page>;
}

/**
 * An example with its TMDB and a browser, for one file of tests. A test fails if a console has an error or a warning.
 */
export function setStage(options: ServeOptions = {}): Stage {
  let demo: Demo;
  let browser: Browser;
  let shared: BrowserContext;
  let messages: string[] = [];

  const newContext = async (contextOptions: BrowserContextOptions = {}) => {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: SMALL, ...contextOptions });
    // Shorter than a test's timeout, so that a failure names what it waited for.
    context.setDefaultTimeout(20_000);
    context.on('console', (message) => {
      const isBad = message.type() === 'error' || message.type() === 'warning';
      if (isBad && !message.text().startsWith(BY_CHROMIUM)) messages.push(message.text());
    });
    context.on('weberror', (error) => messages.push(String(error.error())));
    return context;
  };

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(options), sharedChromium()]);
    shared = await newContext();
  });
  afterAll(async () => {
    await shared?.close();
    await demo?.close();
  });
  afterEach(async () => {
    const apart = browser.contexts().filter((context) => context !== shared);
    await Promise.all(apart.map((context) => context.close()));
    await Promise.all(shared.pages().map((page) => page.close()));
    demo.tmdb.faults.clear();
    const seen = messages;
    messages = [];
    expect(seen).toEqual([]);
  });

  return {
    get demo() {
      return demo;
    },
    async open() {
      // Shared because it has the files cached already: there are a hundred of them.
      const page = await shared.newPage();
      await shared.clearCookies();
      const devtools = await shared.newCDPSession(page);
      const origin = new URL(demo.url).origin;
      await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage' });
      await page.goto(demo.url);
      return page;
    },
    async openApart(contextOptions, change) {
      const context = await newContext(contextOptions);
      await change?.(context);
      const page = await context.newPage();
      await page.goto(demo.url);
      return page;
    },
  };
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Waits until the strip at the bottom shows that the machine is in this state. */
export const stateIs = (page: Page, state: string) =>
  page.locator('.strip code', { hasText: state }).first().waitFor();

export const says = (page: Page, text: string | RegExp) =>
  page.getByText(text).filter({ visible: true }).first().waitFor();

export async function signIn(page: Page): Promise<void> {
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').click();
  await stateIs(page, 'sessionActive.ready');
}

export async function enterAsGuest(page: Page): Promise<void> {
  await button(page, 'Continue as a guest').click();
  await stateIs(page, 'guestActive.unused');
}

export const openFilm = (page: Page, title: string) =>
  page.getByRole('listitem').getByRole('button', { name: title }).click();

export async function rate(page: Page, value: number): Promise<void> {
  await page.getByRole('slider', { name: 'Your rating' }).fill(String(value));
  await button(page, /^(Rate|Change rating)$/).click();
}

/** Presses one of the buttons that lead to another page; the focus comes back to it afterwards. */
export async function choose(
  page: Page,
  name: string,
  press = () => button(page, name).click(),
): Promise<void> {
  await Promise.all([page.waitForEvent('load'), press()]);
  await page.locator('fieldset button[aria-pressed=true]:focus', { hasText: name }).waitFor();
}

/** Rates these films in their dialogs. */
export async function rateAll(page: Page, ratings: Record<string, number>): Promise<void> {
  for (const [title, value] of Object.entries(ratings)) {
    await openFilm(page, title);
    await rate(page, value);
    await says(page, `Rated ${value} out of 10.`);
    await page.keyboard.press('Escape');
  }
}

/** Makes `window.open` fail, like a popup blocker. */
export const blockWindows = (context: BrowserContext) =>
  context.addInitScript(() => {
    window.open = () => null;
  });
