import type { TmdbAuth } from '../../client/tmdb-auth.ts';
import { TmdbAuthError } from '../../errors.ts';
import type { Visit } from '../../ports.ts';
import type { AuthBrowser } from './ports.ts';

/** Android tells that the browser was closed before the link arrives; it comes within this, in ms. */
const LINK_COMES_WITHIN = 1_000;
/** A browser that was told to close is gone after this, in ms, whatever it says (expo/expo#28219). */
const CLOSES_WITHIN = 1_000;

interface BrowserVisitsDependencies {
  auth: Pick<TmdbAuth, 'approvalUrl' | 'cancel' | 'getView'>;
  browser: AuthBrowser;
  returnTo: string;
  /** Takes an address, if it is a return from TMDB. */
  take(url: string): Promise<void>;
  /** Asks TMDB once whether the user has approved. */
  ask(): void;
  /** Resolves once it is so, or after `ms`. */
  until(isSo: () => boolean, ms?: number): Promise<void>;
}

const notOpened = () =>
  new TmdbAuthError('popup_blocked', {
    message: 'The browser of this device did not open. Close what else it shows, and try again.',
    retryable: true,
  });

/** Visits to TMDB in the system's browser, one at a time. */
export function createBrowserVisits({
  auth,
  browser,
  returnTo,
  take,
  ask,
  until,
}: BrowserVisitsDependencies) {
  let isOpen = false;

  /** The user closed the browser: they may have approved all the same. */
  const giveUp = async (approvalUrl: string) => {
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
    // A browser of its own, of which no more is heard: the link tells, or the app that comes to the front asks.
    if (type === 'opened') return;
    if (url) await take(url);
    await giveUp(approvalUrl);
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
