import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { TmdbAuthDevtools } from 'tmdb-auth/devtools/react';
import { TmdbAuthProvider } from 'tmdb-auth/react';
import { App } from './app.tsx';
import { auth } from './auth.ts';

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no #root.');

createRoot(root).render(
  <StrictMode>
    <TmdbAuthProvider auth={auth}>
      <App />
      <TmdbAuthDevtools />
    </TmdbAuthProvider>
  </StrictMode>,
);
