/** The light page of docs/guides/lazy.md, bundled by esbuild, signs in by redirect in Chromium. */
import { launchChromium, serve } from '../browser/chromium.ts';
import { blocksOf, type Consumer, withSandbox } from './project.ts';

export const esbuild: Consumer = {
  dependencies: ['xstate'],
  tools: ['esbuild'],
  async play(project, tmdb) {
    const example = blocksOf('docs/guides/lazy.md').find(({ code }) =>
      code.includes("querySelector('button')"),
    )?.code;
    if (!example) throw new Error('docs/guides/lazy.md shows no page with a button.');
    project.write('page.ts', withSandbox(example, tmdb));
    project.run('esbuild page.ts --bundle --minify --format=esm --outfile=page.js --log-level=warning');
    const script = project.read('page.js');
    const page = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Page</title>';
    const site = await serve((path) =>
      path === '/page.js'
        ? { type: 'text/javascript', text: script }
        : {
            type: 'text/html',
            text: `${page}<button>Sign in</button><script type="module" src="/page.js"></script>`,
          },
    );
    const chromium = await launchChromium();
    try {
      const tab = await chromium.newPage();
      const said: string[] = [];
      tab.on('console', (message) => said.push(message.text()));
      tab.on('pageerror', (error) => said.push(error.message));
      await tab.goto(site.url);
      await tab.getByText('Sign in').click();
      await tab.getByRole('button', { name: 'Allow' }).click();
      await tab.waitForFunction(() => document.title === 'sandra');
      if (said.length > 0) throw new Error(`The page said: ${said.join('\n')}`);
    } finally {
      await chromium.close();
      site.close();
    }
    return `signed in by redirect in Chromium; the bundle has ${(script.length / 1_000).toFixed(0)} kB.`;
  },
};
