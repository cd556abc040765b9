import { callbackIn } from './address.ts';
import { addressAfter } from './departure.ts';
import { keptIn } from './kept.ts';
import { pageState } from './page-state.ts';
import { isPopup } from './popup.ts';

/* The return of this tab: it is in the address, then in `sessionStorage` for the page that loads at the clean address. */

/** In ms. A page that is still here after that (Stop was pressed, a router took the navigation) takes the return itself. */
const LEAVING = 10_000;

const stash = keptIn('sessionStorage', 'return.tmdb-auth');
/** What `tmdb-auth/lazy` found in the address and took out of it, before this was loaded. */
const arrived = keptIn('sessionStorage', 'arrived.tmdb-auth');

/** The address that TMDB sent this tab back to, until a client takes it. */
export const keptReturn = (): string | null => pageState().returned ?? stash.read();

export function forgetReturn(): void {
  pageState().returned = null;
  stash.remove();
}

/** The return stays known to the clients of this page, and ends with it. */
export function keepForThisPage(returned: string): void {
  forgetReturn();
  pageState().returned = returned;
}

/**
 * Keeps the return that this page was loaded with, and cleans the address. The page goes to the clean address by a real
 * navigation: routers read the address when they are made, and write it back. Null if the page stays; else resolves in
 * case it is still here after a while.
 */
export function leaveReturn(): Promise<void> | null {
  const page = pageState();
  const returned = page.leaving
    ? null
    : (callbackIn(location.href) ?? callbackIn(arrived.read() ?? 'about:blank'));
  arrived.remove();
  if (!returned) return page.leaving ?? null;
  const clean = addressAfter(returned);
  page.returned = stash.write(returned) ? null : returned;
  // A popup asks its opener first, and closes.
  if (!page.returned && !isPopup()) return leave(clean);
  history.replaceState(history.state, '', clean);
  return null;
}

/**
 * Loads this page again, at its clean address, if the return survives that: for a popup whose return no other tab took.
 * Resolves if the page is still here after a while.
 */
export async function loadAgain(): Promise<void> {
  if (!pageState().returned) await leave(location.href);
}

function goTo(clean: string): void {
  // The page that loads is not told the address with the token as its referrer.
  document.head.append(
    Object.assign(document.createElement('meta'), { name: 'referrer', content: 'origin' }),
  );
  const isSameDocument = location.href.split('#')[0] === clean.split('#')[0];
  // From one hash to another a browser only scrolls.
  if (isSameDocument) {
    history.replaceState(history.state, '', clean);
    location.reload();
  } else location.replace(clean);
}

function leave(clean: string): Promise<void> {
  const page = pageState();
  page.leaving ??= new Promise((stays) => {
    goTo(clean);
    setTimeout(() => {
      if (callbackIn(location.href)) history.replaceState(history.state, '', clean);
      page.leaving = null;
      stays();
    }, LEAVING);
  });
  return page.leaving;
}
