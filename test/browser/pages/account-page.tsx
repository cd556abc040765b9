import { QueryClient } from '@tanstack/react-query';
import { hydrateRoot } from 'react-dom/client';
import { accountOf, type MyAccount } from '../../../src/account/index.ts';
import { keepInStep } from '../../../src/account/query/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { App } from './account-app.tsx';
import { note, onClick } from './window.ts';

declare global {
  interface Window {
    my: MyAccount;
    /** Every text that a paragraph has shown. */
    paragraphs: string[];
    /** Hydration mismatches that React reported. */
    differences: string[];
  }
}

const auth = createBrowserAuth(CONFIG);
const queryClient = new QueryClient();
keepInStep(auth, queryClient);
window.auth = auth;
window.my = accountOf(auth);
window.ends = [];
window.paragraphs = [];
window.differences = [];
onClick('#login', () => note('login', auth.login()));

const root = document.getElementById('root') as HTMLElement;
const look = () => {
  for (const { textContent } of root.querySelectorAll('p'))
    if (textContent) window.paragraphs.push(textContent);
};
new MutationObserver(look).observe(root, { childList: true, characterData: true, subtree: true });
hydrateRoot(root, <App auth={auth} queryClient={queryClient} />, {
  onRecoverableError: (error) => window.differences.push(String(error)),
});
