import { type Failure, failure } from '../../../machines/index.ts';
import { createTmdbAuth } from '../../create-tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import { memoryStorage } from '../../memory-storage.ts';
import { settingsOf, type TmdbAuthOptions } from '../../options.ts';
import type { StoragePort, Visit } from '../../ports.ts';
import type { TmdbAuth } from '../../tmdb-auth.ts';
import { callbackIn, createWayBack, markedAsReturn, withoutCallback } from './address.ts';
import { createTabs } from './tabs.ts';
import { isPopup, popupVisit, redirectVisit } from './visits.ts';
import { onWake } from './wake.ts';
import { type WebStorage, webStorage } from './web-storage.ts';

/** How long a popup waits for the page that opened it to take over, in ms. */
const HAND_OVER = 1_000;
/** A user who comes back to the page may have approved; TMDB is asked at most this often, in ms. */
const ASK_AGAIN = 3_000;

export interface CreateBrowserAuthOptions extends Omit<TmdbAuthOptions, 'storage' | 'navigator' | 'channel'> {
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

/**
 * A client for pages. It takes the return from TMDB by itself, once, and cleans the address; it keeps the tabs of
 * this origin in step. On a server (no `window`) it stays in `restoring` and does nothing, which is what a page that
 * is rendered there should show.
 */
export function createBrowserAuth(options: CreateBrowserAuthOptions): TmdbAuth {
  const { mode = 'redirect', storage = 'local', redirectTo, verifyAfter = Infinity, ...rest } = options;
  if (typeof window === 'undefined') return createTmdbAuth({ ...rest, ...NOWHERE });

  const { storageKey, onWarning, clock } = settingsOf(rest);
  const tabs = createTabs(storageKey);
  const wayBack = createWayBack(storageKey);
  const port = portOf(storage, onWarning);
  const survivesLeaving = () => storage !== 'memory' && (port as WebStorage).isPersistent?.() !== false;

  /** Tabs with one record have one sign-in; else it is the one whose own window is back. */
  const isOnlySignIn = () => storage !== 'session' && survivesLeaving();

  const returnAddress = () => {
    const target = new URL(redirectTo ?? location.href, location.href);
    target.hash = '';
    const address = withoutCallback(target.href);
    return rest.apiVersion === 4 ? markedAsReturn(address) : address;
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

  const auth = createTmdbAuth({
    ...rest,
    storage: port,
    // Not the visit's: a page that was loaded anew goes on waiting without one.
    ...(mode === 'device' && { pollInterval: rest.pollInterval ?? ASK_AGAIN }),
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
      auth.approvalUrl !== null && isReturnOf(address, auth.approvalUrl, isOnlySignIn() || isPopupBack());
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

function portOf(
  storage: NonNullable<CreateBrowserAuthOptions['storage']>,
  onWarning: (failure: Failure) => void,
) {
  if (typeof storage !== 'string') return storage;
  return storage === 'memory' ? memoryStorage() : webStorage(storage, onWarning);
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

/** A server renders what is not known yet: nothing is read, nothing is waited for. */
const NOWHERE: Pick<TmdbAuthOptions, 'storage' | 'clock'> = {
  storage: { get: () => new Promise(() => {}), set: () => {}, remove: () => {} },
  clock: { now: () => Date.now(), setTimeout: () => null, clearTimeout: () => {} },
};
