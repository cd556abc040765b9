import { TmdbAuthError } from '../../errors.ts';
import type { Visit } from '../../ports.ts';
import { newPopupName } from './popup.ts';

/** How often to check whether the popup was closed, in ms. */
const LOOK_AT_POPUP = 500;
const POPUP_SIZE = { width: 520, height: 760 };

interface Leaving {
  /** False if the record would not survive leaving the page. */
  mayLeave(): boolean;
  /** Used when the page may not leave. Called in a click. */
  openPopup(): Visit;
}

/** Takes this page to TMDB. The return loads a new page. */
export function redirectVisit(redirectTo: string, { mayLeave, openPopup }: Leaving): Visit {
  let popup: Visit | null = null;
  const leave = (approvalUrl: string) => location.assign(approvalUrl);
  return {
    redirectTo,
    open(approvalUrl) {
      if (!mayLeave()) throw new TmdbAuthError('storage_unavailable');
      leave(approvalUrl);
    },
    again(approvalUrl) {
      if (mayLeave()) return leave(approvalUrl);
      if (popup) return popup.again?.(approvalUrl);
      popup = openPopup();
      void popup.open(approvalUrl);
    },
    close: () => popup?.close?.(),
  };
}

/**
 * Shows TMDB in a popup. The popup opens empty at once, as browsers allow that only in the click itself, and goes to
 * TMDB when the address is known. `onClosed`: the popup looks closed. This is only a hint: a page that cuts the tie
 * to its opener looks closed, too.
 */
export function popupVisit(redirectTo: string, onClosed: () => void): Visit & { isBack(): boolean } {
  const name = newPopupName();
  let popup = openPopup('about:blank', name);
  let watch: ReturnType<typeof setInterval> | undefined;

  const show = () => {
    if (!popup) throw new TmdbAuthError('popup_blocked');
    clearInterval(watch);
    watch = setInterval(() => {
      if (!popup?.closed) return;
      clearInterval(watch);
      onClosed();
    }, LOOK_AT_POPUP);
  };

  return {
    redirectTo,
    /** True if the popup shows a page of this origin again. The address of another origin is not readable. */
    isBack() {
      try {
        return popup?.location.origin === location.origin;
      } catch {
        return false;
      }
    },
    open(approvalUrl) {
      popup?.location.replace(approvalUrl);
      show();
    },
    again(approvalUrl) {
      if (!popup || popup.closed) popup = openPopup(approvalUrl, name);
      else popup.focus();
      show();
    },
    close() {
      clearInterval(watch);
      popup?.close();
    },
  };
}

function openPopup(address: string, name: string): Window | null {
  const { width, height } = POPUP_SIZE;
  const left = Math.max(0, window.screenX + (window.outerWidth - width) / 2);
  const top = Math.max(0, window.screenY + (window.outerHeight - height) / 2);
  return window.open(address, name, `popup,width=${width},height=${height},left=${left},top=${top}`);
}
