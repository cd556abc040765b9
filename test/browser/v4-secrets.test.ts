import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allow, inChromium, openPopup, reaches, reachesTmdb, storedIn, tokenIn } from './stage.ts';
import { V4, V4_POPUP } from './v4.stage.ts';

const stage = inChromium();

/** Everything written to any console, and every address the site was asked for or received as a referrer. */
function listen(context: BrowserContext, site: string) {
  const heard: string[] = [];
  context.on('console', (message) => heard.push(message.text()));
  context.on('request', async (request) => {
    if (request.url().startsWith(site)) heard.push(request.url());
    heard.push((await request.allHeaders().catch(() => null))?.referer ?? '');
  });
  context.on('page', (page) =>
    page.on('framenavigated', (frame) => {
      if (frame.url().startsWith(site)) heard.push(frame.url());
    }),
  );
  return heard;
}

/** All storage of this origin besides the one record. */
const keptBeside = (page: Page) =>
  page.evaluate(async () => {
    const record = Object.keys(localStorage).find((name) => name.startsWith('tmdb-auth'));
    const local = Object.entries(localStorage).filter(([name]) => name !== record);
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    return JSON.stringify([local, Object.entries(sessionStorage), document.cookie, databases, window.name]);
  });

test.each([
  ['redirect', V4],
  ['popup', V4_POPUP],
])(
  'a v4 sign-in by %s leaves no secret in an address, on a console, or stored outside the record',
  async (mode, options) => {
    const { open, context, site, tmdb } = await stage({
      ...options,
      headers: { 'referrer-policy': 'unsafe-url' },
    });
    const heard = listen(context, site.url);
    const page = await open('/films?page=2');
    await page.evaluate(() => console.info('listening'));
    if (mode === 'redirect') {
      await page.click('#login');
      await reachesTmdb(page);
    }
    const shown = mode === 'popup' ? await openPopup(page) : page;
    const requestToken = tokenIn(shown);
    await allow(shown);
    await reaches(page, 'sessionActive.ready');
    const { secrets } = JSON.parse((await storedIn(page)) ?? '{}');
    expect(Object.keys(secrets).sort()).toEqual(['accessToken', 'sessionId']);
    const all: string[] = [
      requestToken,
      secrets.accessToken,
      secrets.sessionId,
      tmdb.accessToken,
      tmdb.apiKey,
    ];
    expect(all.every((secret) => secret.length >= 32)).toBe(true);
    const status = await page.evaluate(async () => (await window.auth.fetch('/3/account')).status);
    expect(status).toBe(200);
    await page
      .evaluate(() => window.auth.actor.getSnapshot().context)
      .then((it) => heard.push(JSON.stringify(it)));
    heard.push(await keptBeside(page), JSON.stringify(await page.evaluate(() => window.auth.getView())));
    expect(heard).toContain('listening');
    expect(heard.some((text) => text.includes('tmdb_auth=returned'))).toBe(true);
    for (const secret of all) expect(heard.filter((text) => text.includes(secret))).toEqual([]);
  },
);
