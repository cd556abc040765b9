import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

declare global {
  interface Window {
    /** Every client of this page, oldest first. */
    clients: TmdbAuth[];
  }
}
type TmdbAuth = ReturnType<typeof createBrowserAuth>;

/** A page that makes two clients with the same options, as two bundles on a page may. */
window.ends = [];
window.warnings = [];
window.clients = [CONFIG, CONFIG].map((options) =>
  createBrowserAuth({ onWarning: ({ code }) => window.warnings.push(code), ...options }),
);
const [auth] = window.clients;
if (!auth) throw new Error('no client');
window.auth = auth;
onClick('#login', () => note('login', auth.login()));
