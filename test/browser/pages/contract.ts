import type { AuthView, TmdbAuth } from '../../../src/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

/** The fixture that each framework provides for `contract.test.ts`. */
export interface Fixture {
  /**
   * Mounts a component that follows the client as this framework does. Calls `onView` with every view it shows, after
   * it is shown, including the first. Returns a function that unmounts it.
   */
  mount(auth: TmdbAuth, onView: (view: AuthView) => void): () => void;
}

/** The action of a mounted component when it shows a view: nothing, or a method of the client. */
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
      /** Returns the component's number. */
      mount(reaction?: keyof typeof REACTIONS): number;
      unmount(which: number): void;
      /** The views that the component has shown so far. */
      views(which: number): AuthView[];
      /** How often the component showed an equal view that was another object. */
      copies(which: number): number;
      showsPresent(which: number): boolean;
      /** Number of subscriptions to the client. */
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
