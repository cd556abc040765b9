import type { TmdbAuth } from '../../../src/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { type DevtoolsOptions, openDevtools } from '../../../src/tools/devtools/index.ts';
import { note, onClick } from '../../browser/pages/window.ts';

/** Parts of the panels that are still active. */
interface AtWork {
  panels: number;
  intervals: number;
  /** Listeners on `window` and `document`. */
  listeners: number;
  /** Observers of the client's actor and of its system. */
  observers: number;
}

declare global {
  interface Window {
    /** Opens a panel; returns a number for `closePanel`. */
    openPanel(options?: Omit<DevtoolsOptions, 'target'> & { target?: string }, client?: TmdbAuth): number;
    closePanel(which?: number): void;
    atWork(): AtWork;
  }
}

/** A page with a panel for its client. Tests drive it through `window` and its buttons. */
export function present(): void {
  const { panel, ...options } = CONFIG as typeof CONFIG & { panel?: { open?: boolean } };

  let listeners = 0;
  for (const target of [window, document]) {
    const { addEventListener, removeEventListener } = target;
    target.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(target, args);
    };
    target.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(target, args);
    };
  }

  const { setInterval, clearInterval } = window;
  const intervals = new Set<unknown>();
  window.setInterval = ((...args: Parameters<typeof setInterval>) => {
    const handle = setInterval(...args);
    intervals.add(handle);
    return handle;
  }) as typeof setInterval;
  window.clearInterval = (handle) => {
    clearInterval(handle);
    intervals.delete(handle);
  };

  window.ends = [];
  window.warnings = [];
  const create = () => createBrowserAuth({ onWarning: ({ code }) => window.warnings.push(code), ...options });
  const auth = create();
  window.auth = auth;
  window.another = create;

  let observers = 0;
  const counted = <Arguments extends unknown[]>(
    observe: (...args: Arguments) => { unsubscribe(): void },
  ): ((...args: Arguments) => { unsubscribe(): void }) => {
    return (...args) => {
      observers++;
      const { unsubscribe } = observe(...args);
      return {
        unsubscribe() {
          observers--;
          unsubscribe();
        },
      };
    };
  };
  const { actor } = auth;
  Object.assign(actor, { subscribe: counted(actor.subscribe.bind(actor) as never) });
  Object.assign(actor.system, { inspect: counted(actor.system.inspect.bind(actor.system)) });

  const opened: (() => void)[] = [];
  window.openPanel = ({ target, ...rest } = {}, client = auth) => {
    const element = target === undefined ? null : document.querySelector(target);
    return opened.push(openDevtools(client, { ...rest, ...(element && { target: element }) })) - 1;
  };
  window.closePanel = (which = opened.length - 1) => opened[which]?.();
  window.atWork = () => ({
    panels: document.querySelectorAll('tmdb-auth-devtools').length,
    intervals: intervals.size,
    listeners,
    observers,
  });

  if (panel) window.openPanel(panel);

  onClick('#login', () => note('login', auth.login()));
  onClick('#guest', () => note('guest', auth.loginAsGuest()));
}
