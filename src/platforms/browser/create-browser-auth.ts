import { failure } from '../../../machines/index.ts';
import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import type { TmdbAuthOptions } from '../../options.ts';
import type { StoragePort, Visit } from '../../ports.ts';
import type { RemoteOptions } from '../../remote/create-remote-auth.ts';
import { callbackIn, createWayBack, markedAsReturn, withoutCallback } from './address.ts';
import { homeOf, withoutPage } from './homes.ts';
import { createTabs } from './tabs.ts';
import { isPopup, popupVisit, redirectVisit } from './visits.ts';
import { onWake } from './wake.ts';

/** How long a popup waits for the page that opened it to take over, in ms. */
const HAND_OVER = 1_000;
/** A user who comes back to the page may have approved; TMDB is asked at most this often, in ms. */
const ASK_AGAIN = 3_000;
const LONGEST_FOR_SERVER = 700;

interface PageOptions {
  /**
   * How to go to TMDB: this page leaves and comes back, a window of its own, or not at all: with `'device'` another
   * device approves at `approvalUrl` (show it, as a QR code for instance) while TMDB is asked. Default: `'redirect'`.
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
  const { mode = 'redirect', redirectTo, verifyAfter = Infinity } = options;
  if (typeof document === 'undefined') return withoutPage(options);

  const home = homeOf(options);
  const { storageKey, onWarning, clock } = home.settings;
  const tabs = createTabs(storageKey);
  const wayBack = createWayBack(storageKey);
  const { survivesLeaving } = home;

  const returnAddress = () => {
    const target = new URL(redirectTo ?? location.href, location.href);
    target.hash = '';
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
      return opened;
    };
    if (mode === 'popup' || !survivesLeaving()) return openPopup();
    return redirectVisit(comeBackTo, {
      openPopup,
      mayLeave: survivesLeaving,
      beforeLeaving: () => wayBack.remember(location.href),
    });
  };

  const auth = home.connect({
    // Not the visit's: a page that was loaded anew goes on waiting without one.
    ...(mode === 'device' && { pollInterval: options.pollInterval ?? ASK_AGAIN }),
    clock: { ...clock, onWake },
    navigator: { visit, ...(mode !== 'device' && { redirectTo: returnAddress }) },
    channel: {
      post: tabs.post,
      subscribe(changed) {
        const undo = tabs.subscribe(changed);
        return () => {
          undo();
          tabs.close();
          stopWatching();
        };
      },
    },
  });

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
  const stopWatching = onReturn(() => {
    ask();
    verify();
  });

  const take = (address: string) =>
    auth.handleCallback(address).catch((error: unknown) => {
      onWarning(TmdbAuthError.is(error) ? error.failure : failure('unexpected'));
    });

  tabs.onCallback((address) => {
    const isOurs =
      auth.approvalUrl !== null && isReturnOf(address, auth.approvalUrl, home.isShared() || isPopupBack());
    if (isOurs) void take(address);
    return isOurs;
  });

  const handOver = async (address: string) => {
    if (await tabs.handOver(address, HAND_OVER)) window.close();
    else await take(address);
  };

  const address = callbackIn(location.href);
  if (address) {
    // Before anything else sees it: a reload or a bookmark must not bring it again.
    history.replaceState(history.state, '', wayBack.recall() ?? withoutCallback(address));
    void (isPopup() ? handOver(address) : take(address));
  }

  return auth;
}

/** A return of v4 names no token. */
function isReturnOf(address: string, approvalUrl: string, isOursInV4: boolean): boolean {
  const requestToken = new URL(address).searchParams.get('request_token');
  return requestToken === null ? isOursInV4 : new URL(approvalUrl).pathname.endsWith(`/${requestToken}`);
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
