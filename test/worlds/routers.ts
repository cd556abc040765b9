/**
 * Apps with a router, bundled by esbuild, in Chromium, sign in by redirect and by popup. Afterwards address, screen
 * and router are as before, without the token, in any order of imports, also after a push, a reload, Back and
 * Forward. A guard that redirects signed-out users does nothing meanwhile.
 */
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium, serve } from '../browser/chromium.ts';
import { type Consumer, filesOf, type Project } from './project.ts';
import { forWalk, lazily, walk } from './walk.ts';

interface Router {
  /** `auth.ts`, `router.tsx` and `main.tsx` of an app. */
  files: Record<string, string>;
  /** The address, without the path of the route. */
  base: string;
  /** The expression for the router's own location, and its prefix before the path of the route. */
  location: string;
  locationBase?: string;
  /** Packages to use in place of others. */
  alias?: Record<string, string>;
}

/** The app of a guide, with another router. */
function appOf(guide: string, from: string, to: string): Record<string, string> {
  const { 'router.tsx': router = '', ...others } = filesOf(guide);
  if (!router.includes(from)) throw new Error(`router.tsx of ${guide} has no ${from}.`);
  return { ...others, 'router.tsx': router.replaceAll(from, to) };
}

function reactRouter(from: string, to: string): Omit<Router, 'base'> {
  const location = '((at) => at.pathname + at.search + at.hash)(router.state.location)';
  return { files: appOf('docs/guides/react-router.md', from, to), location };
}

function tanstack(options: string): Omit<Router, 'base'> {
  const files = appOf('docs/guides/tanstack-router.md', 'createRouter({', `createRouter({ ${options}`);
  const imported = "import { createHashHistory } from '@tanstack/react-router';\n";
  return {
    files: { ...files, 'router.tsx': imported + files['router.tsx'] },
    location: 'router.state.location.href',
  };
}

const VUE_ROUTER = `
import { h } from 'vue';
import { createRouter, createWebHashHistory, createWebHistory, RouterLink, useRoute } from 'vue-router';
const Film = { setup() {
  const route = useRoute();
  const link = () => h(RouterLink, { to: { query: { tab: 'crew' } } }, () => 'Crew');
  return () => h('h1', ['Film, ', route.query.tab, ' ', link()]);
} };
const Home = { render: () => h('p', 'Home') };
const routes = [{ path: '/', component: Home }, { path: '/films/:id', component: Film, meta: { guarded: true } }];
export const router = createRouter({ history: HISTORY, routes });
const known = () => new Promise((resolve) => {
  const look = () => window.auth.getView().status !== 'pending' && resolve(window.auth.getView().status);
  window.auth.subscribe(look);
  look();
});
router.beforeEach(async ({ meta }) => !meta.guarded || (await known()) !== 'signedOut' || '/');
`;

const VUE_MAIN = `
import { createApp, h } from 'vue';
import { RouterView } from 'vue-router';
import { auth } from './auth.ts';
import { router } from './router.tsx';
const login = () => auth.login().catch(() => {});
const logout = () => auth.logout().then(() => router.push('/'));
const Frame = { render: () => [
  h('button', { onClick: login }, 'Sign in'), h('button', { onClick: logout }, 'Sign out'), h(RouterView),
] };
createApp(Frame).use(router).mount('#root');
`;

const vueRouter = (history: string): Omit<Router, 'base'> => ({
  files: {
    ...filesOf('docs/guides/react-router.md'),
    'router.tsx': VUE_ROUTER.replace('HISTORY', history),
    'main.tsx': VUE_MAIN,
  },
  location: 'router.currentRoute.value.fullPath',
});

const CREATE = 'createBrowserRouter';
const SUBPATH = { from: ']);', to: "], { basename: '/repo' });" };
const NEXT_MAJOR = { alias: { 'react-router': 'react-router-8' } };

