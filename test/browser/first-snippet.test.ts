import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { GUEST_NEW } from '../support/requests.ts';
import { allow, deny, inChromium, reaches, reachesTmdb } from './stage.ts';

/* The component that README.md and the guide give to copy always has a button that works. */

const begin = inChromium();
const root = new URL('../../', import.meta.url);

const PAGES = ['README.md', 'docs/guides/react.md'];

/** The component `SignIn` of that page, with this test's options and without the panel. */
async function scriptOf(page: string): Promise<string> {
  const text = readFileSync(new URL(page, root), 'utf8');
  const [component] = /(?:const press = .*\n\n)?function SignIn\(\) \{[\s\S]*?\n\}\n/.exec(text) ?? [];
  const { outputFiles } = await build({
    stdin: {
      contents: `import { createRoot } from 'react-dom/client';
        import { createBrowserAuth } from 'tmdb-auth/browser';
        import { TmdbAuthProvider, useTimeLeft, useTmdbAuth } from 'tmdb-auth/react';
        const auth = createBrowserAuth(CONFIG);
        window.auth = auth;
        ${component}
        createRoot(document.querySelector('#root')).render(<TmdbAuthProvider auth={auth}><SignIn /></TmdbAuthProvider>);`,
      resolveDir: root.pathname,
      loader: 'tsx',
    },
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  return outputFiles[0]?.text ?? '';
}

test.each(PAGES)('the component of %s has a live button in every state', async (from) => {
  const script = await scriptOf(from);
  const { open, tmdb } = await begin({
    options: { mode: 'popup' },
    respond: (path) => (path === '/app.js' ? { type: 'text/javascript', text: script } : undefined),
  });
  const page = await open();
  const offers = async (state: string, ...names: string[]) => {
    await reaches(page, state);
    await expect.poll(() => buttonsOf(page), { message: state }).toEqual(names);
  };
  const press = (name: string) => page.locator('#root').getByRole('button', { name }).click();
  const said = () => page.getByRole('alert').textContent();

  await offers('idle.fresh', 'Sign in', 'Continue as a guest');
  const goOn = tmdb.faults.add({ kind: 'hang', match: GUEST_NEW });
  await press('Continue as a guest');
  await offers('guestRequested', 'Cancel');
  goOn();
  await offers('guestActive', 'Sign in', 'Leave');
  await press('Leave');
  await offers('idle.loggedOut', 'Sign in', 'Continue as a guest');

  const fail = tmdb.faults.add({
    kind: 'status',
    status: 500,
    match: GUEST_NEW,
    times: Number.POSITIVE_INFINITY,
  });
  await press('Continue as a guest');
  await offers('idle.failed', 'Sign in', 'Continue as a guest', 'Try again');
  fail();

  const [denied] = await Promise.all([page.waitForEvent('popup'), press('Sign in')]);
  await reachesTmdb(denied);
  await offers('awaitingApproval', 'Cancel');
  expect(await page.getByRole('link', { name: 'Approve on TMDB' }).isVisible()).toBe(true);
  await deny(denied);
  await offers('idle.approvalDenied', 'Sign in', 'Continue as a guest');
  expect(await said()).toMatch(/^You did not approve/);

  const [allowed] = await Promise.all([page.waitForEvent('popup'), press('Sign in')]);
  await reachesTmdb(allowed);
  await allow(allowed);
  await expect.poll(() => page.locator('#root').textContent()).toContain('sandra');
  await offers('sessionActive', expect.stringMatching(/^Sign out/));
  await press('Sign out');
  await offers('idle.loggedOut', 'Sign in', 'Continue as a guest');
});

const buttonsOf = (page: Page) =>
  page
    .locator('#root button')
    .evaluateAll((all) =>
      all.filter((one) => !(one as HTMLButtonElement).disabled).map((one) => one.textContent),
    );
