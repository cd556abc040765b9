import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startViewer } from '../../../src/tools/inspect/node/index.ts';
import { reaches } from '../../browser/stage.ts';
import { appInChromium } from './watch.stage.ts';

const stage = appInChromium();

test('the local viewer shows pages of the allowed sites, and refuses others', async () => {
  const { site, open } = await stage();
  const refused: string[] = [];
  const viewer = await startViewer({
    port: 0,
    allow: [site.url],
    onRefused: (origin) => refused.push(origin),
  });
  onTestFinished(viewer.close);
  const audience = new WebSocket(`${viewer.socketUrl}/watch`);
  const views: string[] = [];
  audience.on('message', (data) => {
    const { message } = JSON.parse(String(data));
    if (message.view) views.push(message.view.state);
  });
  await once(audience, 'open');

  const watch = { kind: 'viewer', url: viewer.socketUrl } as const;
  const page = await open();
  await reaches(page, 'idle.fresh');
  await page.evaluate((options) => window.watch(options), watch);
  await page.click('#guest');
  await expect.poll(() => views.at(-1)).toBe('guestActive.unused');
  expect(views).toEqual(['idle.fresh', 'guestRequested.trying', 'guestActive.unused']);
  expect(await page.evaluate(() => window.warnings)).toEqual([]);

  const other = site.url.replace('localhost', '127.0.0.1');
  await page.goto(other);
  await reaches(page, 'idle.fresh');
  await page.evaluate((options) => window.watch(options), watch);
  await expect.poll(() => refused).toEqual([other]);
  await expect
    .poll(() => page.evaluate(() => window.warnings))
    .toEqual([`tmdb-auth: no viewer at ${viewer.socketUrl}. Start one: npx tmdb-auth inspect`]);
  await page.click('#guest');
  await reaches(page, 'guestActive.unused');
  expect(views).toHaveLength(3);
});
