import type { AuthView, TmdbAuth } from '../../../src/index.ts';
import type { CreateBrowserAuthOptions } from '../../../src/platforms/browser/index.ts';

/** Globals that the pages expose to the tests. */
declare global {
  /** Options of `createBrowserAuth`, written by the site's `/config.js`. */
  const CONFIG: CreateBrowserAuthOptions;
  interface Window {
    auth: TmdbAuth;
    /** One more client with the same options on this page, as a hot reload leaves it. */
    another(): TmdbAuth;
    /** The first state, and each one after a change. */
    states: string[];
    /** How each promise ended: `login: user`, `login: popup_blocked`. */
    ends: string[];
    /** Codes that `onWarning` received. */
    warnings: string[];
  }
}

/** Records how the promise ends. */
export function note(name: string, promise: Promise<AuthView>): void {
  promise.then(
    (view) => window.ends.push(`${name}: ${view.status}`),
    (error) => window.ends.push(`${name}: ${error.code ?? error}`),
  );
}

export function onClick(selector: string, run: () => void): void {
  document.querySelector(selector)?.addEventListener('click', run);
}
