import { failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import type { TmdbAuthOptions } from '../../options.ts';
import type { StoragePort, Visit } from '../../ports.ts';
import type { RemoteOptions } from '../../remote/create-remote-auth.ts';
import { tokenOfApproval } from '../../tmdb/approval.ts';
import { markedAsReturn, withoutCallback } from './address.ts';
import { forgetDeparture, mayEnd, rememberDeparture } from './departure.ts';
import { markSpent, watchDuplicates } from './duplicate-tabs.ts';
import { pageBackendOf, withoutPage } from './page-backend.ts';
import { isReturnOf, offerReturn, takeReturn } from './page-clients.ts';
import { keepReturn } from './returns.ts';
import { createTabs } from './tabs.ts';
import { popupVisit, redirectVisit } from './visits.ts';
import { onWake } from './wake.ts';

/** A user who comes back to the page may have approved. Minimum time between two checks, in ms. */
const ASK_AGAIN = 3_000;
const LONGEST_FOR_SERVER = 700;

/** In a frame, TMDB may refuse to be shown, and browsers block its cookies. */
const isFramed = () => window.self !== window.top;

/** A home-screen app on iOS: TMDB opens and returns in a separate browser with its own storage. */
const isHomeScreenApp = () => (navigator as { standalone?: boolean }).standalone === true;

const OTHER_ORIGIN =
  'redirectTo is on another origin than this page, so this page cannot take the return from TMDB. Use a path of this site.';
const SPENT = 'This sign-in was finished in another tab. Sign in again here.';

interface PageOptions {
  /**
   * How the user gets to TMDB's approval page. `'redirect'`: this page leaves and comes back. `'popup'`: a window of
   * its own. `'device'`: the user opens `approvalUrl` on another device (show it as a QR code, for instance), and the
   * page polls TMDB. Default: `'redirect'`, and in a frame `'popup'`.
   */
  mode?: 'redirect' | 'popup' | 'device';
  /**
   * Where the record is kept. Blocked or full storage falls back to memory. Memory does not survive leaving the page,
   * so the sign-in then always uses a popup. Default: `'local'`.
   */
  storage?: 'local' | 'session' | 'memory' | StoragePort;
  /**
   * The page to which TMDB sends the user back. From there this client returns them to where they were. Default: the
   * current page.
   */
  redirectTo?: string;
  /**
   * When the user looks at the page again, ask TMDB whether the session still exists, at most once in this many ms.
   * Default: `Infinity`, never: a request that TMDB refuses reveals it anyway.
   */
  verifyAfter?: number;
}

/** The page calls TMDB itself, and everyone who opens it can read the key. */
export interface CreateBrowserAuthOptions
  extends Omit<TmdbAuthOptions, 'storage' | 'navigator' | 'channel'>,
    PageOptions {
  /** Not set; see `ThroughServerOptions`. */
  server?: undefined;
}

/** The page calls a server, which holds the key and the session. The page stores nothing. */
export interface ThroughServerOptions
  extends Omit<RemoteOptions, 'navigator' | 'channel'>,
    Omit<PageOptions, 'storage'> {
  /** Base path of `createAuthHandler` on this site, e.g. `/auth`. */
  server: string;
}

/**
 * A client for pages. It takes the return from TMDB by itself, once, cleans the address, and keeps the tabs of this
 * origin in sync. On a server or in a worker (no `document`) it stays in `restoring`, which a server-rendered page
 * should show, and methods that send requests reject with an `Error` that names the client to use there.
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

/** `createBrowserAuth` for `tmdb-auth/lazy`. `host`: the global `fetch` at the time the app created its client. */
export function createPageAuth(
  options: CreateBrowserAuthOptions | ThroughServerOptions,
  host?: typeof globalThis.fetch,
): TmdbAuth {
  const { mode = 'redirect', redirectTo, verifyAfter = Infinity } = options;
  if (typeof document === 'undefined') return withoutPage(options);

  const backend = pageBackendOf(options);
  const { storageKey, onWarning, clock } = backend.settings;
  const tabs = createTabs(storageKey);
  const { survivesLeaving } = backend;

  let hasWarned = false;
  const returnAddress = () => {
    const target = new URL(redirectTo ?? location.href, location.href);
    target.hash = '';
    const isOtherOrigin = /^https?:$/.test(target.protocol) && target.origin !== location.origin;
    if (isOtherOrigin && !hasWarned) {
      hasWarned = true;
      onWarning(failure('callback_mismatch', { message: OTHER_ORIGIN }));
    }
    if (options.server === undefined) {
      const address = withoutCallback(target.href);
      return options.apiVersion === 4 ? markedAsReturn(address) : address;
    }
    // The server limits the length. The page itself remembers where the user was.
    if (encodeURIComponent(target.href).length > LONGEST_FOR_SERVER) target.search = '';
    // Always marked: the page does not know whether the server uses v4.
    return markedAsReturn(withoutCallback(target.href));
  };

  let isPopupBackHere = () => false;
  const visit = (): Visit => {
    if (mode === 'device') return { open() {} };
    const comeBackTo = returnAddress();
    const openPopup = () => {
      const opened = popupVisit(comeBackTo, () => ask());
      isPopupBackHere = opened.isBack;
      return rememberingDeparture(opened);
    };
    if (mode === 'popup' || isFramed() || !survivesLeaving()) return openPopup();
    return rememberingDeparture(redirectVisit(comeBackTo, { openPopup, mayLeave: survivesLeaving }));
  };
  /**
   * Remembers where the user was: the return may load in this tab, in the popup, or in a tab that the user opened by
   * hand.
   */
  const rememberingDeparture = (visit: Visit): Visit => {
    const remember = (approvalUrl: string) =>
      rememberDeparture(tokenOfApproval(approvalUrl), backend.isShared());
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

  // First of all: no other code should see the return, nor a reload or bookmark repeat it.
  const held = keepReturn() ?? offerReturn(tabs);
  const ports = {
    // Set on the client, not on the visit: a reloaded page keeps waiting without a visit.
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
  const auth = backend.connect(ports, { held, host });

  /** Only TMDB knows whether the user approved. */
  const ask = () => {
    if (auth.getView().state === 'awaitingApproval.waiting') auth.actor.send({ type: 'approval.check' });
  };
  let verifiedAt = auth.now();
  const verify = () => {
    if (auth.getView().status !== 'user' || auth.now() - verifiedAt < verifyAfter) return;
    verifiedAt = auth.now();
    auth.actor.send({ type: 'session.check' });
  };
  /** Shows the failure, unless a sign-in is pending. */
  const reportLost = (details?: { message: string }) => {
    const lost = failure('callback_mismatch', details);
    onWarning(lost);
    if (!auth.approvalUrl) auth.actor.send({ type: 'login.lost', failure: lost });
  };
  const stopLooking = onLook(() => {
    ask();
    verify();
  });
  const endSpent = async () => {
    await auth.cancel();
    reportLost({ message: SPENT });
  };
  // Tabs with a shared record learn from it that the sign-in has ended.
  const mayHaveDuplicates = options.server === undefined && options.storage === 'session';
  const stopComparing = mayHaveDuplicates
    ? watchDuplicates(auth, () => void endSpent().catch(() => {}))
    : () => {};
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
    // Keeps a failure that already says why the sign-in ended.
    if (!auth.getView().failure) reportLost();
  };

  tabs.onCallback((address) => {
    const isOursInV4: typeof mayEnd = (returned, requestToken) =>
      (backend.isShared() || isPopupBackHere()) && mayEnd(returned, requestToken);
    const isOurs = auth.approvalUrl !== null && isReturnOf(address, auth.approvalUrl, isOursInV4);
    if (isOurs) void take(address);
    return isOurs;
  });

  void takeReturn({ auth, take, refuse });
  return auth;
}

/**
 * Calls `looked` when the user looks at this page again, at most once per `ASK_AGAIN`. Returns a function that stops
 * it.
 */
function onLook(looked: () => void): () => void {
  let askedAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    if (document.visibilityState !== 'visible' || performance.now() - askedAt < ASK_AGAIN) return;
    askedAt = performance.now();
    looked();
  };
  window.addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  return () => {
    window.removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  };
}
