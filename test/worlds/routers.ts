/**
 * Apps with a router, bundled by esbuild, in Chromium: to TMDB and back by redirect. Address, screen and router are
 * then those from before, without the token, in any order of imports, also after a push, a reload, Back and Forward.
 */
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium, serve } from '../browser/chromium.ts';
import { settingsFor } from '../support/settings.ts';
import type { Consumer, Project } from './project.ts';

interface Router {
  /** An app that shows `#at` (the router's own path and query), `#next` (adds `page=2`) and the route's `h1`. */
  app: string;
  /** The expression that makes it. */
  make: string;
  /** The address to sign in at. `at`: what the router calls it. */
  address: string;
  at: string;
}

const REACT = `
import { createElement as h } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, createHashRouter, Outlet, redirect, useLocation, useSearchParams } from 'react-router';
import { RouterProvider } from 'react-router/dom';
function Frame() {
  const { pathname, search } = useLocation();
  const [, setSearch] = useSearchParams();
  const next = () => setSearch((now) => new URLSearchParams([...now, ['page', '2']]));
  return h('main', null, h('i', { id: 'at' }, pathname + search), h('button', { id: 'next', onClick: next }), h(Outlet));
}
// Waits while it is pending, as the guide says.
const guard = () => (window.auth?.getView().status === 'signedOut' && sessionStorage.getItem('guarded') ? redirect('/') : null);
const routes = [{ path: '/', element: h(Frame), children: [
  { index: true, element: h('h1', null, 'Home') },
  { path: 'films/:id', loader: guard, element: h('h1', null, 'Film') },
] }];
const show = (router) => createRoot(document.querySelector('#root')).render(h(RouterProvider, { router }));
`;

const VUE = `
import { createApp, h } from 'vue';
import { createRouter, createWebHashHistory, createWebHistory, RouterView, useRoute, useRouter } from 'vue-router';
const Frame = { setup() {
  const [route, router] = [useRoute(), useRouter()];
  const next = () => router.push({ query: { ...route.query, page: '2' } });
  return () => [h('i', { id: 'at' }, route.fullPath), h('button', { id: 'next', onClick: next }), h(RouterView)];
} };
const titled = (title) => ({ render: () => h('h1', title) });
const routes = [{ path: '/', component: titled('Home') }, { path: '/films/:id', component: titled('Film'), meta: { guarded: true } }];
function make(history) {
  const router = createRouter({ history, routes });
  router.beforeEach(({ meta }) => !meta.guarded || window.auth?.getView().status !== 'signedOut' || !sessionStorage.getItem('guarded') || '/');
  return router;
}
const show = (router) => createApp(Frame).use(router).mount('#root');
`;

const FILM = '/films/550?tab=cast';
const ROUTERS: Record<string, Router> = {
  'React Router, browser': { app: REACT, make: 'createBrowserRouter(routes)', address: FILM, at: FILM },
  'React Router, base path': {
    app: REACT,
    make: "createBrowserRouter(routes, { basename: '/repo' })",
    address: `/repo${FILM}`,
    at: FILM,
  },
  'React Router, hash': { app: REACT, make: 'createHashRouter(routes)', address: `/repo/#${FILM}`, at: FILM },
  'vue-router, browser': {
    app: VUE,
    make: "make(createWebHistory('/repo'))",
    address: `/repo${FILM}`,
    at: FILM,
  },
  'vue-router, hash': { app: VUE, make: 'make(createWebHashHistory())', address: `/repo/#${FILM}`, at: FILM },
};
const ORDERS = ['client first', 'router first', 'lazy, client first', 'lazy, router first'];

async function scriptsOf(project: Project, tmdb: Sandbox, { app, make }: Router, order: string) {
  const isLazy = order.startsWith('lazy');
  const name = isLazy ? 'createLazyAuth' : 'createBrowserAuth';
  const makeClient = `window.auth = ${name}(${JSON.stringify(settingsFor(tmdb))});`;
  const makeRouter = `const router = ${make};`;
  const made = order.endsWith('client first') ? [makeClient, makeRouter] : [makeRouter, makeClient];
  const contents = `${app}
import { ${name} } from 'tmdb-auth/${isLazy ? 'lazy' : 'browser'}';
${made.join('\n')}
if (location.search.includes('request_token=')) sessionStorage.setItem('guarded', 'yes');
document.querySelector('#login').onclick = () => window.auth.login().catch(() => {});
show(router);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project.folder, sourcefile: 'app.js' },
    entryNames: 'app',
    outdir: '/',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    define: {
      'process.env.NODE_ENV': '"production"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}

const DOCUMENT = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title>
<div id="root"></div><button id="login">Sign in</button><script type="module" src="/app.js"></script></html>`;

async function signInWith(project: Project, tmdb: Sandbox, chromium: Browser, router: Router, order: string) {
  const scripts = await scriptsOf(project, tmdb, router, order);
  const site = await serve((path) => {
    const text = scripts.get(path);
    return text === undefined ? { type: 'text/html', text: DOCUMENT } : { type: 'text/javascript', text };
  });
  const context = await chromium.newContext();
  try {
    const page = await context.newPage();
    const is = async (query: string, when: string) => {
      const right = [site.url + router.address + query, router.at + query, 'Film'].join(' ');
      const see = async () =>
        [page.url(), await page.textContent('#at'), await page.textContent('h1')].join(' ');
      for (let tries = 0; (await see().catch(() => '')) !== right; tries += 1) {
        if (tries === 100) throw new Error(`${when}: there is ${await see()} in place of ${right}.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const isIn = () =>
      page.waitForFunction(() => (globalThis as never as Window).auth?.getView().status === 'user');
    await page.goto(site.url + router.address);
    await page.click('#login');
    await page.getByRole('button', { name: 'Allow' }).click();
    await isIn();
    await is('', 'back');
    await page.click('#next');
    await is('&page=2', 'after a push');
    await page.reload();
    await isIn();
    await is('&page=2', 'after a reload');
    await page.goBack();
    await is('', 'after Back');
    await page.goBack();
    await page.waitForURL(`${tmdb.webURL}/**`);
    await page.goForward();
    await isIn();
    await is('', 'after Back to TMDB and Forward');
  } finally {
    await context.close();
    site.close();
  }
}

type Window = { auth?: { getView(): { status: string } } };

export const routers: Consumer = {
  dependencies: ['xstate', 'react', 'react-dom', 'react-router@7', 'vue', 'vue-router'],
  tools: [],
  async play(project, tmdb) {
    const chromium = await launchChromium();
    try {
      for (const [name, router] of Object.entries(ROUTERS)) {
        for (const order of ORDERS) {
          await signInWith(project, tmdb, chromium, router, order).catch((error) => {
            throw new Error(`${name}, ${order}: ${error.message}`);
          });
        }
      }
    } finally {
      await chromium.close();
    }
    return `${Object.keys(ROUTERS).join('; ')}: signed in by redirect in Chromium in ${ORDERS.length} orders each.`;
  },
};