const ROUTERS: Record<string, Router> = {
  'React Router 7, browser': { ...reactRouter(CREATE, CREATE), base: '' },
  'React Router 7, base path': {
    ...reactRouter(SUBPATH.from, SUBPATH.to),
    base: '/repo',
    locationBase: '/repo',
  },
  'React Router 7, hash': { ...reactRouter(CREATE, 'createHashRouter'), base: '/repo/#' },
  'React Router 8, browser': { ...reactRouter(CREATE, CREATE), ...NEXT_MAJOR, base: '' },
  'React Router 8, base path': {
    ...reactRouter(SUBPATH.from, SUBPATH.to),
    ...NEXT_MAJOR,
    base: '/repo',
    locationBase: '/repo',
  },
  'React Router 8, hash': { ...reactRouter(CREATE, 'createHashRouter'), ...NEXT_MAJOR, base: '/repo/#' },
  'TanStack Router, browser': { ...tanstack(''), base: '' },
  'TanStack Router, base path': { ...tanstack("basepath: '/repo',"), base: '/repo' },
  'TanStack Router, hash': { ...tanstack('history: createHashHistory(),'), base: '/repo/#' },
  'vue-router, browser': { ...vueRouter("createWebHistory('/repo')"), base: '/repo' },
  'vue-router, hash': { ...vueRouter('createWebHashHistory()'), base: '/repo/#' },
};
const WAYS = [
  'client first',
  'router first',
  'lazy, client first',
  'lazy, router first',
  'popup, client first',
  'lazy, popup, router first',
];

async function scriptsOf(
  project: Project,
  tmdb: Sandbox,
  { files, location, alias = {} }: Router,
  way: string,
) {
  for (const [name, code] of Object.entries(files)) project.write(name, code);
  const client = forWalk(files['auth.ts'] ?? '', tmdb);
  project.write('auth.ts', way.includes('lazy') ? lazily(client) : client);
  const order = way.endsWith('client first') ? ['auth.ts', 'router.tsx'] : ['router.tsx', 'auth.ts'];
  const contents = `${order.map((name) => `import './${name}';`).join('\n')}
import './main.tsx';
import { router } from './router.tsx';
const at = document.body.appendChild(Object.assign(document.createElement('p'), { id: 'at' }));
setInterval(() => at.replaceChildren(${location}), 20);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: project.folder, sourcefile: 'app.js' },
    absWorkingDir: project.folder,
    entryNames: 'app',
    outdir: '/',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    logLevel: 'error',
    alias,
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
<div id="root"></div><script type="module" src="/app.js"></script></html>`;

async function play(project: Project, tmdb: Sandbox, chromium: Browser, router: Router, way: string) {
  const scripts = await scriptsOf(project, tmdb, router, way);
  const site = await serve((path) => {
    const text = scripts.get(path);
    return text === undefined ? { type: 'text/html', text: DOCUMENT } : { type: 'text/javascript', text };
  });
  const { base, locationBase = '' } = router;
  try {
    const place = (tab: string, hash = '') => ({
      address: `${site.url}${base}/films/550?tab=${tab}${hash}`,
      at: `${locationBase}/films/550?tab=${tab}${hash}`,
      title: `Film, ${tab} Crew`,
    });
    await walk(chromium, tmdb, {
      // The path of a hash router is its hash.
      ...place('cast', base.endsWith('#') ? '' : '#actors'),
      next: { ...place('crew'), press: 'a:text-is("Crew")' },
      guard: `${base}/`,
      mode: way.includes('popup') ? 'popup' : 'redirect',
    });
  } finally {
    site.close();
  }
}

export const routers: Consumer = {
  dependencies: [
    'xstate',
    'react',
    'react-dom',
    'react-router@7',
    // It needs a newer Node, but not in a page.
    'react-router-8@npm:react-router@8',
    '@tanstack/react-router',
    'vue',
    'vue-router',
  ],
  tools: [],
  async play(project, tmdb) {
    const chromium = await launchChromium();
    try {
      for (const [name, router] of Object.entries(ROUTERS)) {
        for (const way of WAYS) {
          await play(project, tmdb, chromium, router, way).catch((error) => {
            throw new Error(`${name}, ${way}: ${error.message}`);
          });
        }
      }
    } finally {
      await chromium.close();
    }
    return `${Object.keys(ROUTERS).join('; ')}: signed in as a guest at a guarded address in Chromium, by redirect in 4 orders and by popup in 2.`;
  },
};
