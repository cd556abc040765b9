// react-oidc-context#414, oidc-react#340, MSAL#3538: On a server there is no `window`; the first render did not match, or flashed “signed out”.
// Here: The import touches no globals, and a server renders `restoring`, just as the first render in the page does.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import type {} from '../browser/pages/react.tsx';
import { inChromium, reaches, type StageOptions, signIn } from '../browser/stage.ts';
import { programOf } from '../support/program.ts';

const stage = inChromium();
let html = '';

beforeAll(async () => {
  const program = programOf('test/must-handle/fixtures/server-render.ts');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
  expect(stderr).toBe('');
  html = stdout;
});

test('a server renders restoring without a window, and its process exits by itself', () => {
  expect(html).toContain('<b id="state">restoring</b>');
  expect(html).toContain('nobody');
  expect(html).not.toContain('idle');
});

test.each([{ credentials: { apiKey: '0'.repeat(32) } }, { server: '/auth' }])(
  'a client on a server sends no request and reads no storage, whatever is called (%o)',
  async (where) => {
    const { createBrowserAuth } = await import('../../src/platforms/browser/index.ts');
    const asked: unknown[] = [];
    const auth = createBrowserAuth({
      ...where,
      fetch: async (input) => {
        asked.push(input);
        return new Response('{}');
      },
    });
    void auth.prepare();
    void auth.login().catch(() => {});
    void auth.loginAsGuest().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve));
    expect(auth.getView()).toMatchObject({ state: 'restoring', status: 'pending' });
    expect(asked).toEqual([]);
    auth.dispose();
  },
);

/** The page as the server sent it, and as the browser showed it from the first paint on. */
async function hydrated(options: StageOptions, isSignedIn: boolean) {
  const on = await stage({ page: 'react.tsx', root: html, ...options });
  const said: string[] = [];
  await on.context.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const look = () => {
      const text = document.querySelector('#state')?.textContent;
      if (text && text !== seen.at(-1)) seen.push(text);
    };
    new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true });
  });
  const page = await on.open();
  if (isSignedIn) {
    await signIn(page);
    page.on('console', (message) => said.push(message.text()));
    await page.reload();
    await reaches(page, 'sessionActive.ready');
    await page.getByText('sandra').waitFor();
  } else {
    page.on('console', (message) => said.push(message.text()));
    await page.reload();
    await page.locator('#state', { hasText: 'idle.fresh' }).waitFor();
  }
  return {
    said,
    seen: await page.evaluate(() => (window as unknown as { seen: string[] }).seen),
    recovered: await page.evaluate(() => window.recovered),
    renders: await page.evaluate(() => window.renders),
  };
}

for (const isStrict of [false, true]) {
  test(`a signed-in user (StrictMode ${isStrict ? 'on' : 'off'}) sees restoring, then their name, and never signed out`, async () => {
    const { said, seen, recovered, renders } = await hydrated({ options: { isStrict } }, true);
    expect(seen).toEqual(['restoring', 'sessionActive.ready']);
    expect(renders.View[0]).toBe('restoring');
    expect(renders.Status).not.toContain('signedOut');
    expect(recovered).toEqual([]);
    expect(said.filter((text) => !text.includes('React DevTools'))).toEqual([]);
  });
}

test('a visitor who is signed out sees restoring, then signed out', async () => {
  const { said, seen, recovered } = await hydrated({}, false);
  expect(seen).toEqual(['restoring', 'idle.fresh']);
  expect(recovered).toEqual([]);
  expect(said.filter((text) => !text.includes('React DevTools'))).toEqual([]);
});
