import { QueryClient } from '@tanstack/react-query';
import type { Page } from 'playwright-core';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createBrowserAuth } from '../../src/platforms/browser/index.ts';
import { App } from './pages/account-app.tsx';
import type {} from './pages/account-page.tsx';
import { inChromium, reaches, signIn } from './stage.ts';

const stage = inChromium();

const fromServer = () => {
  const auth = createBrowserAuth({ credentials: { apiKey: '0'.repeat(32) } });
  return renderToString(createElement(App, { auth, queryClient: new QueryClient() }));
};
const textOf = (page: Page, id: string) =>
  page.evaluate((name) => document.getElementById(name)?.textContent, id);

test('a server-rendered page hydrates without a mismatch, signed out and signed in', async () => {
  const { open } = await stage({ page: 'account-page.tsx', root: fromServer() });
  const page = await open();
  await expect.poll(() => textOf(page, 'film')).toBe('{"status":"signedOut","isLoading":false}');
  await signIn(page);
  const known = '{"status":"user","rating":null,"isLoading":false,"lists":[]}';
  await expect.poll(() => textOf(page, 'film')).toBe(known);
  await page.reload();
  await expect.poll(() => textOf(page, 'film')).toBe(known);
  expect(await page.evaluate(() => window.differences)).toEqual([]);
});

test('TanStack Query shows a new favourite, and shows the next user nothing of it', async () => {
  const { open } = await stage({ page: 'account-page.tsx', root: fromServer() });
  const page = await open();
  await reaches(page, 'idle.fresh');
  await signIn(page);
  await expect.poll(() => textOf(page, 'favorites')).toBe('{"status":"user","titles":[]}');
  await page.evaluate(() => window.my.favorite({ movie: 550 }));
  await expect.poll(() => textOf(page, 'favorites')).toBe('{"status":"user","titles":["Paper Lions"]}');
  await page.evaluate(() => window.auth.logout());
  await expect.poll(() => textOf(page, 'favorites')).toBe('{"status":"signedOut"}');
  const shown = await page.evaluate(() => window.paragraphs);
  expect(shown.filter((text) => text.includes('Paper Lions') && !text.includes('"user"'))).toEqual([]);
});
