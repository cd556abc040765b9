import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import * as React from 'react';
import * as ReactDom from 'react-dom/client';
import type { TmdbAuth } from 'tmdb-auth';
import { startSandbox } from 'tmdb-auth/sandbox';
import { createAuthHandler } from 'tmdb-auth/server';
import { type Reply, serve } from '../browser/chromium.ts';
import { replyOf } from '../browser/reply.ts';
import { type Bundle, bundleOf } from './bundles.ts';

declare global {
  interface Window {
    auth: TmdbAuth;
  }
}

/** Paths of scripts, in the order in which the browser requested them. */
type Loaded = ReadonlySet<string>;

export interface Visits {
  bundle: Bundle;
  /** A page that shows that the visitor is signed out, and settles. */
  signedOut: Loaded;
  /** The same page, which goes to TMDB and back. */
  signIn: Loaded;
  /** The same page, which then makes a call by `auth.api`. */
  signInAndCall: Loaded;
  /** A page of a visitor who signed in before: it shows their name. */
  returning: Loaded;
  /** The same page, which then makes a call by `auth.api`. */
  returningAndCall: Loaded;
}

/** Bundles an entry in chunks, and plays visits to a page with it in that browser, against a local TMDB. */
export async function visit(
  browser: Browser,
  entry: string,
  { page: name = 'plain', isThroughServer = false } = {},
): Promise<Visits> {
  const bundle = await bundleOf(entry, { splitting: true });
  const react = name === 'react' ? await reactScripts() : new Map<string, string>();
  const harness = readFileSync(new URL(`pages/${name}.js`, import.meta.url), 'utf8');
  await using tmdb = await startSandbox();
  const { accessToken, baseURL, webURL } = tmdb;
  const direct = { credentials: { accessToken }, baseURL, webURL };
  let loaded = new Set<string>();
  let answer: ReturnType<typeof createAuthHandler> | undefined;

  const respond = async (path: string, request: IncomingMessage): Promise<Reply> => {
    const headers = { 'cache-control': 'no-store' };
    const script = (contents: string): Reply => ({ type: 'text/javascript', text: contents, headers });
    const file = bundle.files.get(path);
    if (file) {
      loaded.add(path);
      return script(Buffer.from(file).toString());
    }
    if (path === '/page.js') return script(harness);
    if (react.has(path)) return script(react.get(path) ?? '');
    if (path === '/favicon.ico') return { type: 'image/x-icon', text: '' };
    if (path.startsWith('/auth/')) {
      answer ??= createAuthHandler({
        ...direct,
        origin: site.url,
        secrets: [randomBytes(32).toString('base64')],
      });
      return replyOf(answer, site.url, request);
    }
    return { type: 'text/html', text: documentWith(isThroughServer ? { server: '/auth' } : direct), headers };
  };
  const site = await serve(respond);
  const context = await browser.newContext();
  const soFar = () => new Set(loaded);
  const open = async () => {
    const page = await context.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(site.url);
    return page;
  };
  const call = async (page: Page) => {
    await page.evaluate(async () => {
      const { account } = window.auth.getView();
      await window.auth.api(`/3/account/${account?.id}/favorite/movies`);
    });
    await page.waitForLoadState('networkidle');
    return soFar();
  };
  try {
    const page = await open();
    await shows(page, 'signedOut');
    const signedOut = soFar();
    await page.click('button');
    await page.waitForURL(`${webURL}/**`);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await shows(page, 'sandra');
    const signIn = soFar();
    const signInAndCall = await call(page);
    await page.close();
    loaded = new Set();
    const again = await open();
    await shows(again, 'sandra');
    const returning = soFar();
    return { bundle, signedOut, signIn, signInAndCall, returning, returningAndCall: await call(again) };
  } finally {
    await context.close();
    site.close();
  }
}

/** Waits for this text, and for every script that the page has requested by then. */
async function shows(page: Page, label: string): Promise<void> {
  await page.waitForFunction((wanted) => document.querySelector('button')?.textContent === wanted, label);
  await page.waitForLoadState('networkidle');
}

const documentWith = (config: object) => `<!doctype html><title>Visit</title><main><button></button></main>
<script type="importmap">{"imports":{"react":"/react.js","react-dom/client":"/react-dom.js"}}</script>
<script>CONFIG = ${JSON.stringify(config)}</script><script type="module" src="/page.js"></script>`;

/** React is CommonJS, so a browser can import its names only when each is exported by itself. */
async function reactScripts(): Promise<Map<string, string>> {
  const contentsOf = (from: string, names: object) =>
    `export { ${Object.keys(names).filter((name) => name !== 'default' && name !== 'module.exports')} } from '${from}'`;
  const modules: Record<string, string> = {
    react: contentsOf('react', React),
    'react-dom': contentsOf('react-dom/client', ReactDom),
  };
  const { outputFiles } = await build({
    entryPoints: Object.keys(modules),
    outdir: '/',
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'a module for each',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /.*/ }, ({ path, kind }) =>
            kind === 'entry-point' ? { path, namespace: 'names' } : null,
          );
          onLoad({ filter: /.*/, namespace: 'names' }, ({ path }) => ({
            contents: modules[path] ?? '',
            resolveDir: import.meta.dirname,
          }));
        },
      },
    ],
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}
