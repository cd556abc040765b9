import { callbackIn } from './address.ts';
import { addressAfter } from './departure.ts';
import { pageState } from './page-state.ts';
import { isPopup } from './popup.ts';
import { storedText } from './stored-text.ts';

/**
 * The return of this tab: first in the address, then in `sessionStorage` for the page that loads at the clean
 * address.
 */

/**
 * How long to wait for the navigation, in ms. A page that is still loaded after that (the user pressed Stop, a router
 * intercepted it) takes the return itself.
 */
const LEAVES_WITHIN = 10_000;

const stash = storedText('sessionStorage', 'return.tmdb-auth');
/** The return that `tmdb-auth/lazy` took out of the address before this module was loaded. */
const arrived = storedText('sessionStorage', 'arrived.tmdb-auth');

/** The address of this tab's return, until a client takes it. */
export const keptReturn = (): string | null => pageState().returned ?? stash.read();

export function forgetReturn(): void {
  pageState().returned = null;
  stash.remove();
}

/** Keeps the return only in this page's memory. */
export function keepForThisPage(returned: string): void {
  forgetReturn();
  pageState().returned = returned;
}

/**
 * Keeps the return with which this page was loaded, and cleans the address by a real navigation: routers read the
 * address when they are created, and write it back. Null if the page stays; else resolves if the page is still loaded
 * after `LEAVES_WITHIN`.
 */
export function keepReturn(): Promise<void> | null {
  const page = pageState();
  const returned = page.leaving
    ? null
    : (callbackIn(location.href) ?? callbackIn(arrived.read() ?? 'about:blank'));
  arrived.remove();
  if (!returned) return page.leaving ?? null;
  const clean = addressAfter(returned);
  page.returned = stash.write(returned) ? null : returned;
  // A popup first offers the return to its opener, and closes.
  if (!page.returned && !isPopup()) return goAndWait(clean);
  history.replaceState(history.state, '', clean);
  return null;
}

/**
 * Reloads this page at its clean address if the return survives that: for a popup's return that no other tab took.
 * Resolves if the page is still loaded after `LEAVES_WITHIN`.
 */
export async function reload(): Promise<void> {
  if (!pageState().returned) await goAndWait(location.href);
}

function goTo(clean: string): void {
  // The referrer must not contain the token.
  document.head.append(
    Object.assign(document.createElement('meta'), { name: 'referrer', content: 'origin' }),
  );
  const isSameDocument = location.href.split('#')[0] === clean.split('#')[0];
  // If only the hash differs, `location.replace` would not load the page.
  if (isSameDocument) {
    history.replaceState(history.state, '', clean);
    location.reload();
  } else location.replace(clean);
}

function goAndWait(clean: string): Promise<void> {
  const page = pageState();
  page.leaving ??= new Promise((stays) => {
    goTo(clean);
    setTimeout(() => {
      if (callbackIn(location.href)) history.replaceState(history.state, '', clean);
      page.leaving = null;
      stays();
    }, LEAVES_WITHIN);
  });
  return page.leaving;
}
