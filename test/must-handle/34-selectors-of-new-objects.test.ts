// statelyai/xstate#3269, statelyai/xstate#5080: A selector that returned a new object made React render without end and crashed the whole app.
// Here: A selector may return anything. With an object or a list, React renders again only when one of its fields changes.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type {} from '../browser/pages/selectors.tsx';
import { inChromium, reaches } from '../browser/stage.ts';

const stage = inChromium();

const react18 = (name: string) => new URL(`../react-18/node_modules/${name}`, import.meta.url).pathname;
const VERSIONS = {
  19: {},
  18: { alias: { react: react18('react'), 'react-dom': react18('react-dom') } },
};

const countsOf = (page: Page) =>
  page.evaluate(() =>
    Object.fromEntries(Object.entries(window.rendered).map(([name, { count }]) => [name, count])),
  );

test.each(Object.entries(VERSIONS))(
  'React %s renders every kind of selector only a few times',
  async (_, bundle) => {
    const { open } = await stage({ page: 'selectors.tsx', bundle });
    const page = await open();
    await reaches(page, 'idle.fresh');
    await page.waitForFunction(() => window.rendered.nested !== undefined);
    await page.evaluate(() => window.auth.loginAsGuest());
    await page.waitForFunction(
      () => (window.rendered.object?.last as { isGuest: boolean } | undefined)?.isGuest,
    );
    expect(await page.textContent('#root')).toBe('The rest');
    for (const [name, count] of Object.entries(await countsOf(page))) expect(count, name).toBeLessThan(20);
    const seen = await page.evaluate(() => {
      const last = (name: string) => window.rendered[name]?.last;
      return {
        list: (last('list') as unknown[])[0],
        nested: last('nested'),
        date: Number(last('date')),
        map: (last('map') as Map<string, unknown>).get('status'),
        function: (last('function') as () => unknown)(),
      };
    });
    expect(seen).toEqual({
      list: 'guest',
      nested: { who: { status: 'guest' } },
      date: 1,
      map: 'guest',
      function: 'guest',
    });

    // A view change that touches none of its fields.
    const before = await countsOf(page);
    await page.evaluate(() => window.auth.actor.send({ type: 'guest.used' }));
    await page.waitForFunction((count) => (window.rendered.nested?.count ?? 0) > count, before.nested ?? 0);
    const after = await countsOf(page);
    expect(after.object).toBe(before.object);
    expect(after.list).toBeGreaterThan(before.list ?? 0);
  },
);
