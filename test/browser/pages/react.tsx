import { StrictMode, version } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { App, type Renders } from './react-app.tsx';
import { note, onClick } from './window.ts';

declare global {
  interface Window {
    renders: Renders;
    /** Listeners and timers of the hooks that are still active. */
    alive: { listeners: number; intervals: number };
    reactVersion: string;
    unmount(): void;
    /** Errors that React recovered from by itself. */
    recovered: string[];
  }
}

const { isStrict, ...options } = CONFIG as typeof CONFIG & { isStrict?: boolean };

window.ends = [];
window.warnings = [];
window.recovered = [];
window.reactVersion = version;
window.alive = { listeners: 0, intervals: 0 };

const auth = createBrowserAuth({ onWarning: ({ code }) => window.warnings.push(code), ...options });
window.auth = auth;

const counted = {
  ...auth,
  subscribe(listener: Parameters<typeof auth.subscribe>[0]) {
    window.alive.listeners++;
    const stop = auth.subscribe(listener);
    return () => {
      window.alive.listeners--;
      stop();
    };
  },
};

onClick('#login', () => note('login', auth.login()));

const { setInterval, clearInterval } = window;
const intervals = new Set<unknown>();
window.setInterval = ((...args: Parameters<typeof setInterval>) => {
  const handle = setInterval(...args);
  window.alive.intervals = intervals.add(handle).size;
  return handle;
}) as typeof setInterval;
window.clearInterval = (handle) => {
  clearInterval(handle);
  intervals.delete(handle);
  window.alive.intervals = intervals.size;
};

const container = document.querySelector('#root');
if (!container) throw new Error('no root');
const app = <App auth={counted} />;
const tree = isStrict ? <StrictMode>{app}</StrictMode> : app;
const onRecoverableError = (error: unknown) => void window.recovered.push(String(error));
const isServed = container.childElementCount > 0;
const root = isServed
  ? hydrateRoot(container, tree, { onRecoverableError })
  : createRoot(container, { onRecoverableError });
if (!isServed) root.render(tree);
window.unmount = () => root.unmount();
