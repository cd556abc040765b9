/**
 * A walk through an app with a router, in Chromium: from a deep link to TMDB and back, by redirect or by popup, then
 * a push, a reload, Back and Forward. Afterwards address, screen and the router's own location are as before, without
 * the token.
 *
 * The app shows `#at` (path and query as the router knows them, written by a script), `#next` (a push that appends
 * `page=2` to the query, unless the walk names another), an `h1` ("Film" at the deep link) and a button "Sign in";
 * its client is `globalThis.auth`, in the mode `globalThis.mode`. An app with a guard also has a button that begins
 * with "Sign out".
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Sandbox } from '../../src/tools/sandbox/index.ts';
import { withSandbox } from './project.ts';

const MODES = ['redirect', 'popup'] as const;
type Mode = (typeof MODES)[number];

interface Place {
  /** An address with a query. */
  address: string;
  /** The router's name for that address. */
  at: string;
  /** Its `h1`. Default: "Film". */
  title?: string;
}

/** The address of the sign-in, and how to walk on. */
interface Walk extends Place {
  mode?: Mode;
  /** A push to use in place of `#next`: the link to click, and its address. */
  next?: Place & { press: string };
  /** Path to which the app's guard sends a signed-out user who opens `address`. Default: it has no guard. */
  guard?: string;
}

type AppWindow = typeof globalThis & {
  auth?: { getView(): { status: string }; loginAsGuest(): Promise<unknown> };
};

/** The client of a guide, pointed at the sandbox and exposed for this walk. */
export const forWalk = (code: string, tmdb: Sandbox) =>
  `${withSandbox(code, tmdb).replace(/(credentials: \{)/, 'mode: (globalThis as { mode?: "redirect" }).mode, $1')}
Object.assign(globalThis, { auth });
`;

/** The same with the lazy client. */
export const lazily = (code: string) =>
  code.replaceAll('createBrowserAuth', 'createLazyAuth').replace('tmdb-auth/browser', 'tmdb-auth/lazy');

/** In ms. So long that only a stuck walk fails: the machine may be busy. */
const STUCK = 120_000;

/** A router may write the address of its home page with a trailing slash or without. */
const withoutSlash = (address: string) => address.replace(/\/$/, '');

const KEPT = 'views of the walk';
const isReturn = (address: string) => /[?&]request_token=/.test(address);

/**
 * Keeps the views of each document, with the address at which it was opened, also of a popup that closes by itself.
 * It is text, because tsx would insert a helper that the page lacks.
 */
const keepViews = (mode: Mode) => `{
  const opened = location.href;
  let auth;
  if (/[?&]request_token=/.test(opened))
    new MutationObserver(() => {
      if (document.querySelector('#at')?.textContent) globalThis.tellDrawn();
    }).observe(document, { childList: true, characterData: true, subtree: true });
  globalThis.mode = '${mode}';
  Object.defineProperty(globalThis, 'auth', {
    get: () => auth,
    set(client) {
      auth = client;
      const keep = () => {
        const before = JSON.parse(localStorage.getItem('${KEPT}') ?? '[]');
        localStorage.setItem('${KEPT}', JSON.stringify([...before, { opened, ...client.getView() }]));
      };
      client.subscribe(keep);
      keep();
    },
  });
}`;

/** In ms. Some routers wait for `load`, which does not come while a navigation is pending. */
const LONGEST_HOLD = 5_000;

/**
 * Delays the page that follows a return until the router of the page with the return has drawn its screen. The page
 * with the return reports this itself, because Playwright cannot inspect a page while a navigation is pending.
 */
async function letRouterDraw(context: BrowserContext, origin: string): Promise<void> {
  let tellDrawn = () => {};
  const drawn = new Promise<void>((resolve) => {
    tellDrawn = resolve;
  });
  await context.exposeFunction('tellDrawn', () => tellDrawn());
  await context.route(
    (url) => url.origin === origin,
    async (route) => {
      const request = route.request();
      const address = request.frame().url();
      if (request.isNavigationRequest() && address.startsWith(origin) && isReturn(address))
        await Promise.race([drawn, new Promise((resolve) => setTimeout(resolve, LONGEST_HOLD))]);
      await route.continue();
    },
  );
}

/** Signs in in both modes, unless one is given. */
export async function walk(chromium: Browser, tmdb: Sandbox, options: Walk): Promise<void> {
  for (const mode of options.mode ? [options.mode] : MODES) {
    await walkIn(mode, chromium, tmdb, options).catch((error) => {
      throw new Error(`${mode}: ${error.message}`);
    });
  }
}

