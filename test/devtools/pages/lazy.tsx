import { createRoot } from 'react-dom/client';
import { createLazyAuth } from '../../../src/platforms/lazy/index.ts';
import { openDevtools } from '../../../src/tools/devtools/index.ts';
import { TmdbAuthDevtools } from '../../../src/tools/devtools/react/index.ts';
import { connectStatelyInspector } from '../../../src/tools/inspect/index.ts';
import { TmdbAuthProvider, useTmdbAuth } from '../../../src/ui/react/index.ts';
import type {} from '../../browser/pages/window.ts';

declare global {
  interface Window {
    /** Types of what an inspector was told. */
    inspected: string[];
    closePlain(): void;
  }
}

/** An app with a client that is loaded late, a panel of React, one without, and an inspector. */
window.inspected = [];
const auth = createLazyAuth(CONFIG);
window.auth = auth;
window.closePlain = openDevtools(auth, {
  open: true,
  target: document.querySelector('#elsewhere') ?? document.body,
});
document.querySelector('#guest')?.addEventListener('click', () => void auth.loginAsGuest());
connectStatelyInspector(auth, { inspect: { next: ({ type }) => void window.inspected.push(type) } });

const Status = () => <b>{useTmdbAuth().status}</b>;
createRoot(document.querySelector('#root') as Element).render(
  <TmdbAuthProvider auth={auth}>
    <Status />
    <TmdbAuthDevtools open />
  </TmdbAuthProvider>,
);
