import { createRoot } from 'react-dom/client';
import { createLazyAuth } from '../../../src/platforms/lazy/index.ts';
import { openDevtools } from '../../../src/tools/devtools/index.ts';
import { TmdbAuthDevtools } from '../../../src/tools/devtools/react/index.ts';
import { connectStatelyInspector } from '../../../src/tools/inspect/index.ts';
import { TmdbAuthProvider, useTmdbAuth } from '../../../src/ui/react/index.ts';
import type {} from '../../browser/pages/window.ts';

declare global {
  interface Window {
    /** Types of the messages that an inspector received. */
    inspected: string[];
    closePlain(): void;
  }
}

/** An app with a lazy client, a React panel, a panel without React, and an inspector. */
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
