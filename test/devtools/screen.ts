import { readFile } from 'node:fs/promises';
import type { Frame, Page } from 'playwright-core';
import { expect } from 'vitest';

const AXE = new URL('../../node_modules/axe-core/axe.min.js', import.meta.url);

export const PARTS = ['Now', 'Statechart', 'Timeline'] as const;
const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** The content of a panel or of the viewer's page. Playwright looks into open shadow roots. */
export function screenOf(page: Page | Frame, within = '') {
  const find = (selector: string) => page.locator(`${within} .screen ${selector}`.trim());
  return {
    state: find('header .state'),
    status: find('header .status'),
    countdown: find('header .countdown'),
    title: find('.present h3'),
    timers: find('.timers > div'),
    lookingBack: find('.then:has(button)'),
    back: find('.then button'),
    waits: find('.timers + .quiet'),
    events: find('.events button'),
    event: (name: string) => find('.events').getByRole('button', { name, exact: true }),
    steps: find('.timeline li'),
    /** The row of the step with that number. */
    step: (number: number) => find(`.timeline li[value="${number}"]`),
    part: (name: (typeof PARTS)[number]) => find('nav').getByRole('button', { name, exact: true }),
    /** A line of the view, e.g. `account.username`. */
    value: (name: string) =>
      find('.view > div')
        .filter({ has: page.locator(`dt:text-is("${name}")`) })
        .locator('dd'),
    /** The lit states, from outside in. */
    active: () =>
      find('.chart .state.active').evaluateAll((all) => all.map((one) => one.getAttribute('data-state'))),
    /**
     * How many marks are traced, and which of them should not be, or are missing: exactly these transitions should be
     * traced.
     */
    traces: (...keys: string[]) =>
      find('.chart').evaluate((chart, taken) => {
        const marks = [...chart.querySelectorAll('[data-moves]')];
        const isTraced = (mark: Element) => mark.classList.contains('traced');
        const keysOf = (mark: Element) => (mark.getAttribute('data-moves') ?? '').split(' ');
        const isTaken = (mark: Element) => keysOf(mark).some((key) => taken.includes(key));
        return {
          traced: marks.filter(isTraced).length,
          wrong: marks.filter((mark) => isTraced(mark) !== isTaken(mark)).map(keysOf),
        };
      }, keys),
    /** All text, without the drawing. */
    text: () => find('').evaluateAll((all) => all.map((one) => (one as HTMLElement).innerText).join('\n')),
  };
}

export const whatOf = (page: Page | Frame, within = '') =>
  page.locator(`${within} .screen .timeline li strong`).allTextContents();

/** Waits until exactly this state is shown as the present one. */
export async function showsState(page: Page | Frame, state: string, within = ''): Promise<void> {
  await expect.poll(() => screenOf(page, within).state.textContent()).toBe(state);
}

/** The focused element's label or text, through shadow roots. */
export const focusOf = (page: Page) =>
  page.evaluate(() => {
    let { activeElement } = document;
    while (activeElement?.shadowRoot) activeElement = activeElement.shadowRoot.activeElement;
    return (
      activeElement?.getAttribute('aria-label') ?? activeElement?.textContent?.trim().slice(0, 40) ?? null
    );
  });

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** Findings of axe, and elements that must not be scrolled sideways but can be. */
export async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) {
    // The viewer's policy blocks added scripts, so axe is evaluated instead.
    await page.evaluate(await readFile(AXE, 'utf8'));
  }
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Axe };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((one) => one.shadowRoot ?? [])];
    const wide = roots
      .flatMap((root) => [...root.querySelectorAll('.dock, .screen, .screen *, html, body')])
      // The drawing is meant to be scrolled.
      .filter((one) => !one.closest('.chart') && one.scrollWidth > one.clientWidth && one.clientWidth > 1)
      .filter((one) => getComputedStyle(one).overflowX !== 'visible' || one.matches('.screen, html, body'))
      .map((one) => `too wide: ${one.tagName} ${one.className}`);
    return [
      ...violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes
            .map(({ html }) => html)
            .join(' ')
            .slice(0, 300)}`,
      ),
      ...wide,
    ];
  });
}

/** The same in both widths, light and dark, and for each part. */
export async function findingsInAllLooks(page: Page, within = ''): Promise<string[]> {
  const found = new Map<string, string[]>();
  for (const size of [DESKTOP, PHONE]) {
    await page.setViewportSize(size);
    // A wide screen shows all three parts at once.
    for (const part of size === DESKTOP ? [null] : PARTS) {
      if (part) await screenOf(page, within).part(part).click();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const look = [size.width, part, colorScheme].filter((each) => each !== null).join(' ');
        for (const finding of await findings(page)) found.set(finding, [...(found.get(finding) ?? []), look]);
      }
    }
  }
  await page.setViewportSize(DESKTOP);
  return [...found].map(([finding, looks]) => `${finding} (${looks.join(', ')})`);
}
