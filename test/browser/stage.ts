import type { IncomingMessage } from 'node:http';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { AuthView } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/tools/sandbox/index.ts';
import * as approval from '../support/approval.ts';
import { settingsFor } from '../support/settings.ts';
import {
  type BundleOptions,
  launchChromium,
  type Reply,
  type Site,
  scriptsOf,
  serve,
  sharedChromium,
} from './chromium.ts';
import type {} from './pages/window.ts';

export interface StageOptions {
  /** A file of `pages`. Default: `plain.ts`. */
  page?: string;
  bundle?: BundleOptions;
  /** Options of `createBrowserAuth` that are plain data. With `server` there are no others. */
  options?: Record<string, unknown>;
  /** Further options, as JavaScript: `{ clock: … }`. */
  script?: string;
  /** Headers of the app's document. */
  headers?: Record<string, string> | ((tmdb: Sandbox) => Record<string, string>);
  /** The document's `<div id="root">`. */
  root?: string;
  /** Answers in place of the app; with `undefined` the app answers. */
  respond?: (
    path: string,
    request: IncomingMessage,
    stage: Stage,
  ) => Reply | undefined | Promise<Reply | undefined>;
}

/** An app on its own site, a local TMDB, and an empty browser profile. */
export interface Stage {
  tmdb: Sandbox;
  site: Site;
  context: BrowserContext;
  /** Requests to the site: `path` and the `Referer` header. */
  visits: { path: string; referer: string }[];
  open(path?: string): Promise<Page>;
  /** Requests to the API, without preflights. */
  asked(): string[];
}

/** Like `inChromium`, but a frame of another site has its own storage there. */
export function inPartitionedChromium() {
  let own: Browser | undefined;
  afterAll(() => own?.close());
  return stagesIn(async () => {
    own = await launchChromium({ isPartitioned: true });
    return own;
  });
}

/** A stage per test, each with its own browser profile. An uncaught error in any page fails the test. */
export const inChromium = () => stagesIn(sharedChromium);

function stagesIn(launch: () => Promise<Browser>): (options?: StageOptions) => Promise<Stage> {
  let browser: Browser;
  const bundles = new Map<string, Promise<Map<string, string>>>();
  beforeAll(async () => {
    browser = await launch();
  });

  return async (options = {}) => {
    const { page: entry = 'plain.ts', headers = {}, root = '' } = options;
    const { alias, inChunks } = options.bundle ?? {};
    const name = JSON.stringify([entry, alias, inChunks]);
    if (!bundles.has(name)) bundles.set(name, scriptsOf(entry, options.bundle));
    const scripts = await bundles.get(name);
    const tmdb = await startSandbox();
    const config = () =>
      `globalThis.CONFIG = { ...${JSON.stringify({
        ...(!options.options?.server && settingsFor(tmdb)),
        ...options.options,
      })}, ...(${options.script ?? '{}'}) };`;
    const visits: Stage['visits'] = [];
    const site = await serve(async (path, request): Promise<Reply> => {
      visits.push({ path, referer: request.headers.referer ?? '' });
      const instead = await options.respond?.(path, request, stage);
      if (instead) return instead;
      const script = scripts?.get(path);
      if (script) return { type: 'text/javascript', text: script };
      if (path === '/config.js') return { type: 'text/javascript', text: config() };
      if (path === '/favicon.ico') return { type: 'image/x-icon', text: '' };
      return {
        type: 'text/html;charset=utf-8',
        text: documentWith(root),
        headers: typeof headers === 'function' ? headers(tmdb) : headers,
      };
    });
    const context = await browser.newContext();
    const errors: string[] = [];
    context.on('weberror', (error) => errors.push(String(error.error())));
    onTestFinished(async () => {
      await context.close();
      site.close();
      await tmdb.close();
      expect(errors).toEqual([]);
    });
    const stage: Stage = {
      tmdb,
      site,
      context,
      visits,
      async open(path = '/') {
        const page = await context.newPage();
        await page.goto(site.url + path);
        return page;
      },
      asked: () =>
        tmdb.requests.filter(({ kind }) => kind === 'api').map(({ method, path }) => `${method} ${path}`),
    };
    return stage;
  };
}

