import type { AuthView } from '../../../src/index.ts';
import { createLazyAuth, type LazyTmdbAuth } from '../../../src/platforms/lazy/index.ts';
import { note, onClick } from './window.ts';

declare global {
  interface Window {
    lazy: LazyTmdbAuth;
    anotherLazy(): LazyTmdbAuth;
    /** The first view, and all views that listeners received since. */
    views: AuthView[];
  }
}

/** A page that loads the engine on demand. */
window.ends = [];
window.warnings = [];
window.anotherLazy = () => createLazyAuth({ onWarning: ({ code }) => window.warnings.push(code), ...CONFIG });
const auth = window.anotherLazy();
window.lazy = auth;
window.auth = auth;
window.views = [auth.getView()];
auth.subscribe((view) => window.views.push(view));

onClick('#login', () => note('login', auth.login()));
onClick('#guest', () => note('guest', auth.loginAsGuest()));
document.querySelector('#login')?.addEventListener('focus', () => void auth.prepare());
