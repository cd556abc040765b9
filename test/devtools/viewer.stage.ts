import type { Frame, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startViewer, type Viewer } from '../../src/tools/inspect/node/index.ts';
import { serve } from '../browser/chromium.ts';
import { inChromium, reaches, type Stage, type StageOptions } from '../browser/stage.ts';
import { actorMessage, snapshotMessage } from './helpers.ts';
import type {} from './pages/watched.ts';

export interface ViewerStage extends Stage {
  viewer: Viewer;
  /** Console output of all pages. It must be empty at the end: a test removes what it expects. */
  said: string[];
  openViewer(): Promise<Page>;
  /** The app while nobody is signed in. */
  openIdle(): Promise<Page>;
}

/** Chromium itself logs every answer above 399 as an error of the page. */
const BY_CHROMIUM = 'Failed to load resource';

/** The local viewer, and an app that is allowed to use it by default. */
export const viewerInChromium = () => {
  const begin = inChromium();
  return async ({
    isAllowed = true,
    ...options
  }: StageOptions & { isAllowed?: boolean } = {}): Promise<ViewerStage> => {
    const stage = await begin({
      ...options,
      page: '../../devtools/pages/watched.ts',
      options: { mode: 'popup', ...options.options },
    });
    const viewer = await startViewer({ port: 0, ...(isAllowed && { allow: [stage.site.url] }) });
    const said: string[] = [];
    stage.context.on('console', (message) => {
      if (!message.text().startsWith(BY_CHROMIUM)) said.push(message.text());
    });
    stage.context.setDefaultTimeout(10_000);
    // `@statelyai/inspect` waits for an idle page. Headless Chromium calls a page idle only if it paints.
    await stage.context.addInitScript(() => {
      const paint = () => void requestAnimationFrame(paint);
      paint();
    });
    onTestFinished(async () => {
      await stage.context.close();
      await viewer.close();
      expect(said).toEqual([]);
    });
    return {
      ...stage,
      viewer,
      said,
      async openViewer() {
        const page = await stage.context.newPage();
        await page.goto(viewer.url);
        await page.locator('.screen').waitFor();
        return page;
      },
      async openIdle() {
        const page = await stage.open();
        await reaches(page, 'idle.fresh');
        return page;
      },
    };
  };
};

/** A site with that body at every path. */
export async function siteOf(body: string): Promise<string> {
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>site</title><body>${body}</body></html>`;
  const site = await serve(() => ({ type: 'text/html', text }));
  onTestFinished(site.close);
  return site.url;
}

/** The frame that shows this site, once it has loaded. */
export async function frameIn(page: Page, url: string): Promise<Frame> {
  const find = () => page.frames().find((frame) => frame.url().startsWith(url));
  await expect.poll(() => find()?.url() ?? '').toContain(url);
  const frame = find();
  if (!frame) throw new Error(`No frame shows ${url}.`);
  await frame.waitForFunction(() => document.readyState === 'complete');
  return frame;
}

/** A program that can send anything to the viewer. */
export async function programFor({ socketUrl }: Viewer) {
  const socket = new WebSocket(socketUrl);
  onTestFinished(() => socket.terminate());
  await new Promise((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    say: (...messages: unknown[]) => {
      for (const message of messages) socket.send(JSON.stringify(message));
    },
    leave: () => socket.close(),
  };
}

/** The first messages of a client in this state. */
export const beginning = (state: unknown, more: object = {}) => [
  actorMessage(more),
  snapshotMessage(state, 'xstate.init'),
];

/** The clients in the picker. */
export const namesIn = (page: Page) => page.locator('header select option').allTextContents();
