import { expect, test } from 'vitest';
import { lazily } from './lazy.stage.ts';
import { inChromium, reaches } from './stage.ts';

const stage = inChromium();
const lazyStage = lazily();

const DENIED = 'Du hast die Anfrage bei TMDB nicht bestätigt.';
const AWAY = 'Laden fehlgeschlagen. Lade die Seite neu.';
const options = { messages: { callback_mismatch: DENIED, network: AWAY, bad_answer: AWAY } };

test('a page shows the app’s text for a return that it does not know, and warns with it', async () => {
  const { open } = await stage({ options, script: '{ onWarning: (each) => (window.told = each.message) }' });
  const page = await open(`/?request_token=${'a'.repeat(40)}&approved=true`);
  await reaches(page, 'idle');
  await expect.poll(() => page.evaluate(() => window.auth.getView().failure?.message)).toBe(DENIED);
  expect(await page.evaluate(() => (window as { told?: string }).told)).toBe(DENIED);
});

test('a page that uses a server shows its own text', async () => {
  const { open } = await stage({ options: { ...options, server: '/auth' } });
  const page = await open();
  await reaches(page, 'idle');
  expect(await page.evaluate(() => window.auth.getView().failure?.message)).toBe(AWAY);
});

test('a lazy page shows the app’s text when its engine cannot be loaded', async () => {
  const on = await lazyStage({ options });
  const page = await on.open();
  on.break(true);
  const said = await page.evaluate(() => window.auth.loginAsGuest().catch((error) => error.message));
  expect(said).toBe(AWAY);
  expect(await page.evaluate(() => window.auth.getView().failure?.message)).toBe(AWAY);
});
