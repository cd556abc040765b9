import { expect, onTestFinished, test } from 'vitest';
import { signedInPage, type Who } from '../../src/tools/testing/index.ts';
import type {} from './pages/test-auth.ts';
import { inChromium, reaches, viewOf } from './stage.ts';

const stage = inChromium();

test.each<[Who, string, object]>([
  [{}, 'sessionActive.ready', { account: { username: 'sandra' } }],
  [{ apiVersion: 4 }, 'sessionActive.ready', { account: { objectId: expect.any(String) } }],
  [{ as: 'guest' }, 'guestActive.unused', { guest: { used: false } }],
])(
  'a browser with the prepared storage is signed in, and the page sends no request: %o',
  async (who, state, view) => {
    const { context, site, tmdb, asked } = await stage({ options: { apiVersion: who.apiVersion ?? 3 } });
    const storageState = signedInPage(tmdb, { origin: site.url, ...who });
    const another = await context.browser()?.newContext({ storageState });
    onTestFinished(async () => another?.close());
    const page = await another?.newPage();
    if (!page) throw new Error('No page.');
    await page.goto(site.url);
    await reaches(page, state);
    expect(await viewOf(page)).toMatchObject(view);
    expect(asked()).toEqual([]);
  },
);

test('a test client shows its state at once in a page, as in Storybook, and signs in without a network', async () => {
  const { open, asked } = await stage({ page: 'test-auth.ts' });
  const page = await open();
  const seen = await page.evaluate(async () => {
    const states = (['user', 'guest', 'pending', 'idle.approvalDenied'] as const).map(
      (state) => window.createTestAuth(state).getView().state,
    );
    const auth = window.createTestAuth();
    const done = auth.login();
    await auth.approve();
    return [...states, (await done).account?.username];
  });
  expect(seen).toEqual([
    'sessionActive.ready',
    'guestActive.unused',
    'awaitingApproval.waiting',
    'idle.approvalDenied',
    'sandra',
  ]);
  expect(asked()).toEqual([]);
});
