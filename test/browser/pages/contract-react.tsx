import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import type { AuthView } from '../../../src/index.ts';
import { TmdbAuthProvider, useTmdbAuthSelector } from '../../../src/ui/react/index.ts';
import { present } from './contract.ts';

const { isStrict } = CONFIG as { isStrict?: boolean };

function Follower({ onView }: { onView(view: AuthView): void }) {
  const view = useTmdbAuthSelector((whole) => whole);
  useEffect(() => onView(view), [view, onView]);
  return <p>{view.state}</p>;
}

present({
  mount(auth, onView) {
    const root = createRoot(document.body.appendChild(document.createElement('div')));
    const tree = (
      <TmdbAuthProvider auth={auth}>
        <Follower onView={onView} />
      </TmdbAuthProvider>
    );
    root.render(isStrict ? <StrictMode>{tree}</StrictMode> : tree);
    return () => root.unmount();
  },
});
