import type { Plugin } from 'esbuild';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { inChromium, reaches, type Stage, type StageOptions } from '../browser/stage.ts';
import type {} from './pages/panel-page.ts';

/** Relative to the pages of `test/browser`. */
const PAGES = '../../devtools/pages';

/** Chromium itself logs every answer above 399 as an error of the page. */
const BY_CHROMIUM = 'Failed to load resource';

/** Resolves packages like Vite's development server. */
const asInDevelopment: Plugin = {
  name: 'development',
  setup({ initialOptions }) {
    initialOptions.conditions = ['development', 'module'];
  },
};

export interface PanelOptions extends Omit<StageOptions, 'page'> {
  page?: 'panel.ts' | 'panel-development.ts' | 'react.tsx' | 'lazy.tsx';
}

export interface PanelStage extends Stage {
  /** Console output of all pages. */
  said: string[];
  /** The app while nobody is signed in. */
  openIdle(): Promise<Page>;
}

/**
 * A well-made app with a panel: it has its own heading and `main`. The test fails if anything is written to a
 * console.
 */
export const panelInChromium = () => {
  const begin = inChromium();
  return async ({ page = 'panel.ts', ...options }: PanelOptions = {}): Promise<PanelStage> => {
    const said: string[] = [];
    const stage = await begin({
      ...options,
      page: `${PAGES}/${page}`,
      ...(page === 'panel-development.ts' && { bundle: { plugins: [asInDevelopment] } }),
      async respond(path, request, on) {
        const instead = await options.respond?.(path, request, on);
        if (instead || path !== '/') return instead;
        return { type: 'text/html;charset=utf-8', text: DOCUMENT };
      },
    } as StageOptions);
    stage.context.on('console', (message) => {
      const isTip = message.text().includes('Download the React DevTools');
      if (!isTip && !message.text().startsWith(BY_CHROMIUM)) said.push(message.text());
    });
    stage.context.setDefaultTimeout(10_000);
    onTestFinished(() => expect(said).toEqual([]));
    return {
      ...stage,
      said,
      async openIdle() {
        const tab = await stage.open();
        await reaches(tab, 'idle.fresh');
        return tab;
      },
    };
  };
};

export const DOCUMENT = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>An app</title></head>
<body><main><h1>An app</h1><div id="root"></div>
<button id="login">Sign in</button><button id="guest">As a guest</button></main><div id="elsewhere"></div>
<script src="/config.js"></script><script type="module" src="/app.js"></script></body>
</html>`;

export const OPEN = { panel: { open: true } };
export const POPUP = { ...OPEN, mode: 'popup' };
export const HOST = 'tmdb-auth-devtools';

export const dockOf = (page: Page) => page.locator(`${HOST} .dock`);
export const send = (page: Page, type: 'guest.used' | 'approval.check' | 'approval.granted') =>
  page.evaluate((event) => window.auth.actor.send({ type: event }), type);
