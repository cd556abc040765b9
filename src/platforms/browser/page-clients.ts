import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { tokenOfReturn } from './address.ts';
import { forgetDeparture, mayEnd } from './departure.ts';
import { pageState } from './page-state.ts';
import { isPopup } from './popup.ts';
import { forgetReturn, keepForThisPage, keptReturn, reload } from './returns.ts';
import type { Tabs } from './tabs.ts';

/** How long a popup waits for another tab to take its return, in ms. */
const HAND_OVER = 1_000;

/** A client of this page. */
export interface PageClient {
  auth: TmdbAuth;
  /** Called if this client holds the token of the return. */
  take(returned: string): Promise<unknown>;
  /** Called if no client of this page holds it. */
  refuse(returned: string): void;
}

/** Lets the client that holds the token take the page's return, no matter which client was created first. */
export async function takeReturn(client: PageClient): Promise<void> {
  const page = pageState();
  page.unread += 1;
  const isRead = await recordRead(client.auth);
  page.unread -= 1;
  const returned = keptReturn();
  if (!isRead || !returned) return;
  if (holdsToken(client.auth, returned)) {
    page.passed.clear();
    forgetReturn();
    await client.take(returned);
    return forgetDeparture();
  }
  page.passed.add(client);
  // Other code of the page may still create a client.
  await documentLoaded();
  refuseUnlessTaken();
}

function refuseUnlessTaken(): void {
  const page = pageState();
  const returned = keptReturn();
  if (page.unread > 0 || page.passed.size === 0 || !returned) return;
  const clients = [...page.passed];
  page.passed.clear();
  keepForThisPage(returned);
  const isTakenAlready = clients.some(({ auth }) => isSignedInOrExchanging(auth));
  if (!isTakenAlready && page.refused !== returned) for (const { refuse } of clients) refuse(returned);
  page.refused = returned;
}

function holdsToken({ approvalUrl }: TmdbAuth, returned: string): boolean {
  return approvalUrl !== null && isReturnOf(returned, approvalUrl, mayEnd);
}

/** `isOursInV4` decides about a return that names no token. */
export function isReturnOf(
  returned: string,
  approvalUrl: string,
  isOursInV4: (returned: string, requestToken: string) => boolean,
): boolean {
  const pending = tokenOfApproval(approvalUrl);
  const requestToken = tokenOfReturn(returned);
  if (requestToken !== null) return requestToken === pending;
  return tokenOfReturn(approvalUrl) !== null && isOursInV4(returned, pending);
}

function isSignedInOrExchanging({ getView }: TmdbAuth): boolean {
  const { state, status } = getView();
  return status === 'user' || (status === 'pending' && !state.startsWith('awaitingApproval'));
}

/** Resolves to false if the client is disposed first. After a failed read it waits for the user's retry. */
function recordRead({ actor }: TmdbAuth): Promise<boolean> {
  return new Promise((resolve) => {
    const look = () => {
      const snapshot = actor.getSnapshot();
      if (snapshot.matches('restoring') || snapshot.context.failedStep === 'restoring') return;
      resolve(true);
      subscription.unsubscribe();
    };
    const stop = () => resolve(false);
    const subscription = actor.subscribe({ next: look, error: stop, complete: stop });
    look();
  });
}

function documentLoaded(): Promise<unknown> {
  if (document.readyState === 'complete') return Promise.resolve();
  return new Promise((resolve) => window.addEventListener('load', resolve, { once: true }));
}

/**
 * In a popup, offers the return to the other tabs, on the channel of each client of this page, and closes the popup
 * if a tab takes it. Null if this page has no return to offer; else resolves when its clients may continue.
 */
export function offerReturn(tabs: Tabs): Promise<void> | null {
  const returned = isPopup() ? keptReturn() : null;
  if (!returned) return null;
  const offer = tabs.handOver(returned, HAND_OVER).then((isTaken) => {
    if (!isTaken) return;
    forgetReturn();
    forgetDeparture();
    window.close();
  });
  const { offers } = pageState();
  offers.push(offer);
  return offer
    .then(() => Promise.all(offers))
    .then(async () => {
      if (!keptReturn()) return;
      // No tab took it: continue as an ordinary page.
      window.name = '';
      await reload();
    });
}
