import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url).pathname;

const DESKTOP = { width: 1024, height: 640 };
const PHONE = { width: 360, height: 740 };
const LOOKS = [
  { size: DESKTOP, colorScheme: 'light' },
  { size: DESKTOP, colorScheme: 'dark' },
  { size: PHONE, colorScheme: 'light' },
  { size: PHONE, colorScheme: 'dark' },
] as const;

/**
 * Returns the findings of axe for the present state in every theme and width, and whether the page has to be scrolled
 * sideways.
 */
async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: AXE });
  const found: string[] = [];
  for (const { size, colorScheme } of LOOKS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    const problems = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: Axe };
      const { violations } = await axe.run();
      const isTooWide = document.documentElement.scrollWidth > innerWidth;
      return [
        ...violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ...(isTooWide ? ['scrolls sideways'] : []),
      ];
    });
    found.push(...problems.map((problem) => `${size.width} ${colorScheme} ${problem}`));
  }
  return found;
}

interface Axe {
  run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** Expects no finding in the present state. */
export const look = async (page: Page, state: string) => expect.soft(await findings(page), state).toEqual([]);

/** Presses Tab until the control with this text or label has the focus. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    const isThere = await page.evaluate((wanted) => {
      const focused = document.activeElement;
      if (!(focused instanceof HTMLButtonElement || focused instanceof HTMLInputElement)) return false;
      return (focused.textContent || focused.labels?.[0]?.textContent)?.includes(wanted);
    }, name);
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to “${name}”.`);
}
