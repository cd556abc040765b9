import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { TmdbAuthDevtools } from '../../../src/tools/devtools/react/index.ts';
import { TmdbAuthProvider } from '../../../src/ui/react/index.ts';
import type {} from '../../browser/pages/window.ts';

declare global {
  interface Window {
    render(isThere: boolean, open?: boolean): void;
    unmount(): void;
  }
}

/** An app in StrictMode with the panel in it. */
const auth = createBrowserAuth(CONFIG);
window.auth = auth;
const container = document.querySelector('#root');
if (!container) throw new Error('no root');
const root = createRoot(container);
window.render = (isThere, open = false) =>
  root.render(
    <StrictMode>
      <TmdbAuthProvider auth={auth}>{isThere ? <TmdbAuthDevtools open={open} /> : null}</TmdbAuthProvider>
    </StrictMode>,
  );
window.unmount = () => root.unmount();
window.render(true);
