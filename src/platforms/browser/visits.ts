import { TmdbAuthError } from '../../errors.ts';
import type { Visit } from '../../ports.ts';
import { newPopupName } from './popup.ts';

/** How often a popup is looked at, in ms. */
const LOOK_AT_POPUP = 500;
const POPUP_SIZE = { width: 520, height: 760 };

interface Leaving {
  /** False if what is stored would not be there when the page comes back. */
  mayLeave(): boolean;
  /** The way of a page that may not leave. Called in a click. */
  openPopup(): Visit;
}

/** This page leaves for TMDB, and comes back as a new one. */
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
 * TMDB in a window of its own. It is opened empty, here and now, as browsers allow that only in the click itself,
 * and sent to TMDB once there is an address. `onClosed`: it looks closed, which is a hint and no more, as a page can
 * cut the tie to its opener and looks closed then.
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
    /** It shows a page of this origin again: of another one it cannot be read. */
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
