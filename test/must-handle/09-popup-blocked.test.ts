// MSAL#76, #4179, auth0-spa-js#300: The popup was blocked, as it opened after a wait.
// Here: The popup opens within the click and goes to TMDB once the token is there. If the popup is blocked, the view says so and offers the address.
import { expect, test } from 'vitest';
import { allow, endsOf, inChromium, openPopup, reaches, reachesTmdb, viewOf } from '../browser/stage.ts';
import { SESSION_NEW, TOKEN_NEW } from '../support/requests.ts';

const stage = inChromium();
const POPUP = { options: { mode: 'popup' } };
/** Without `allow-popups`, `window.open` really returns null. */
const BLOCKED = {
  ...POPUP,
  headers: {
    'content-security-policy': 'sandbox allow-scripts allow-same-origin allow-forms allow-top-navigation',
  },
};

test('the window opens within the click, before the token has arrived', async () => {
  const { open, tmdb } = await stage(POPUP);
  const release = tmdb.faults.add({ kind: 'hang', match: TOKEN_NEW });
  const page = await open();
  const wasOpenedAtOnce = await page.evaluate(() => {
    let isOpen = false;
    const original = window.open;
    window.open = (...args) => {
      isOpen = true;
      return original.apply(window, args);
    };
    document.querySelector<HTMLButtonElement>('#login')?.click();
    return isOpen;
  });
  expect(wasOpenedAtOnce).toBe(true);
  await expect.poll(() => page.context().pages().length).toBe(2);
  const [, popup] = page.context().pages();
  expect(popup?.url()).toBe('about:blank');
  release();
  if (!popup) throw new Error('no popup');
  await reachesTmdb(popup);
  await allow(popup);
  await reaches(page, 'sessionActive.ready');
});

test('the view reports a blocked popup, the sign-in waits, and login() stays pending', async () => {
  const { open } = await stage(BLOCKED);
  const page = await open();
  await page.click('#login');
  await page.waitForFunction(() => window.auth.getView().failure !== null);
  expect(await viewOf(page)).toMatchObject({
    state: 'awaitingApproval.waiting',
    failure: { code: 'popup_blocked' },
    can: { cancel: true },
  });
  expect(await endsOf(page)).toEqual([]);
  await page.evaluate(() => window.auth.cancel());
  await expect.poll(() => endsOf(page)).toEqual(['login: cancelled']);
  expect(await viewOf(page)).toMatchObject({ status: 'signedOut', can: { login: true } });
});

test('an ordinary link to approvalUrl completes the sign-in on this page', async () => {
  const { open, site, asked } = await stage(BLOCKED);
  const page = await open('/films?page=2');
  await page.click('#login');
  await page.waitForFunction(() => window.auth.getView().failure !== null);
  await followApprovalLink(page);
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
  expect(page.url()).toBe(`${site.url}/films?page=2`);
  expect(asked().filter((each) => each === SESSION_NEW)).toHaveLength(1);
});

/** Blocks like an extension: the page itself may open other tabs. */
const noWindows = () => {
  window.open = () => null;
};

test('a link to approvalUrl in a new tab completes the sign-in in both tabs', async () => {
  const { open, context, site, tmdb } = await stage(POPUP);
  await context.addInitScript(noWindows);
  const page = await open('/films?page=2');
  await page.click('#login');
  await page.waitForFunction(() => window.auth.getView().failure !== null);
  const [tab] = await Promise.all([context.waitForEvent('page'), followApprovalLink(page, '_blank')]);
  await reachesTmdb(tab);
  await allow(tab);
  await reaches(tab, 'sessionActive.ready');
  await reaches(page, 'sessionActive.ready');
  await expect.poll(() => endsOf(page)).toEqual(['login: user']);
  expect(tmdb.sessions()).toHaveLength(1);
  expect(tab.url()).toBe(`${site.url}/films?page=2`);
});

test('once windows are allowed, the next click opens one and clears the failure', async () => {
  const { open } = await stage(POPUP);
  const page = await open();
  await page.evaluate(() => {
    const original = window.open;
    window.open = () => {
      window.open = original;
      return null;
    };
  });
  await page.click('#login');
  await page.waitForFunction(() => window.auth.getView().failure !== null);
  const popup = await openPopup(page);
  await expect.poll(async () => (await viewOf(page)).failure).toBeNull();
  await allow(popup);
  await expect.poll(() => endsOf(page)).toEqual(['login: user', 'login: user']);
});

/** A link as an app renders it. */
async function followApprovalLink(page: Parameters<typeof viewOf>[0], target = ''): Promise<void> {
  await page.evaluate((name) => {
    const link = document.createElement('a');
    link.href = window.auth.approvalUrl ?? '';
    link.target = name;
    link.rel = 'noopener';
    link.textContent = 'Open TMDB';
    document.body.append(link);
  }, target);
  await page.getByRole('link', { name: 'Open TMDB' }).click();
}
