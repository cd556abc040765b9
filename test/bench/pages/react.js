/** The same page with the hook. */
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createAuth, TmdbAuthProvider, useTmdbAuth } from '/entry.js';

const auth = createAuth(globalThis.CONFIG);
globalThis.auth = auth;

function SignIn() {
  const { status, account, login } = useTmdbAuth();
  return createElement('button', { type: 'button', onClick: () => login() }, account?.username ?? status);
}

createRoot(document.querySelector('main')).render(
  createElement(TmdbAuthProvider, { auth }, createElement(SignIn)),
);
