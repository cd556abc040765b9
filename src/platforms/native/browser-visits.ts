import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import type { Visit } from '../../ports.ts';
import type { AuthBrowser } from './ports.ts';

/**
 * On Android the browser reports that it was closed before the link arrives. The link follows within this time, in
 * ms.
 */
const LINK_COMES_WITHIN = 1_000;
/** A dismissed browser is gone after this time, in ms, even if it never says so (expo/expo#28219). */
const CLOSES_WITHIN = 1_000;

interface BrowserVisitsDependencies {
  auth: Pick<TmdbAuth, 'approvalUrl' | 'cancel' | 'getView'>;
  browser: AuthBrowser;
  returnTo: string;
  /** Takes `url` if it is a return from TMDB. */
  take(url: string): Promise<void>;
  /** Asks TMDB once whether the user has approved. */
  ask(): void;
  /** Resolves when `isReached()` is true, or after `ms`. */
  until(isReached: () => boolean, ms?: number): Promise<void>;
}

const notOpened = () =>
  new TmdbAuthError('popup_blocked', {
    message: 'The browser of this device did not open. Close its other pages and try again.',
    retryable: true,
  });

/** Visits TMDB in the system's browser, one visit at a time. */
export function createBrowserVisits({
  auth,
  browser,
  returnTo,
  take,
  ask,
  until,
}: BrowserVisitsDependencies) {
  let isOpen = false;

  /** The user closed the browser, perhaps after approving. */
  const checkOrCancel = async (approvalUrl: string) => {
    const isPending = () => auth.approvalUrl === approvalUrl;
    await until(() => !isPending(), LINK_COMES_WITHIN);
    if (!isPending()) return;
    ask();
    await until(() => auth.getView().state !== 'awaitingApproval.checking');
    if (isPending()) await auth.cancel();
  };

  const show = async (approvalUrl: string): Promise<void> => {
    await until(() => !isOpen, CLOSES_WITHIN);
    isOpen = true;
    const { type, url } = await browser
      .openAuthSessionAsync(approvalUrl, returnTo)
      .catch(() => ({ type: 'locked', url: undefined }))
      .finally(() => {
        isOpen = false;
      });
    if (type === 'locked') throw notOpened();
    // The browser runs on its own and reports nothing more. The link arrives, or the app asks TMDB when it comes to
    // the front.
    if (type === 'opened') return;
    if (url) await take(url);
    await checkOrCancel(approvalUrl);
  };

  return {
    isOpen: () => isOpen,
    visit: (): Visit => ({
      redirectTo: returnTo,
      open: show,
      again: (approvalUrl) => (isOpen ? undefined : show(approvalUrl)),
      close() {
        if (isOpen) void Promise.resolve(browser.dismissAuthSession?.()).catch(() => {});
      },
    }),
  };
}
