import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { AuthView } from '../../../src/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { TmdbAuthProvider, useTmdbAuthSelector } from '../../../src/ui/react/index.ts';
import type {} from './window.ts';

const SELECTORS = {
  object: (view: AuthView) => ({ name: view.account?.username, isGuest: view.status === 'guest' }),
  list: (view: AuthView) => [view.status, view.guest],
  /** Its results are never shallowly equal. */
  nested: (view: AuthView) => ({ who: { status: view.status } }),
  empty: () => [],
  date: (view: AuthView) => new Date(view.guest ? 1 : 0),
  map: (view: AuthView) => new Map([['status', view.status]]),
  function: (view: AuthView) => () => view.status,
};

declare global {
  interface Window {
    /** The number of renders of each component, and its last output. */
    rendered: Record<string, { count: number; last: unknown }>;
  }
}

/** A component for each kind of selector, in an app that also renders something else. */
window.rendered = {};
window.auth = createBrowserAuth(CONFIG);

function Part({ name, selector }: { name: string; selector(view: AuthView): unknown }) {
  // Inline as apps write it: a new function in every render.
  const last = useTmdbAuthSelector((view) => selector(view));
  window.rendered[name] = { count: (window.rendered[name]?.count ?? 0) + 1, last };
  return null;
}

createRoot(document.querySelector('#root') as Element).render(
  <StrictMode>
    <TmdbAuthProvider auth={window.auth}>
      {Object.entries(SELECTORS).map(([name, selector]) => (
        <Part key={name} name={name} selector={selector} />
      ))}
      The rest
    </TmdbAuthProvider>
  </StrictMode>,
);
