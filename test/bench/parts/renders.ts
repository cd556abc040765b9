import { startSandbox } from 'tmdb-auth/sandbox';
import { bundle, launchChromium, serve } from '../../browser/chromium.ts';
import type {} from '../../browser/pages/react.tsx';
import type { Section } from '../section.ts';

const DOCUMENT =
  '<!doctype html><title>Renders</title><div id="root"></div><script type="module" src="/page.js"></script>';

/** How often components render in a sign-in by popup, as they count themselves in Chromium. */
export async function measure(): Promise<Section> {
  const tmdb = await startSandbox();
  const { baseURL, webURL, accessToken } = tmdb;
  const config = { baseURL, webURL, credentials: { accessToken }, mode: 'popup' };
  const script = await bundle('react.tsx', {
    define: { 'process.env.NODE_ENV': '"production"', CONFIG: JSON.stringify(config) },
  });
  const site = await serve((path) =>
    path === '/page.js' ? { type: 'text/javascript', text: script } : { type: 'text/html', text: DOCUMENT },
  );
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => document.querySelector('#state')?.textContent === 'idle.fresh');
    const restored = await page.evaluate(() => structuredClone(window.renders));
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#hook-login')]);
    await popup.waitForURL(`${webURL}/**`);
    await popup.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('#who')?.textContent === 'sandra');
    const renders = await page.evaluate(() => structuredClone(window.renders));
    const of = (name: 'View' | 'Status' | 'IsUser') => renders[name].slice(restored[name].length);
    const line = (what: string, name: 'View' | 'Status' | 'IsUser') => [
      what,
      String(of(name).length),
      of(name).map(String).join(', '),
    ];
    return {
      head: ['Renders of a component in a sign-in', 'how many', 'values that it saw'],
      rows: [
        line('`useTmdbAuth()`, the whole view', 'View'),
        line('`useTmdbAuthSelector((view) => view.status)`', 'Status'),
        line("`useTmdbAuthSelector(({ status }) => status === 'user')`", 'IsUser'),
      ],
      goals: [],
      notes: [
        `The count runs from the click to the account, by popup, with React ${await page.evaluate(() => window.reactVersion)} in Chromium ${browser.version()}, not in StrictMode. Several changes at once are one render.`,
      ],
    };
  } finally {
    await browser.close();
    site.close();
    await tmdb.close();
  }
}
