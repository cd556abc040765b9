import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import type {} from './window.ts';

declare global {
  interface Window {
    /** How each method ended in the worker. */
    fromWorker: Promise<Record<string, string>>;
  }
}

const scope = globalThis as typeof globalThis & Pick<Worker, 'postMessage'>;

/** The same script as a page and as its worker, where a library has set `window`. */
if (typeof document === 'undefined') {
  Object.assign(scope, { window: scope });
  scope.onmessage = async ({ data }) => {
    const auth = createBrowserAuth(data);
    const ends: Record<string, string> = {};
    for (const name of ['login', 'loginAsGuest', 'verify', 'logout', 'prepare'] as const)
      ends[name] = await auth[name]().then(
        () => 'resolved',
        (error: Error) => error.message,
      );
    scope.postMessage({ ...ends, state: auth.getView().state });
  };
} else {
  const worker = new Worker('/app.js', { type: 'module' });
  window.fromWorker = new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  worker.postMessage(CONFIG);
}
