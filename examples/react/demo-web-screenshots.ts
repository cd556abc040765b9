/** Draws `docs/screenshots`: the film app in its main states, always the same. */
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium } from '../../test/browser/chromium.ts';
import { type Demo, type ServeOptions, startDemo } from './demo-web-server.ts';

const FOLDER = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url));
const DESKTOP: BrowserContextOptions = { viewport: { width: 1000, height: 860 } };
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 } };
const DARK: BrowserContextOptions = { colorScheme: 'dark' };

/** Only the fonts that come with this Chromium, so that text looks the same on every machine. They have no arrows. */
const FONTS = join(tmpdir(), 'fonts');

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const says = (page: Page, text: string) => page.getByText(text).filter({ visible: true }).first().waitFor();
const open = (page: Page, title: string) =>
  page.getByRole('listitem').getByRole('button', { name: title }).click();

async function signIn(page: Page): Promise<void> {
  await button(page, 'Sign in with TMDB').click();
  await button(page, 'Allow').click();
  await says(page, '@sandra');
}

async function rate(page: Page, title: string, value: number, ...marks: string[]): Promise<void> {
  await open(page, title);
  await page.getByRole('slider').fill(String(value));
  await button(page, 'Rate').click();
  await says(page, `Rated ${value} out of 10.`);
  for (const mark of marks) {
    await button(page, mark).click();
    await page.locator('[aria-pressed=true]', { hasText: mark }).last().waitFor();
  }
}

async function list(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name of a new list').fill(name);
  await button(page, 'Create and add').click();
  await says(page, `Added to “${name}”.`);
}

const close = (page: Page) => page.keyboard.press('Escape');

/** Rates, marks and lists some films. */
async function fillLibrary(page: Page): Promise<void> {
  await rate(page, 'Paper Lions', 8.5, 'Favourite');
  await list(page, 'Sunday evening');
  await close(page);
  await rate(page, 'The Quiet Switchboard', 9, 'Favourite', 'Watchlist');
  await close(page);
  await rate(page, 'North of Everything', 7.5, 'Sunday evening');
  await close(page);
  await rate(page, 'Ten Thousand Umbrellas', 8, 'Watchlist');
  await close(page);
}

const RATED_BY_A_GUEST = [
  ['A Bicycle for the Moon', 8],
  ['The Understudy', 9],
  ['Salt on the Meridian', 6.5],
  ['Night Bus to Odra', 7],
  ['Harvest of Glass', 5.5],
] as const;

interface Picture {
  name: string;
  look: BrowserContextOptions;
  arrange(page: Page, tmdb: Sandbox): Promise<unknown>;
  /** Selector of the element at the top of the picture. Default: the beginning of the page. */
  from?: string;
  /** Stop the page's clock, so that it shows the same time left in every run. Each request then waits longer than the last. */
  stopsClock?: true;
}