async function walkIn(
  mode: Mode,
  chromium: Browser,
  tmdb: Sandbox,
  { next, guard, ...film }: Walk,
): Promise<void> {
  const { address, at } = film;
  const { origin, pathname } = new URL(address);
  const pushed = next ?? { press: '#next', address: `${address}&page=2`, at: `${at}&page=2` };
  const context = await chromium.newContext();
  context.setDefaultTimeout(STUCK);
  try {
    await context.addInitScript({ content: keepViews(mode) });
    await letRouterDraw(context, origin);
    const page = await context.newPage();
    const broken: string[] = [];
    context.on('weberror', (error) => broken.push(error.error().message));
    const visited: string[] = [];
    const isGuarded = ({ href }: URL) => withoutSlash(href) === withoutSlash(origin + guard);
    if (guard) {
      await page.goto(address);
      await page.waitForURL(isGuarded);
      await page.evaluate(() => (globalThis as AppWindow).auth?.loginAsGuest());
    }
    await page.goto(address);
    await shows(page, film, 'before the sign-in');
    const follow = (each: Page) => each.on('framenavigated', (frame) => visited.push(frame.url()));
    follow(page);
    context.on('page', follow);
    await signIn(page, mode);
    await becomes(page, 'user');
    await shows(page, film, 'back from TMDB');
    await letsGuardsPass(page, mode);
    const astray = visited.filter(
      (url) => url.startsWith(origin) && !isReturn(url) && new URL(url).pathname !== pathname,
    );
    if (astray.length > 0) throw new Error(`meanwhile the app went to ${astray}.`);
    await page.click(pushed.press);
    await shows(page, pushed, 'after a push');
    await page.reload();
    await becomes(page, 'user');
    await shows(page, pushed, 'after a reload');
    await page.goBack();
    await shows(page, film, 'after Back');
    await page.goForward();
    await shows(page, pushed, 'after Forward');
    await page.goBack();
    await shows(page, film, 'after Back again');
    if (mode === 'redirect') {
      await page.goBack();
      await page.waitForURL(`${tmdb.webURL}/**`);
      await page.goForward();
      await becomes(page, 'user');
      await shows(page, film, 'after Back to TMDB and Forward');
    }
    if (guard) {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.waitForURL(isGuarded);
    }
    if (broken.length > 0) throw new Error(`the page threw: ${broken.join('\n')}`);
  } finally {
    await context.close();
  }
}

async function signIn(page: Page, mode: Mode): Promise<void> {
  const button = page.getByRole('button', { name: 'Sign in' });
  const allow = (tmdb: Page) => tmdb.getByRole('button', { name: 'Allow' }).click();
  if (mode === 'redirect') {
    await button.click();
    return allow(page);
  }
  const [popup] = await Promise.all([page.waitForEvent('popup'), button.click()]);
  const closed = popup.waitForEvent('close');
  await allow(popup);
  await closed;
}

const becomes = (page: Page, status: string) =>
  page.waitForFunction((right) => (globalThis as AppWindow).auth?.getView().status === right, status);

/** Waits for the screen, and searches the router's state for the token. */
async function shows(page: Page, { address, at, title = 'Film' }: Place, when: string): Promise<void> {
  const right = [address, at, title].join(' ');
  const see = async () =>
    [page.url(), await page.locator('#at').textContent(), await page.locator('h1').textContent()].join(' ');
  const until = Date.now() + STUCK;
  let seen = '';
  while (seen !== right) {
    if (Date.now() > until) throw new Error(`${when} there is ${seen} in place of ${right}.`);
    seen = await see().catch(String);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const kept = await page.evaluate(() => JSON.stringify([history.state, document.referrer]));
  if (isReturn(kept)) throw new Error(`${when} the page keeps the token: ${kept}`);
}

/**
 * A guard that redirects signed-out users does nothing in the page with the return, which is unloaded. A popup may
 * see the other tab's sign-in go on before it closes.
 */
async function letsGuardsPass(page: Page, mode: Mode): Promise<void> {
  const views: { opened: string; state: string; status: string }[] = JSON.parse(
    await page.evaluate((kept) => localStorage.getItem(kept) ?? '[]', KEPT),
  );
  const ofReturn = views.filter(({ opened }) => isReturn(opened));
  const isRight = ofReturn.every(({ state, status }) =>
    mode === 'redirect' ? state === 'restoring' : status !== 'signedOut',
  );
  if (ofReturn.length === 0 || !isRight)
    throw new Error(`the views of the page with the return are: ${ofReturn.map(({ state }) => state)}`);
}
