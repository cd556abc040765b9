import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { beforeAll, expect, test } from 'vitest';
import { createLazyAuth } from '../../src/platforms/lazy/index.ts';
import { engineOf, lazily, rests } from './lazy.stage.ts';
import type {} from './pages/react.tsx';
import { App } from './pages/react-app.tsx';
import { reaches, reachesTmdb, type Stage, signIn } from './stage.ts';

const begin = lazily();
let root = '';

beforeAll(() => {
  const auth = createLazyAuth({ credentials: { apiKey: '0'.repeat(32) } });
  root = renderToString(createElement(App, { auth }));
});

const stage = (options = {}) => begin({ page: 'lazy-react.tsx', root, ...options });

/** Records every state in the page's text, from the first paint on. */
const watched = async ({ context }: Stage) => {
  await context.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const text = document.querySelector('#state')?.textContent;
      if (text && text !== seen.at(-1)) seen.push(text);
    };
    new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true });
  });
};
const seenIn = (page: Awaited<ReturnType<Stage['open']>>) =>
  page.evaluate(() => (window as unknown as { seen: string[] }).seen);

test('a server renders a state that is not known yet', () => {
  expect(root).toContain('<b id="state">restoring</b>');
});

test.each([true, false])(
  'a visitor is shown as signed out without the engine (rendered on a server: %s)',
  async (isServed) => {
    const on = await stage(isServed ? {} : { root: '' });
    await watched(on);
    const page = await on.open();
    await page.waitForFunction(() => document.querySelector('#state')?.textContent === 'idle.fresh');
    await rests(page);
    expect(await seenIn(page)).toEqual(isServed ? ['restoring', 'idle.fresh'] : ['idle.fresh']);
    expect(await page.evaluate(() => window.recovered)).toEqual([]);
    expect(engineOf(on.loaded())).toEqual([]);
    await page.click('#hook-login');
    await reachesTmdb(page);
    expect(engineOf(on.loaded())).toHaveLength(1);
  },
);

test('a signed-in user sees no other state, and hydration matches what the server sent', async () => {
  const on = await stage();
  await watched(on);
  const page = await on.open();
  await page.waitForFunction(() => document.querySelector('#state')?.textContent === 'idle.fresh');
  await page.evaluate(() =>
    document.querySelector('#login')?.addEventListener('click', () => void window.auth.login()),
  );
  await signIn(page);
  await page.reload();
  await reaches(page, 'sessionActive.ready');
  await page.waitForFunction(() => document.querySelector('#who')?.textContent === 'sandra');
  expect(await seenIn(page)).toEqual(['restoring', 'sessionActive.ready']);
  expect(await page.evaluate(() => window.recovered)).toEqual([]);
});
