/** A page in WebKitGTK signs in by redirect, by popup, and in a frame of another site. */
import { build } from 'esbuild';
import { serve } from '../browser/chromium.ts';
import { settingsFor } from '../support/settings.ts';
import { hasWebKit, launchWebKit, type WebKit } from '../support/webdriver.ts';
import type { Consumer, Project } from './project.ts';

const WAYS: [name: string, options: object, place?: 'frame'][] = [
  ['redirect', {}],
  ['redirect in v4', { apiVersion: 4 }],
  ['popup', { mode: 'popup' }],
  ['popup in v4', { mode: 'popup', apiVersion: 4 }],
  ['memory', { storage: 'memory' }],
  ['a frame of another site', {}, 'frame'],
];

async function scriptOf(project: Project, options: object): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { createBrowserAuth } from 'tmdb-auth/browser';
window.auth = createBrowserAuth(${JSON.stringify(options)});
document.querySelector('#login').onclick = () => window.auth.login().catch(() => {});`,
      resolveDir: project.folder,
    },
    bundle: true,
    write: false,
    format: 'esm',
  });
  return outputFiles[0]?.text ?? '';
}

const DOCUMENT = `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>App</title>
<button id="login">Sign in</button><script type="module" src="/app.js"></script></html>`;
const PATH = '/films?tab=cast#top';

async function signIn(webkit: WebKit, script: string, place?: 'frame') {
  const site = await serve((path) =>
    path === '/app.js' ? { type: 'text/javascript', text: script } : { type: 'text/html', text: DOCUMENT },
  );
  const frame = `<!doctype html><title>Host</title><iframe src="${site.url}${PATH}"></iframe>`;
  const host = await serve(() => ({ type: 'text/html', text: frame }));
  const toApp = async () => {
    await webkit.toWindow(app);
    if (place) await webkit.toFrame('iframe');
  };
  const reaches = (status: string) =>
    webkit.until(status, () => webkit.run(`window.auth.getView().status === '${status}'`));
  const app = await webkit.window();
  try {
    await webkit.open(place ? host.url.replace('localhost', '127.0.0.1') : site.url + PATH);
    await toApp();
    await reaches('signedOut');
    await webkit.click('#login');
    await webkit.until('TMDB', async () => {
      await webkit.toWindow((await webkit.windows()).find((handle) => handle !== app) ?? app);
      return webkit.click('button.allow').then(() => true);
    });
    await webkit.until('one window', async () => (await webkit.windows()).length === 1);
    await toApp();
    await reaches('user');
    const at = await webkit.run<string>('location.href');
    if (at !== site.url + PATH) throw new Error(`there is ${at} in place of ${PATH}.`);
  } finally {
    await webkit.toWindow(app);
    site.close();
    host.close();
  }
}

export const webkit: Consumer = {
  dependencies: ['xstate'],
  tools: [],
  async play(project, tmdb) {
    if (!hasWebKit()) return "not tried: Debian's webkit2gtk-driver and xvfb are not installed.";
    await using browser = await launchWebKit();
    for (const [name, options, place] of WAYS) {
      const script = await scriptOf(project, { ...settingsFor(tmdb), ...options });
      await signIn(browser, script, place).catch((error) => {
        throw new Error(`WebKit, ${name}: ${error.message}`);
      });
    }
    return `WebKitGTK ${browser.version}: signed in by ${WAYS.map(([name]) => name).join(', ')}.`;
  },
};
