// AzureAD/microsoft-authentication-library-for-js#8391: In a frame of another site, which has its own storage, the answer of the popup never arrived.
// Here: The popup also passes its return to the page that opened it, through a port that only its own origin receives. A page in a frame never navigates to TMDB; it opens a popup.
import { expect, onTestFinished, test } from 'vitest';
import { serve } from '../browser/chromium.ts';
import {
  allow,
  deny,
  endsOf,
  inPartitionedChromium,
  openPopup,
  reaches,
  tokenIn,
  viewOf,
} from '../browser/stage.ts';
import { ACCOUNT, SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';

const stage = inPartitionedChromium();

/** The app in a frame of another site, and TMDB in the window that its button opens. */
async function framed(options: Record<string, unknown>) {
  const on = await stage({ options });
  const host = await serve(() => ({
    type: 'text/html',
    text: `<iframe src="${on.site.url}/widget"></iframe>`,
  }));
  onTestFinished(host.close);
  const page = await on.context.newPage();
  await page.goto(host.url.replace('localhost', '127.0.0.1'));
  const frame = page.frames().find((each) => each.url().startsWith(on.site.url));
  if (!frame) throw new Error('There is no frame.');
  await reaches(frame, 'idle');
  return { ...on, page, frame, popup: await openPopup(page, frame) };
}

test.each([
  ['popup', { mode: 'popup' }],
  ['redirect', {}],
  ['v4', { apiVersion: 4 }],
  ['in sessionStorage', { storage: 'session' }],
  ['in memory', { storage: 'memory' }],
])('the frame is signed in and the window closes (%s)', async (_, options) => {
  const { page, frame, popup, tmdb } = await framed(options);
  const shown = page.url();
  await allow(popup);
  await reaches(frame, 'sessionActive.ready');
  await expect.poll(() => popup.isClosed()).toBe(true);
  expect((await viewOf(frame)).account?.username).toBe('sandra');
  expect(page.url()).toBe(shown);
  expect(tmdb.sessions()).toHaveLength(1);
});

test('the frame shows the denial when the user denies', async () => {
  const { frame, popup } = await framed({});
  await deny(popup);
  await reaches(frame, 'idle.approvalDenied');
  await expect.poll(() => popup.isClosed()).toBe(true);
});

test('other scripts of the page see no token in the messages', async () => {
  const { frame, popup } = await framed({});
  const token = tokenIn(popup);
  await frame.evaluate(() => {
    Object.assign(window, { heard: [] });
    window.addEventListener('message', ({ data }) =>
      (window as unknown as { heard: unknown[] }).heard.push(data),
    );
  });
  await allow(popup);
  await reaches(frame, 'sessionActive.ready');
  const heard = await frame.evaluate(() => JSON.stringify((window as unknown as { heard: unknown[] }).heard));
  expect(heard).toContain('tmdb-auth');
  expect(heard).not.toContain(token);
});

test('a sign-in in a frame sends no more requests than one without', async () => {
  const { frame, popup, asked } = await framed({ mode: 'popup' });
  await allow(popup);
  await reaches(frame, 'sessionActive.ready');
  expect(asked()).toEqual([TOKEN_NEW, SESSION_NEW, ACCOUNT]);
});

test('the browser keeps the frame’s storage apart', async () => {
  const { frame, open } = await framed({});
  await frame.evaluate(() => localStorage.setItem('seen', '1'));
  const alone = await open();
  expect(await alone.evaluate(() => localStorage.getItem('seen'))).toBeNull();
});

test('a page of another origin that opened the popup is told nothing', async () => {
  const { page, frame, popup, site } = await framed({ mode: 'popup' });
  await page.evaluate(() => {
    Object.assign(window, { heard: [] });
    window.addEventListener('message', ({ data }) =>
      (window as unknown as { heard: unknown[] }).heard.push(data),
    );
  });
  const returned = `${site.url}/widget?request_token=${'a'.repeat(40)}&approved=true`;
  const [opened] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((address) => void window.open(address, 'tmdb-auth.1'), returned),
  ]);
  await reaches(opened, 'idle');
  expect(await page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).toEqual([]);
  await allow(popup);
  await reaches(frame, 'sessionActive.ready');
  expect(await endsOf(frame as never)).toEqual(['login: user']);
});
