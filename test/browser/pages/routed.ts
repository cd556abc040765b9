import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { createLazyAuth } from '../../../src/platforms/lazy/index.ts';
import { note, onClick } from './window.ts';

interface Routed {
  isLazy?: boolean;
  isRouterFirst?: boolean;
  /** Writes its first address back, like Next's App Router. */
  writesBack?: boolean;
}

declare global {
  interface Window {
    router: { at(): string; push(query: string): void };
    /** The views shown in each document of this tab: the address at load time, and a state. */
    documents(): [address: string, state: string][];
    /** The states in which the guard of this page redirected. */
    led(): string[];
  }
}

/** An app with a typical router: it reads the address once, and relies on that from then on. */
const { isLazy, isRouterFirst, writesBack, ...options } = CONFIG as typeof CONFIG & Routed;
const first = location.href;
window.ends = [];
window.warnings = [];

function makeRouter(): Window['router'] {
  let at = location.pathname + location.search + location.hash;
  if (writesBack) setTimeout(() => history.replaceState(null, '', at));
  return {
    at: () => at,
    push(query) {
      const [path = '', hash] = at.split('#');
      at = `${path}${path.includes('?') ? '&' : '?'}${query}${hash === undefined ? '' : `#${hash}`}`;
      history.pushState(null, '', at);
    },
  };
}

const kept = <T>(key: string) => ({
  all: (): T[] => JSON.parse(sessionStorage.getItem(key) ?? '[]'),
  add(one: T) {
    sessionStorage.setItem(key, JSON.stringify([...this.all(), one]));
  },
});
const shown = kept<[string, string]>('shown');
const led = kept<string>('led');
window.documents = () => shown.all();
window.led = () => led.all();

const makeClient = () => {
  const create = isLazy ? createLazyAuth : createBrowserAuth;
  window.auth = create({ onWarning: ({ code }) => window.warnings.push(code), ...options });
};
if (isRouterFirst) window.router = makeRouter();
makeClient();
if (!isRouterFirst) window.router = makeRouter();

const show = () => {
  const { state, status } = window.auth.getView();
  shown.add([first, state]);
  // The guard of a members' page waits while something is pending.
  if (sessionStorage.getItem('members only') && status === 'signedOut') led.add(state);
};
window.auth.subscribe(show);
show();
onClick('#login', () => note('login', window.auth.login()));
