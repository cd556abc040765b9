// airbytehq/airbyte#22107: The user closed the app's window while TMDB was open and went on in the popup. Its next sign-in navigated the popup itself away.
// Here: Each popup has its own name that no page can predict. The popup goes on as an ordinary page and opens another popup for the next sign-in.
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allow, deny, inChromium, openPopup, reaches, viewOf } from '../browser/stage.ts';

const stage = inChromium();

/** A popup that shows TMDB after its opener is gone. */
async function left(leave: (opener: Page) => Promise<unknown>) {
  const on = await stage({ options: { mode: 'popup' } });
  const opener = await on.open('/films');
  const popup = await openPopup(opener);
  await leave(opener);
  return { ...on, popup };
}

test.each([
  ['closed', (opener: Page) => opener.close()],
  ['led to another site', (opener: Page) => opener.goto('about:blank')],
])(
  'the next sign-in opens another window and completes on the page of the click (the opener was %s)',
  async (_, leave) => {
    const { popup, tmdb } = await left(leave);
    await allow(popup);
    await reaches(popup, 'sessionActive.ready');
    await popup.evaluate(() => window.auth.logout());
    await reaches(popup, 'idle');
    const address = popup.url();
    const second = await openPopup(popup);
    expect(popup.url()).toBe(address);
    await allow(second);
    await reaches(popup, 'sessionActive.ready');
    await expect.poll(() => second.isClosed()).toBe(true);
    expect((await viewOf(popup)).account?.username).toBe('sandra');
    expect(tmdb.sessions()).toHaveLength(1);
  },
);

test('a denied popup shows the denial, and its next sign-in opens another window', async () => {
  const { popup } = await left((opener) => opener.close());
  await deny(popup);
  await reaches(popup, 'idle.approvalDenied');
  const second = await openPopup(popup);
  await allow(second);
  await reaches(popup, 'sessionActive.ready');
});

test('a page that knew the name of an earlier popup cannot reach the next one', async () => {
  const { open } = await stage({ options: { mode: 'popup' } });
  const page = await open();
  const first = await openPopup(page);
  const name = await first.evaluate(() => window.name);
  await deny(first);
  await reaches(page, 'idle.approvalDenied');
  const second = await openPopup(page);
  const address = second.url();
  const [aimed] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate((known) => void window.open('about:blank', known), name),
  ]);
  expect(aimed.url()).toBe('about:blank');
  expect(second.url()).toBe(address);
});
