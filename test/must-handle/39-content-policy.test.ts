// cloudfoundry/stratos#5689: A page’s content policy refused a style sheet and `innerHTML`: the panel appeared unstyled below the app.
// Here: Style sheets are constructed and elements are created one by one: `style-src 'self'` and Trusted Types refuse nothing.
import { expect, test } from 'vitest';
import { allow, openPopup } from '../browser/stage.ts';
import { DOCUMENT, dockOf, OPEN, POPUP, panelInChromium } from '../devtools/panel.stage.ts';
import { screenOf, showsState } from '../devtools/screen.ts';

// Fails on every console message: the browser reports refusals there.
const begin = panelInChromium();

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

const stage = (options: Record<string, unknown>, page: 'panel.ts' | 'react.tsx' = 'panel.ts') =>
  begin({
    options,
    page,
    respond: (path, _, { tmdb }) =>
      path === '/'
        ? {
            type: 'text/html;charset=utf-8',
            text: DOCUMENT,
            headers: {
              'content-security-policy': [...POLICY, `connect-src ${tmdb.baseURL}`].join('; '),
            },
          }
        : undefined,
  });

test('the panel draws, styles and traces a whole sign-in', async () => {
  const { openIdle } = await stage(POPUP);
  const page = await openIdle();
  const panel = screenOf(page);
  expect(await dockOf(page).evaluate((dock) => getComputedStyle(dock).position)).toBe('fixed');
  await allow(await openPopup(page));
  await showsState(page, 'sessionActive.ready');
  expect(await panel.active()).toEqual(['sessionActive', 'sessionActive.ready']);
  const rect = page.locator('.chart [data-state="sessionActive.ready"] > rect');
  expect(await rect.evaluate((drawn) => drawn.getBoundingClientRect().width)).toBeGreaterThan(30);
  await expect.poll(() => rect.evaluate((drawn) => getComputedStyle(drawn).strokeWidth)).toBe('3px');
});

test('the panel moves, resizes, closes and opens', async () => {
  const { openIdle } = await stage(OPEN);
  const page = await openIdle();
  await page.getByRole('button', { name: 'Dock to the right' }).click();
  await page.getByRole('separator').press('ArrowLeft');
  expect((await dockOf(page).boundingBox())?.width).toBe(464);
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).paddingRight)).toBe('464px');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'tmdb-auth' }).click();
  expect(await dockOf(page).isVisible()).toBe(true);
});

test('the React component works under the same policy', async () => {
  const { openIdle } = await stage({}, 'react.tsx');
  const page = await openIdle();
  await page.getByRole('button', { name: 'tmdb-auth' }).click();
  await showsState(page, 'idle.fresh');
});
