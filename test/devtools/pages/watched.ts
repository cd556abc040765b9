import { createBrowserInspector } from '@statelyai/inspect';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { openDevtools } from '../../../src/tools/devtools/index.ts';
import { connectStatelyInspector, connectViewer } from '../../../src/tools/inspect/index.ts';
import { note, onClick } from '../../browser/pages/window.ts';

declare global {
  interface Window {
    /** Shows the client in the viewer at that address, through the published `@statelyai/inspect`. */
    showIn(how: 'iframe' | 'window', url: string): void;
    /** Shows it there through a socket. */
    connect(url: string): void;
    openDevtools(): void;
  }
}

/** An app that can show its client in every possible way. */
window.ends = [];
window.warnings = [];
const auth = createBrowserAuth(CONFIG);
window.auth = auth;
window.openDevtools = () => void openDevtools(auth, { open: true });
window.connect = (url) =>
  void connectViewer(auth, { url, onWarning: (message) => window.warnings.push(message) });
window.showIn = (how, url) => {
  const iframe = how === 'iframe' ? document.body.appendChild(document.createElement('iframe')) : null;
  connectStatelyInspector(auth, createBrowserInspector({ url, iframe, serializationDepthLimit: 20 }));
};
onClick('#login', () => note('login', auth.login()));
onClick('#guest', () => note('guest', auth.loginAsGuest()));
