/**
 * The React examples of the README and of the guide in a fresh app: the packed package, built by Vite, run in Chromium against a local
 * TMDB. Any warning, of the build or in the page, is a failure. `npm run test:vite-app`
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { startSandbox } from '../src/sandbox/index.ts';
import { launchChromium, serve } from '../test/browser/chromium.ts';
import { blocksOf, createConsumer } from './consumer.ts';

using project = createConsumer(
  ['xstate', 'react', 'react-dom'],
  ['vite', '@vitejs/plugin-react', 'typescript', '@types/react', '@types/react-dom'],
);
await using tmdb = await startSandbox();
const credentials = /credentials: \{[^}]*\}/;
const config = `credentials: { accessToken: '${tmdb.accessToken}' }, baseURL: '${tmdb.baseURL}', webURL: '${tmdb.webURL}'`;

/** The first of the README is the whole app; those of the guide have names, and `app.tsx` is one of them. */
function writeApp(page: string): void {
  const blocks = blocksOf(page).filter(({ language }) => language === 'tsx');
  if (!blocks.some(({ code }) => credentials.test(code)))
    throw new Error(`${page} shows no React example with credentials.`);
  for (const { name = 'app.tsx', code } of blocks) project.write(name, code.replace(credentials, config));
}

const compilerOptions = {
  module: 'ESNext',
  moduleResolution: 'bundler',
  target: 'ES2023',
  jsx: 'react-jsx',
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
};

project.write(
  'main.tsx',
  `import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';

const root = document.querySelector('#root');
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
`,
);
project.write(
  'index.html',
  '<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/main.tsx"></script></html>',
);
project.write(
  'vite.config.ts',
  "import react from '@vitejs/plugin-react';\nexport default { plugins: [react()] };\n",
);
project.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.tsx'] }));

function build(): void {
  project.run('npx', 'tsc');
  const built = project.run('npx', 'vite', 'build');
  console.log(built.trim());
  if (/warn|\(!\)/i.test(built)) throw new Error('Vite warned.');
}

/** The panel, and what it is fed by, leave these in whatever contains them. */
const PANEL = ['tmdb-auth-devtools', 'data-moves', 'Somebody asked to sign in'];
const tracesIn = (folder: string) => {
  const assets = join(project.folder, folder, 'assets');
  const scripts = readdirSync(assets).map((name) => readFileSync(join(assets, name), 'utf8'));
  return PANEL.filter((trace) => scripts.some((script) => script.includes(trace)));
};

const file = (path: string) => readFileSync(join(project.folder, 'dist', path), 'utf8');
const site = await serve((path) =>
  path.startsWith('/assets/')
    ? { type: 'text/javascript', text: file(path) }
    : { type: 'text/html', text: file('index.html') },
);
const browser = await launchChromium();

/** The same app, served as one develops it. */
async function lookAtPanel(page: Page): Promise<void> {
  const server = await createServer({ root: project.folder, server: { host: '127.0.0.1', port: 0 } });
  try {
    await server.listen();
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    await page.getByRole('button', { name: 'tmdb-auth' }).click();
    await page.getByRole('button', { name: 'guest.start' }).click();
    await page.locator('header .state').getByText('guestActive.unused').waitFor();
    console.log('The panel is there in development, and not a byte of it in production.');
  } finally {
    await server.close();
  }
}

/** The built app: in by popup, and out again. */
async function signInAndOut(page: Page): Promise<void> {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await page.goto(site.url);
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByText('Sign in').click()]);
  await popup.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('Sign out sandra').click();
  await page.getByText('Continue as guest').waitFor();
  if (said.length > 0) throw new Error(`The page said: ${said.join('\n')}`);
  if (tmdb.sessions().length > 0) throw new Error('The session was not deleted.');
  console.log('Signed in by popup and out again in the built app; the page said nothing.');
  if ((await page.locator('tmdb-auth-devtools').count()) > 0)
    throw new Error('The built app shows the panel.');
}

try {
  for (const source of ['docs/guides/react.md', 'README.md']) {
    console.log(`\n${source}`);
    writeApp(source);
    build();
    if (tracesIn('dist').length > 0) throw new Error(`In production there is still ${tracesIn('dist')}.`);
    await signInAndOut(await browser.newPage());
  }
  await lookAtPanel(await browser.newPage());
} finally {
  await browser.close();
  site.close();
}
