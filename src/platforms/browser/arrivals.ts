import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { tokenOfReturn } from './address.ts';
import { forgetDeparture, mayEnd } from './departure.ts';
import { pageState } from './page-state.ts';
import { isPopup } from './popup.ts';
import { forgetReturn, keepForThisPage, keptReturn, loadAgain } from './returns.ts';
import type { Tabs } from './tabs.ts';

/** How long a popup waits for the page that opened it to take over, in ms. */
const HAND_OVER = 1_000;

/** A client of this page. */
export interface Arrival {
  auth: TmdbAuth;
  /** It holds the token of this return. */
  take(returned: string): Promise<unknown>;
  /** No client of this page does. */
  refuse(returned: string): void;
}

/** A return is taken by the client of this page that holds its token, whichever was made first. */
export async function takeReturn(arrival: Arrival): Promise<void> {
  const page = pageState();
  page.unread += 1;
  const isRead = await recordRead(arrival.auth);
  page.unread -= 1;
  const returned = keptReturn();
  if (!isRead || !returned) return;
  if (holds(arrival.auth, returned)) {
    page.passed.clear();
    forgetReturn();
    await arrival.take(returned);
    return forgetDeparture();
  }
  page.passed.add(arrival);
  // Other parts of the page may be about to make a client.
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
  const isTakenAlready = clients.some(({ auth }) => isBeyond(auth));
  if (!isTakenAlready && page.refused !== returned) for (const { refuse } of clients) refuse(returned);
  page.refused = returned;
}

function holds({ approvalUrl }: TmdbAuth, returned: string): boolean {
  return approvalUrl !== null && isReturnOf(returned, approvalUrl, mayEnd);
}

/** `isOursInV4` is asked for a return that names no token. */
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

/** Signed in, or about to be. */
function isBeyond({ getView }: TmdbAuth): boolean {
  const { state, status } = getView();
  return status === 'user' || (status === 'pending' && !state.startsWith('awaitingApproval'));
}

/** Resolves to false if the client ends before. A record that could not be read is read when the user tries again. */
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
 * A popup asks the other tabs to take its return, for every client of this page by the client's own channel, and
 * closes if one does. Null if this page has no return to offer; else resolves when its clients may go on.
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
      // From now on an ordinary page.
      window.name = '';
      await loadAgain();
    });
}
