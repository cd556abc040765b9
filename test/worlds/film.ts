import type { Browser } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';

export const FILM = '/films/550';

/** A busy machine takes its time. In ms. */
const PATIENCE = 120_000;

/** What an app puts into `window` for its visitor. */
interface AppWindow {
  auth?: { getView(): { state: string; status: string }; loginAsGuest(): Promise<unknown> };
  /** The router's own location. */
  routerLocation?(): string;
}

interface Visit {
  /** The address of the app, to which it appends the path of a route. */
  home: string;
  /** The path of the film, with a query that has `tab=cast`. */
  film: string;
  /** What the router's own location has before the path of a route. */
  locationBase?: string;
  isPopup: boolean;
}

/**
 * Signs in at a deep link of an app in which the film is guarded: signed-out users are redirected to the home page, so a
 * guest signs in there. The film's `h1` names the tab, and its link `Crew` leads to another one. The user ends at the
 * address that they left, where screen and router agree, also after a push, a reload, Back and Forward; until then the
 * guard redirects nobody, as the page that TMDB comes back to stays in `restoring`.
 */
export async function signInAtFilm(chromium: Browser, tmdb: Sandbox, visit: Visit): Promise<void> {
  const { home, film, locationBase = '', isPopup } = visit;
  const site = new URL(home).origin;
  const crew = `${FILM}?tab=crew`;
  const context = await chromium.newContext();
  context.setDefaultTimeout(PATIENCE);
  try {
    await context.addInitScript(() => {
      if (!location.search.includes('request_token=')) return;
      addEventListener('pagehide', () => {
        const { auth } = globalThis as never as AppWindow;
        sessionStorage.setItem('unloaded', String(auth?.getView().state));
      });
    });
    const errors: Error[] = [];
    context.on('weberror', (error) => errors.push(error.error()));
    const page = await context.newPage();

    const see = async () => {
      const located = await page.evaluate(() => (globalThis as never as AppWindow).routerLocation?.());
      const [title = ''] = (await page.textContent('h1'))?.split(' Crew') ?? [];
      return `${page.url()} ${located} ${title}`;
    };
    const is = async (at: string, tab: string, when: string) => {
      const right = `${home}${at} ${locationBase}${at} Film, ${tab}`;
      const end = Date.now() + PATIENCE;
      for (let seen = ''; seen !== right; seen = await see().catch(String)) {
        if (Date.now() > end) throw new Error(`${when}: there is ${seen} in place of ${right}.`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const hasStatus = (wanted: string) =>
      page.waitForFunction(
        (status) => (globalThis as never as AppWindow).auth?.getView().status === status,
        wanted,
      );

    await page.goto(home + film);
    await hasStatus('signedOut');
    await page.waitForURL(({ href }) => !href.includes(FILM));
    await page.evaluate(() => (globalThis as never as AppWindow).auth?.loginAsGuest());
    await page.goto(home + film);
    await is(film, 'cast', 'as a guest');

    const addresses: string[] = [];
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    context.on('page', (popup) => popup.on('framenavigated', (frame) => addresses.push(frame.url())));
    const approval = isPopup ? page.waitForEvent('popup') : page;
    await page.getByText('Sign in').click();
    await (await approval).getByRole('button', { name: 'Allow' }).click();
    await hasStatus('user');
    await is(film, 'cast', 'back');
    const unloaded = await page.evaluate(() => sessionStorage.getItem('unloaded'));
    if (!isPopup && unloaded !== 'restoring')
      throw new Error(`The page that TMDB came back to was unloaded in ${unloaded}.`);
    // TMDB comes back without the hash, so a hash router begins at its home page.
    const isExpected = (address: string) =>
      address.includes('request_token=') || address.includes(FILM) || home.endsWith('#');
    const wrong = addresses.filter((address) => address.startsWith(site) && !isExpected(address));
    if (wrong.length > 0) throw new Error(`Meanwhile the app went to ${wrong}.`);

    await page.getByText('Crew', { exact: true }).click();
    await is(crew, 'crew', 'after a push');
    await page.reload();
    await hasStatus('user');
    await is(crew, 'crew', 'after a reload');
    await page.goBack();
    await is(film, 'cast', 'after Back');
    if (!isPopup) {
      await page.goBack();
      await page.waitForURL(`${tmdb.webURL}/**`);
      await page.goForward();
      await hasStatus('user');
      await is(film, 'cast', 'after Back to TMDB and Forward');
    }
    await page.goForward();
    await is(crew, 'crew', 'after Forward');
    if (errors.length > 0) throw new Error(`The page threw ${errors.join(', ')}.`);
  } finally {
    await context.close();
  }
}