const PICTURES: readonly Picture[] = [
  { name: 'signed-out', look: DESKTOP, arrange: (page) => button(page, 'Continue as a guest').waitFor() },
  {
    name: 'waiting-phone',
    look: { ...PHONE, ...DARK },
    stopsClock: true,
    async arrange(page) {
      await button(page, 'Sign in with TMDB').click();
      await button(page, 'Allow').waitFor();
      await page.goBack();
    },
  },
  {
    name: 'guest-phone',
    look: PHONE,
    async arrange(page) {
      await button(page, 'Continue as a guest').click();
      await rate(page, 'The Understudy', 9);
      await close(page);
      await says(page, 'Your visit ends in');
    },
    from: '#session',
  },
  {
    name: 'device',
    look: DESKTOP,
    stopsClock: true,
    async arrange(page) {
      await button(page, 'Phone').click();
      await page.locator('button[aria-pressed=true]', { hasText: 'Phone' }).waitFor();
      await button(page, 'Sign in with TMDB').click();
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      await says(page, 'Time left');
    },
  },
  {
    name: 'keep-ratings-phone',
    look: { ...PHONE, ...DARK },
    async arrange(page, tmdb) {
      await button(page, 'Continue as a guest').click();
      for (const [title, value] of RATED_BY_A_GUEST) {
        await rate(page, title, value);
        await close(page);
      }
      await signIn(page);
      tmdb.faults.add({
        kind: 'hang',
        match: /^POST .+\/rating$/,
        after: 3,
        times: Number.POSITIVE_INFINITY,
      });
      await button(page, 'Keep my ratings').click();
      await says(page, '3 of 5');
    },
    from: '#session',
  },
  {
    name: 'denied-phone',
    look: PHONE,
    async arrange(page) {
      await button(page, 'Sign in with TMDB').click();
      await button(page, 'Deny').click();
      await says(page, 'Not approved');
    },
  },
  {
    name: 'user',
    look: { ...DESKTOP, ...DARK },
    async arrange(page) {
      await signIn(page);
      await fillLibrary(page);
    },
  },
  {
    name: 'film',
    look: DESKTOP,
    async arrange(page) {
      await signIn(page);
      await page.locator('.badge').first().waitFor();
      await open(page, 'The Quiet Switchboard');
      await button(page, 'Sunday evening').click();
      await says(page, 'Added to “Sunday evening”.');
    },
  },
];

const codeOf = async (page: Page) => {
  await button(page, 'Phone').click();
  await button(page, 'Sign in with TMDB').click();
  return page.locator('.code-to-type output').innerText();
};

/** A code to type, which only a page with a server has, and what the phone shows for it. */
const CODES: readonly Picture[] = [
  { name: 'code-to-type', look: DESKTOP, arrange: codeOf },
  {
    name: 'code-to-type-phone',
    look: { viewport: { width: 390, height: 640 } },
    async arrange(page) {
      const code = await codeOf(page);
      await page.goto(new URL('auth/v3/device', page.url()).href);
      await page.getByLabel('Code').fill(code);
      await button(page, 'Continue').click();
      await button(page, 'Yes, continue to TMDB').waitFor();
    },
  },
];

const panel = (name: string, look: BrowserContextOptions): Picture => ({
  name,
  look,
  stopsClock: true,
  async arrange(page) {
    await button(page, 'tmdb-auth').click();
    await button(page, 'guest.start').click();
    await page.locator('header .state').getByText('guestActive.unused').waitFor();
  },
});

const PANELS = [panel('panel', DESKTOP), panel('panel-dark', { ...DESKTOP, ...DARK })];

async function draw({ url, tmdb }: Demo, pictures: readonly Picture[]): Promise<void> {
  const browser = await launchChromium();
  for (const { name, look, arrange, from = 'body', stopsClock } of pictures) {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...look });
    if (stopsClock) await context.clock.setFixedTime(Date.now());
    const page = await context.newPage();
    await page.goto(url);
    await arrange(page, tmdb);
    await page.locator(from).evaluate((top) => {
      top.scrollIntoView();
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    });
    await page.mouse.move(0, 0);
    // The panel's button is not part of the film app.
    if (!PANELS.some((one) => one.name === name)) {
      await page.locator('tmdb-auth-devtools').evaluateAll((hosts) => hosts.map((host) => host.remove()));
    }
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    await context.close();
    tmdb.faults.clear();
  }
  await browser.close();
}

await mkdir(FOLDER, { recursive: true });
async function drawAll(options: ServeOptions, ...sets: (readonly Picture[])[]): Promise<void> {
  const demo = await startDemo(options);
  try {
    for (const pictures of sets) {
      if (pictures !== PANELS) process.env.FONTCONFIG_PATH = FONTS;
      await draw(demo, pictures);
    }
  } finally {
    await demo.close();
  }
}

await drawAll({}, PANELS, PICTURES);
await drawAll({ server: true }, CODES);
