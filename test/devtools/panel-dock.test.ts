import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allow, openPopup, reachesTmdb, SETTABLE_CLOCK } from '../browser/stage.ts';
import { dockOf, HOST, OPEN, POPUP, panelInChromium } from './panel.stage.ts';
import { findings, focusOf, PARTS, PHONE, screenOf, showsState } from './screen.ts';

const stage = panelInChromium();

/** 1280 × 800 at 200 % zoom. */
const ZOOMED = { width: 640, height: 400 };

const edgeOf = (page: Page) => page.getByRole('separator', { name: 'Size of the panel' });
const toTheRight = (page: Page) => page.getByRole('button', { name: 'Dock to the right' });
const toTheBottom = (page: Page) => page.getByRole('button', { name: 'Dock to the bottom' });

/** In px: height matters at the bottom, width at the right. */
async function sizeOf(page: Page) {
  const { width, height } = (await dockOf(page).boundingBox()) ?? { width: 0, height: 0 };
  return { width, height };
}

/** How far the panel covers the app, scrolled to its end, in px. */
const covered = (page: Page) =>
  page.evaluate((host) => {
    scrollTo(0, document.documentElement.scrollHeight);
    const app = document.querySelector('main')?.getBoundingClientRect();
    const dock = document.querySelector(host)?.shadowRoot?.querySelector('.dock')?.getBoundingClientRect();
    if (!app || !dock) throw new Error('no app, or no panel');
    const isAtRight = dock.top === 0;
    return isAtRight ? Math.max(0, app.right - dock.left) : Math.max(0, app.bottom - dock.top);
  }, HOST);

/** Fills the app with a page of three screens that reaches both sides. */
const fill = (page: Page) =>
  page.evaluate(() => {
    const main = document.querySelector('main');
    if (main) Object.assign(main.style, { height: '300vh', background: 'linear-gradient(teal, navy)' });
  });

describe('the docked panel', () => {
  test('leaves the app room beside it, at the bottom and at the right, and all of it when closed', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await fill(page);
    const widthOf = () => page.evaluate(() => document.querySelector('main')?.clientWidth ?? 0);
    const before = await widthOf();
    expect(await covered(page)).toBe(0);
    await toTheRight(page).click();
    expect(await covered(page)).toBe(0);
    const { width, height } = await sizeOf(page);
    expect([width, height]).toEqual([440, 720]);
    expect(await widthOf()).toBe(before - width);
    await toTheBottom(page).click();
    expect((await sizeOf(page)).width).toBe(1280);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await widthOf()).toBe(before);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).paddingBottom)).toBe('0px');
  });

  test('is at the bottom of a narrow window, and back at the chosen side in a wide one', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await toTheRight(page).click();
    await page.setViewportSize(PHONE);
    expect((await sizeOf(page)).width).toBe(PHONE.width);
    await expect.poll(() => edgeOf(page).getAttribute('aria-orientation')).toBe('horizontal');
    expect(await toTheBottom(page).isVisible()).toBe(false);
    await fill(page);
    expect(await covered(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect((await sizeOf(page)).width).toBe(440);
    await expect.poll(() => edgeOf(page).getAttribute('aria-orientation')).toBe('vertical');
  });

  test('can be read and closed at 200 % zoom, and leaves the app in sight', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await page.setViewportSize(ZOOMED);
    await page.reload();
    await showsState(page, 'idle.fresh');
    for (const part of PARTS) {
      await screenOf(page).part(part).click();
      expect(await findings(page), part).toEqual([]);
    }
    expect((await sizeOf(page)).height).toBe(ZOOMED.height - 200);
    await edgeOf(page).press('End');
    expect((await sizeOf(page)).height).toBe(ZOOMED.height - 96);
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await dockOf(page).isVisible()).toBe(false);
  });

  test('passes axe at the right', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await toTheRight(page).click();
    for (const part of PARTS) {
      await screenOf(page).part(part).click();
      expect(await findings(page), part).toEqual([]);
    }
  });
});