const documentWith = (root: string) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>loading</title></head>
<body><div id="root">${root}</div>
<button id="login">Sign in</button><button id="guest">As a guest</button><output></output>
<script src="/config.js"></script><script type="module" src="/app.js"></script></body>
</html>`;

export const viewOf = (page: Page | Frame): Promise<AuthView> => page.evaluate(() => window.auth.getView());

/** Waits until the view's state begins with this path. */
export async function reaches(page: Page | Frame, state: string): Promise<void> {
  try {
    await page.waitForFunction((path) => window.auth?.getView().state.startsWith(path), state, {
      timeout: 30_000,
    });
  } catch {
    const view = await viewOf(page).catch(() => 'no page');
    throw new Error(`Waited in vain for ${state} at ${page.url()}: ${JSON.stringify(view)}`);
  }
}

/** Waits until this page, or the popup, shows TMDB. */
export const reachesTmdb = (page: Page) => page.waitForURL(/\/authenticate\/|\/auth\/access\?/);

export const allow = (page: Page) => page.getByRole('button', { name: 'Allow' }).click();
export const deny = (page: Page) => page.getByRole('button', { name: 'Deny' }).click();

/** Clicks, and waits for TMDB in the window that opens. */
export async function openPopup(page: Page, frame: Page | Frame = page): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), frame.click('#login')]);
  await reachesTmdb(popup);
  return popup;
}

/** How the promises of this page ended so far. */
export const endsOf = (page: Page): Promise<string[]> => page.evaluate(() => window.ends);

/** A sign-in as a user does it, on this page. */
export async function signIn(page: Page): Promise<void> {
  await page.click('#login');
  await reachesTmdb(page);
  await allow(page);
  await reaches(page, 'sessionActive.ready');
}

/** The request token in the address of TMDB's page. */
export const tokenIn = (page: Page): string => approval.tokenIn(page.url());

/** The address to which TMDB will send the user back. */
export const redirectToIn = (page: Page): string | null =>
  new URL(page.url()).searchParams.get('redirect_to');

export const callbackOf = (
  address: string,
  requestToken: string,
  said: 'approved' | 'denied' = 'approved',
): string => {
  const url = new URL(address);
  url.search += `${url.search ? '&' : '?'}request_token=${requestToken}&${said}=true`;
  return url.href;
};

/** The one record in the page's `localStorage`, as text. */
export const storedIn = (page: Page): Promise<string | null> =>
  page.evaluate(() => {
    const key = Object.keys(localStorage).find((name) => name.startsWith('tmdb-auth'));
    return key ? localStorage.getItem(key) : null;
  });

/** A clock for pages that tests can set forward; every tab of the profile shares it. */
export const SETTABLE_CLOCK = `{ clock: {
  now: () => Date.now() + Number(localStorage.getItem('test-offset') ?? 0),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (handle) => clearTimeout(handle),
} }`;

/** Moves the clock on, as in a sleep: pages notice only when they wake. */
export async function later(stage: Stage, ms: number): Promise<void> {
  stage.tmdb.clock.advance(ms);
  const page = stage.context.pages().find((each) => each.url().startsWith(stage.site.url));
  const set = (offset: number) => {
    localStorage.setItem('test-offset', String(Number(localStorage.getItem('test-offset') ?? 0) + offset));
  };
  if (page) return page.evaluate(set, ms);
  await stage.context.addInitScript(
    ([origin, offset]) => {
      if (location.origin === origin) localStorage.setItem('test-offset', String(offset));
    },
    [stage.site.url, ms] as const,
  );
}

/** Rates a film as the current user or guest. */
export const rate = (page: Page, film: number, value: number) =>
  page.evaluate(
    ([id, stars]) =>
      window.auth.api(`/3/movie/${id}/rating`, { method: 'POST', body: { value: stars } }).then(() => {}),
    [film, value] as const,
  );

/** The user looks at this page again. */
export const wake = (page: Page) => page.evaluate(() => void window.dispatchEvent(new Event('focus')));
