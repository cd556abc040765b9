import type { AuthView, TmdbAuth } from '../../../src/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

/** All a framework has to bring for `contract.test.ts`. */
export interface Fixture {
  /**
   * Puts something on the page that follows the client as this framework does, and tells `onView` every view it
   * shows, after it is shown, the first included. Returns the way to take it down.
   */
  mount(auth: TmdbAuth, onView: (view: AuthView) => void): () => void;
}

/** What something mounted does when it shows a view: nothing, or a method of the client. */
const REACTIONS = {
  none: () => {},
  guestWhenFresh: ({ state }: AuthView) => {
    if (state === 'idle.fresh') note('guest', window.auth.loginAsGuest());
  },
  logoutWhenUser: ({ state }: AuthView) => {
    if (state === 'sessionActive.ready') note('logout', window.auth.logout());
  },
} as const;

declare global {
  interface Window {
    contract: {
      /** Returns a number to name it by. */
      mount(reaction?: keyof typeof REACTIONS): number;
      unmount(which: number): void;
      /** What it has shown so far. */
      views(which: number): AuthView[];
      /** Equal views that are not one object. */
      copies(which: number): number;
      showsPresent(which: number): boolean;
      /** Subscriptions of the client. */
      listeners(): number;
    };
  }
}

/** The page of a framework. */
export function present({ mount }: Fixture): void {
  window.ends = [];
  window.warnings = [];
  let listeners = 0;
  const auth = createBrowserAuth({ onWarning: ({ code }) => window.warnings.push(code), ...CONFIG });
  window.auth = auth;
  const counted: TmdbAuth = {
    ...auth,
    subscribe(listener) {
      listeners++;
      const stop = auth.subscribe(listener);
      return () => {
        listeners--;
        stop();
      };
    },
  };
  const mounted: { views: AuthView[]; unmount(): void }[] = [];
  const viewsOf = (which: number) => mounted[which]?.views ?? [];
  window.contract = {
    mount(reaction = 'none') {
      const views: AuthView[] = [];
      const entry = { views, unmount() {} };
      mounted.push(entry);
      entry.unmount = mount(counted, (view) => {
        views.push(view);
        REACTIONS[reaction](view);
      });
      return mounted.length - 1;
    },
    unmount: (which) => mounted[which]?.unmount(),
    views: viewsOf,
    copies: (which) =>
      viewsOf(which).filter((view, index, views) => {
        const before = views[index - 1];
        return before && before !== view && JSON.stringify(before) === JSON.stringify(view);
      }).length,
    showsPresent: (which) => viewsOf(which).at(-1) === auth.getView(),
    listeners: () => listeners,
  };
  onClick('#login', () => note('login', auth.login()));
  onClick('#guest', () => note('guest', auth.loginAsGuest()));
}