describe('the panel’s size', () => {
  test('follows the arrow keys, within limits that it announces', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const edge = edgeOf(page);
    const ariaOf = async (name: string) => Number(await edge.getAttribute(`aria-value${name}`));
    expect([await ariaOf('min'), await ariaOf('now'), await ariaOf('max')]).toEqual([160, 360, 624]);
    await edge.press('ArrowUp');
    expect([(await sizeOf(page)).height, await ariaOf('now')]).toEqual([384, 384]);
    await edge.press('ArrowDown');
    await edge.press('ArrowDown');
    expect((await sizeOf(page)).height).toBe(336);
    await edge.press('Home');
    await edge.press('ArrowDown');
    expect((await sizeOf(page)).height).toBe(160);
    await edge.press('End');
    await edge.press('ArrowUp');
    expect([(await sizeOf(page)).height, await ariaOf('now')]).toEqual([624, 624]);
    await toTheRight(page).click();
    await edge.press('ArrowLeft');
    expect([(await sizeOf(page)).width, await ariaOf('now')]).toEqual([464, 464]);
    expect(await focusOf(page)).toBe('Size of the panel');
  });

  test('follows the pointer, at the bottom and at the right', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    const drag = async (x: number, y: number) => {
      const box = await edgeOf(page).boundingBox();
      if (!box) throw new Error('no edge');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(x, y, { steps: 5 });
      await page.mouse.up();
      // After the release, the edge no longer follows the pointer.
      await page.mouse.move(x / 2, y / 2);
    };
    await drag(600, 300);
    expect((await sizeOf(page)).height).toBe(420);
    await toTheRight(page).click();
    await drag(700, 300);
    expect((await sizeOf(page)).width).toBe(580);
  });
});

describe('the panel after a visit to TMDB', () => {
  test('is open, with its side and size', async () => {
    const { openIdle } = await stage({ options: { panel: {} } });
    const page = await openIdle();
    await page.getByRole('button', { name: 'tmdb-auth' }).click();
    await toTheRight(page).click();
    await edgeOf(page).press('ArrowLeft');
    await screenOf(page).event('login.start').click();
    await reachesTmdb(page);
    await allow(page);
    await showsState(page, 'sessionActive.ready');
    expect(await sizeOf(page)).toEqual({ width: 464, height: 720 });
    await page.keyboard.press('Escape');
  });

  test('is closed if it was closed, even if it is open by default', async () => {
    const { openIdle } = await stage({ options: OPEN });
    const page = await openIdle();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.click('#login');
    await reachesTmdb(page);
    await allow(page);
    await showsState(page, 'sessionActive.ready');
    expect(await dockOf(page).isVisible()).toBe(false);
  });

  test.each([
    [
      'nonsense',
      `sessionStorage.setItem('tmdb-auth-devtools', '{"sizes":{"bottom":"9","right":-1},"side":7}')`,
    ],
    ['no JSON', `sessionStorage.setItem('tmdb-auth-devtools', '{')`],
    ['null', `sessionStorage.setItem('tmdb-auth-devtools', 'null')`],
    ['blocked', `Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('blocked'); } })`],
  ])('starts with its defaults when its storage is unusable: %s', async (_, script) => {
    const { context, openIdle } = await stage({ options: OPEN });
    await context.addInitScript(`if (origin !== 'null') ${script}`);
    const page = await openIdle();
    expect(await sizeOf(page)).toEqual({ width: 1280, height: 360 });
    await edgeOf(page).press('ArrowUp');
    expect((await sizeOf(page)).height).toBe(384);
  });
});

test('the header shows the time of the present state only, and the list shows everything that ends by itself', async () => {
  const { openIdle } = await stage({ options: POPUP, script: SETTABLE_CLOCK });
  const page = await openIdle();
  const { countdown, timers } = screenOf(page);
  await page.click('#guest');
  await showsState(page, 'guestActive.unused');
  expect(await countdown.textContent()).toMatch(/^(1:00:00|59:\d\d) left$/);
  const popup = await openPopup(page);
  await showsState(page, 'awaitingApproval.waiting');
  expect(await countdown.textContent()).toMatch(/^(1:00:00|59:\d\d) left$/);
  await allow(popup);
  await showsState(page, 'sessionActive.ready');
  // The guest is kept and will end; the session has no end.
  expect(await timers.count()).toBe(2);
  expect(await countdown.textContent()).toBe('');
});
