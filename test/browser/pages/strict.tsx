import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { TmdbAuthProvider, useTmdbAuth } from '../../../src/ui/react/index.ts';
import type {} from './double.ts';
import { note, onClick } from './window.ts';

/** A page with a client made in a component: StrictMode makes it twice and shows one of them. */
window.ends = [];
window.warnings = [];
window.clients = [];

function create() {
  const auth = createBrowserAuth({ onWarning: ({ code }) => window.warnings.push(code), ...CONFIG });
  window.clients.push(auth);
  window.auth = auth;
  return auth;
}

function View() {
  return <p id="who">{useTmdbAuth().account?.username ?? 'nobody'}</p>;
}

function App() {
  const [auth] = useState(create);
  return (
    <TmdbAuthProvider auth={auth}>
      <View />
    </TmdbAuthProvider>
  );
}

const container = document.querySelector('#root');
if (!container) throw new Error('no root');
createRoot(container).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
onClick('#login', () => note('login', window.auth.login()));
