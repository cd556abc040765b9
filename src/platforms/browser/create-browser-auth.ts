import { failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import type { TmdbAuthOptions } from '../../options.ts';
import type { StoragePort, Visit } from '../../ports.ts';
import type { RemoteOptions } from '../../remote/create-remote-auth.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { markedAsReturn, withoutCallback } from './address.ts';
import { isReturnOf, offerReturn, takeReturn } from './arrivals.ts';
import { markSpent, watchCopies } from './copies.ts';
import { forgetDeparture, mayEnd, rememberDeparture } from './departure.ts';
import { homeOf, withoutPage } from './homes.ts';
import { leaveReturn } from './returns.ts';
import { createTabs } from './tabs.ts';
import { popupVisit, redirectVisit } from './visits.ts';
import { onWake } from './wake.ts';

/** A user who comes back to the page may have approved; TMDB is asked at most this often, in ms. */
const ASK_AGAIN = 3_000;
const LONGEST_FOR_SERVER = 700;

/** In a frame TMDB may refuse to be shown, and its cookies are kept from it. */
const isFramed = () => window.self !== window.top;

/** From the home screen of a phone of Apple's: TMDB opens in a browser with a storage of its own, and returns to that one. */
const isHomeScreenApp = () => (navigator as { standalone?: boolean }).standalone === true;

const ELSEWHERE =
  'redirectTo is on another origin than this page: the return from TMDB cannot be taken there. Give a path of this site.';
const SPENT = 'This sign-in was finished in another tab. Sign in again here.';

interface PageOptions {
  /**
   * How to go to TMDB: this page leaves and comes back, a window of its own, or not at all: with `'device'` another
   * device approves at `approvalUrl` (show it, as a QR code for instance) while TMDB is asked. Default: `'redirect'`,
   * and in a frame `'popup'`.
   */
  mode?: 'redirect' | 'popup' | 'device';
  /**
   * Where the record is kept. Blocked or full storage falls back to memory. `'memory'` and blocked storage cannot
   * survive leaving the page, so they always use a popup. Default: `'local'`.
   */
  storage?: 'local' | 'session' | 'memory' | StoragePort;
  /** The page TMDB sends the user back to; they end where they were. Default: the page they are on. */
  redirectTo?: string;
  /**
   * When the page is looked at again, ask TMDB whether the session still exists, unless that was asked in the last so
   * many ms. Default: `Infinity`, never: a call that TMDB refuses is noticed anyway.
   */
  verifyAfter?: number;
}

/** The page asks TMDB itself, and everybody who opens it can read the key. */
export interface CreateBrowserAuthOptions
  extends Omit<TmdbAuthOptions, 'storage' | 'navigator' | 'channel'>,
    PageOptions {
  /** None: that makes it the other kind, `ThroughServerOptions`. */
  server?: undefined;
}

/** The page asks a server, which has the key and the session. It keeps nothing itself. */
export interface ThroughServerOptions
  extends Omit<RemoteOptions, 'navigator' | 'channel'>,
    Omit<PageOptions, 'storage'> {
  /** Where `createAuthHandler` answers: a path of this site, e.g. `/auth`. */
  server: string;
}

/**
 * A client for pages. It takes the return from TMDB by itself, once, and cleans the address; it keeps the tabs of
 * this origin in step. On a server or in a worker (no `document`) it stays in `restoring`, which is what a page that is
 * rendered there should show, and every method that would ask rejects with an `Error` that names what to use there.
 *
 * @example
 * ```ts
 * import { createBrowserAuth } from 'tmdb-auth/browser';
 *
 * const auth = createBrowserAuth({ credentials: { accessToken: 'eyJ…' }, mode: 'popup' });
 * auth.subscribe(({ status, account }) => console.log(status, account?.username));
 * document.querySelector('button')?.addEventListener('click', () => auth.login().catch(() => {}));
 * ```
 */
export function createBrowserAuth(options: CreateBrowserAuthOptions | ThroughServerOptions): TmdbAuth {
  return createPageAuth(options);
}

/** The same for `tmdb-auth/lazy`. `host` is the global `fetch` when the app made its client. */
export function createPageAuth(
  options: CreateBrowserAuthOptions | ThroughServerOptions,
  host?: typeof globalThis.fetch,
): TmdbAuth {
  const { mode = 'redirect', redirectTo, verifyAfter = Infinity } = options;
  if (typeof document === 'undefined') return withoutPage(options);

  const home = homeOf(options);
  const { storageKey, onWarning, clock } = home.settings;
  const tabs = createTabs(storageKey);
  const { survivesLeaving } = home;

  let hasWarned = false;
  const returnAddress = () => {
    const target = new URL(redirectTo ?? location.href, location.href);
    target.hash = '';
    const isElsewhere = /^https?:$/.test(target.protocol) && target.origin !== location.origin;
    if (isElsewhere && !hasWarned) {
      hasWarned = true;
      onWarning(failure('callback_mismatch', { message: ELSEWHERE }));
    }
    if (options.server === undefined) {
      const address = withoutCallback(target.href);
      return options.apiVersion === 4 ? markedAsReturn(address) : address;
    }
    // A server takes no longer ones; where exactly the user was, this page remembers itself.
    if (encodeURIComponent(target.href).length > LONGEST_FOR_SERVER) target.search = '';
    // And it may speak v4 without this page knowing.
    return markedAsReturn(withoutCallback(target.href));
  };

  let isPopupBack = () => false;
  const visit = (): Visit => {
    if (mode === 'device') return { open() {} };
    const comeBackTo = returnAddress();
    const openPopup = () => {
      const opened = popupVisit(comeBackTo, () => ask());
      isPopupBack = opened.isBack;
      return fromHere(opened);
    };
    if (mode === 'popup' || isFramed() || !survivesLeaving()) return openPopup();
    return fromHere(redirectVisit(comeBackTo, { openPopup, mayLeave: survivesLeaving }));
  };
  /** The approval page may come back to this tab, to the popup, or to a tab in which the user opened it by hand. */
  const fromHere = (visit: Visit): Visit => {
    const remember = (approvalUrl: string) =>
      rememberDeparture(tokenOfApproval(approvalUrl), home.isShared());
    return {
      ...visit,
      open(approvalUrl) {
        remember(approvalUrl);
        return visit.open(approvalUrl);
      },
      again(approvalUrl) {
        remember(approvalUrl);
        visit.again?.(approvalUrl);
      },
      close() {
        forgetDeparture();
        visit.close?.();
      },
    };
  };

  // Before anything else sees the address: a reload or a bookmark must not bring the return again.
  const held = leaveReturn() ?? offerReturn(tabs);
  const ports = {
    // Not the visit's: a page that was loaded anew goes on waiting without one.
    ...((mode === 'device' || isHomeScreenApp()) && { pollInterval: options.pollInterval ?? ASK_AGAIN }),
    clock: { ...clock, onWake },
    navigator: { visit, ...(mode !== 'device' && { redirectTo: returnAddress }) },
    channel: {
      post: tabs.post,
      tell: tabs.tell,
      onTold: tabs.onTold,
      subscribe(changed: (how?: 'written') => void) {
        const undo = tabs.subscribe(changed);
        return () => {
          undo();
          tabs.close();
          stopWatching();
        };
      },
    },
  };
  const auth = home.connect(ports, { held, host });

  /** Whether it was approved is known only by asking. */
  const ask = () => {
    if (auth.getView().state === 'awaitingApproval.waiting') auth.actor.send({ type: 'approval.check' });
  };
  let verifiedAt = auth.now();
  const verify = () => {
    if (auth.getView().status !== 'user' || auth.now() - verifiedAt < verifyAfter) return;
    verifiedAt = auth.now();
    auth.actor.send({ type: 'session.check' });
  };
  /** A sign-in that goes on keeps its view. */
  const lose = (details?: { message: string }) => {
    const lost = failure('callback_mismatch', details);
    onWarning(lost);
    if (!auth.approvalUrl) auth.actor.send({ type: 'login.lost', failure: lost });
  };
  const stopLooking = onReturn(() => {
    ask();
    verify();
  });
  const giveUp = async () => {
    await auth.cancel();
    lose({ message: SPENT });
  };
  // Tabs that share a record see there that it has ended.
  const hasCopies = options.server === undefined && options.storage === 'session';
  const stopComparing = hasCopies ? watchCopies(auth, () => void giveUp().catch(() => {})) : () => {};
  const stopWatching = () => {
    stopLooking();
    stopComparing();
  };

  const take = (address: string) =>
    auth.handleCallback(address).catch((error: unknown) => {
      onWarning(TmdbAuthError.is(error) ? error.failure : failure('unexpected'));
    });

  const refuse = (address: string) => {
    const { searchParams } = new URL(address);
    if (searchParams.has('denied')) markSpent(searchParams.get('request_token') ?? '');
    // A view that says already why the sign-in ended needs no second reason.
    if (!auth.getView().failure) lose();
  };

  tabs.onCallback((address) => {
    const isOursInV4: typeof mayEnd = (returned, requestToken) =>
      (home.isShared() || isPopupBack()) && mayEnd(returned, requestToken);
    const isOurs = auth.approvalUrl !== null && isReturnOf(address, auth.approvalUrl, isOursInV4);
    if (isOurs) void take(address);
    return isOurs;
  });

  void takeReturn({ auth, take, refuse });
  return auth;
}

/** The user looks at this page again. */
function onReturn(isBack: () => void): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (document.visibilityState !== 'visible' || performance.now() - askedAt < ASK_AGAIN) return;
    askedAt = performance.now();
    isBack();
  };
  window.addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  return () => {
    window.removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  };
}
