/**
 * The React examples of the README and of the guide in a fresh app, built by Vite, in Chromium. Any warning, of the
 * build or in the page, is a failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { launchChromium, serve } from '../browser/chromium.ts';
import { type Consumer, filesOf, type Project, withSandbox } from './project.ts';

const compilerOptions = {
  module: 'ESNext',
  moduleResolution: 'bundler',
  target: 'ES2023',
  jsx: 'react-jsx',
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
};

/** The pages with an example, and how its app is imported. */
const PAGES = {
  'README.md': "import App from './src/App';",
  'docs/guides/react.md': "import { App } from './app';",
};

const mainWith = (importApp: string) => `import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
${importApp}

const root = document.querySelector('#root');
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
`;

/** Files besides the examples. */
const FILES = {
  'index.html':
    '<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.tsx"></script></html>',
  'vite.config.ts': "import react from '@vitejs/plugin-react';\nexport default { plugins: [react()] };\n",
  'tsconfig.json': JSON.stringify({ compilerOptions, include: ['main.tsx'] }),
};

/** Writes the files of a page, with the panel below the provider, and what starts them. */
function writeApp(project: Project, page: keyof typeof PAGES, tmdb: Sandbox): void {
  for (const [name, code] of Object.entries(filesOf(page)).filter(([path]) => path.endsWith('.tsx'))) {
    const app = /credentials: \{/.test(code) ? withSandbox(code, tmdb) : code;
    const withPanel = app.replace('</TmdbAuthProvider>', '<TmdbAuthDevtools /></TmdbAuthProvider>');
    const panel = "import { TmdbAuthDevtools } from 'tmdb-auth/devtools/react';\n";
    project.write(name, withPanel === app ? app : panel + withPanel);
  }
  project.write('main.tsx', mainWith(PAGES[page]));
}

/** Texts that are in a build if it contains the panel or its inspection code. */
const PANEL = ['tmdb-auth-devtools', 'data-moves', 'The app asked to sign in'];

/** The app as it was built. */
async function lookAtBuilt(project: Project, page: Page, isPopup: boolean): Promise<void> {
  const assets = join(project.folder, 'dist/assets');
  const scripts = readdirSync(assets).map((name) => readFileSync(join(assets, name), 'utf8'));
  const traces = PANEL.filter((trace) => scripts.some((script) => script.includes(trace)));
  if (traces.length > 0) throw new Error(`In production there is still ${traces}.`);
  const site = await serve((path) =>
    path.startsWith('/assets/')
      ? { type: 'text/javascript', text: project.read(`dist${path}`) }
      : { type: 'text/html', text: project.read('dist/index.html') },
  );
  try {
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(site.url);
    const popup = isPopup ? page.waitForEvent('popup') : page;
    await page.getByText('Sign in').click();
    await (await popup).getByRole('button', { name: 'Allow' }).click();
    await page.getByText('sandra').waitFor();
    await page.getByText('Sign out').click();
    await page.getByText('Continue as a guest').waitFor();
    if (said.length > 0) throw new Error(`The page said: ${said.join('\n')}`);
    if ((await page.locator('tmdb-auth-devtools').count()) > 0)
      throw new Error('The built app shows the panel.');
  } finally {
    site.close();
  }
}

/** The same app on Vite's development server, with the panel. */
async function lookAtDeveloped(project: Project, page: Page): Promise<void> {
  const server = await createServer({ root: project.folder, server: { host: '127.0.0.1', port: 0 } });
  try {
    await server.listen();
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.getByRole('button', { name: 'tmdb-auth' }).click();
    await page.getByRole('button', { name: 'guest.start' }).click();
    await page.locator('header .state').getByText('guestActive.unused').waitFor();
  } finally {
    await server.close();
  }
}

export const vite: Consumer = {
  dependencies: ['xstate', 'react', 'react-dom'],
  tools: ['vite', '@vitejs/plugin-react', 'typescript', '@types/react', '@types/react-dom'],
  async play(project, tmdb) {
    for (const [name, text] of Object.entries(FILES)) project.write(name, text);
    const chromium = await launchChromium();
    try {
      for (const page of ['README.md', 'docs/guides/react.md'] as const) {
        writeApp(project, page, tmdb);
        project.run('tsc');
        const built = project.run('vite build');
        if (/warn|\(!\)/i.test(built)) throw new Error(`Vite warned:\n${built}`);
        await lookAtBuilt(project, await chromium.newPage(), page !== 'README.md');
        if (tmdb.sessions().length > 0) throw new Error('The session was not deleted.');
      }
      await lookAtDeveloped(project, await chromium.newPage());
    } finally {
      await chromium.close();
    }
    return 'signed in by redirect and by popup, and out again, in Chromium; the panel is there in development, and no byte of it in production.';
  },
};
