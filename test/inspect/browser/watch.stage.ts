import type { BrowserContext, Frame, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { bundle, serve } from '../../browser/chromium.ts';
import { inChromium, reaches, type StageOptions, storedIn } from '../../browser/stage.ts';
import type { Arrival, Watch } from './pages/window.ts';

/** Relative to the pages of `test/browser`. */
const PAGES = '../../inspect/browser/pages';
const APP = `${PAGES}/app.ts`;

const documentOf = (script: string) =>
  `<!doctype html><html lang="en"><title>viewer</title><script type="module">${script}</script></html>`;

export interface WatchOptions extends StageOptions {
  /** Shows the client on every load of the page. Default: only through `watch()`. */
  atOnce?: Watch['shown'];
}

/**
 * `@statelyai/inspect` waits for an idle page. After a click, headless Chromium calls a page idle only if it paints.
 */
export const keepPainting = (context: BrowserContext) =>
  context.addInitScript(() => {
    const paint = () => void requestAnimationFrame(paint);
    paint();
  });

/** An app with a client that signs in by popup. */
export const appInChromium = () => {
  const begin = inChromium();
  return (options: StageOptions = {}) =>
    begin({ ...options, page: APP, options: { mode: 'popup', ...options.options } });
};

/** Another site with an empty page, e.g. an advertiser's. */
export async function anotherSite() {
  const site = await serve(() => ({ type: 'text/html', text: documentOf('') }));
  onTestFinished(site.close);
  return site;
}

/** The frame of that site in any of these pages, once its scripts have run. */
export async function frameOf(pages: () => Page[], url: string): Promise<Frame> {
  const find = () =>
    pages()
      .flatMap((page) => page.frames())
      .find((frame) => frame.url().startsWith(url));
  await expect.poll(() => find()?.url()).toContain(url);
  const frame = find();
  if (!frame) throw new Error(`No frame shows ${url}.`);
  await frame.waitForFunction(() => document.readyState === 'complete');
  return frame;
}

/** Waits until the app has received everything that this frame has posted to it so far. */
export async function isHeard(page: Page, frame: Frame): Promise<void> {
  const before = await page.evaluate(() => window.overs);
  await frame.evaluate(() => (window.opener ?? window.parent).postMessage('over', '*'));
  await expect.poll(() => page.evaluate(() => window.overs)).toBe(before + 1);
}

/** The types of the events that the machine received. */
export const sentTo = async (page: Page): Promise<string[]> =>
  (await page.evaluate(() => window.sent)).map((event) => JSON.parse(event).type);

/** An app, and a page on another origin that watches it. */
export function watched(kind: 'classic' | 'stately') {
  const begin = appInChromium();
  let script: Promise<string> | undefined;

  return async ({ atOnce, ...options }: WatchOptions = {}) => {
    script ??= bundle(`${PAGES}/${kind}-viewer.ts`);
    const text = documentOf(await script);
    const site = await serve(() => ({ type: 'text/html', text }));
    onTestFinished(site.close);
    const watchOf = (shown: Watch['shown'] = 'iframe') => ({ kind, url: site.url, shown });
    const stage = await begin({
      ...options,
      options: { ...options.options, ...(atOnce && { watchAtOnce: watchOf(atOnce) }) },
    });
    await keepPainting(stage.context);
    const arrivals: Arrival[] = [];
    await stage.context.exposeBinding('arrived', (_source, arrival: Arrival) => arrivals.push(arrival));

    /** The messages about the machine itself. */
    const lines = () => arrivals.map(({ line }) => line).filter((line) => !line.startsWith('child '));
    return {
      ...stage,
      viewerUrl: site.url,
      arrivals,
      lines,
      /** The app while nobody is signed in. */
      async openIdle(): Promise<Page> {
        const page = await stage.open();
        await reaches(page, 'idle.fresh');
        return page;
      },
      /** Shows the client of that page from now on. Returns the error if one was thrown. */
      watch: (page: Page, shown?: Watch['shown']) =>
        page.evaluate((watch) => window.watch(watch), watchOf(shown)),
      /** The receiving page. */
      viewer: () => frameOf(() => stage.context.pages(), site.url),
      /** Waits until that line has arrived. */
      async arrives(line: string) {
        await expect.poll(lines).toContain(line);
      },
    };
  };
}

/** A secret that must never leave the page. */
export const sessionIdIn = async (page: Page): Promise<string> =>
  JSON.parse((await storedIn(page)) ?? '{}').secrets.sessionId;

export const logout = (page: Page) => page.evaluate(async () => void (await window.auth.logout()));
