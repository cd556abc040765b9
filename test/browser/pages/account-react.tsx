import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import type { AccountState, ListsState } from '../../../src/account/observe/index.ts';
import { useAccountState, useLists } from '../../../src/account/react/index.ts';
import type { TmdbAuth } from '../../../src/index.ts';
import { TmdbAuthProvider } from '../../../src/ui/react/index.ts';
import { type MountedFilm, presentAccount } from './account.ts';

const { isStrict } = CONFIG as { isStrict?: boolean };

type Shown = ReturnType<typeof useAccountState>;

declare global {
  interface Window {
    /** The hook's result in each render. */
    returned: unknown[];
  }
}
window.returned = [];

function Film({ movie, onState }: { movie: number; onState(state: Shown): void }) {
  // A new object in each render.
  const shown = useAccountState({ movie });
  window.returned.push(shown);
  useEffect(() => onState(shown), [shown, onState]);
  return <p>{shown.rating ?? 'none'}</p>;
}

function Lists({ onState }: { onState(state: ListsState): void }) {
  const shown = useLists();
  useEffect(() => onState(shown), [shown, onState]);
  return <p>{shown.lists?.length}</p>;
}

function rootIn(auth: TmdbAuth) {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  const render = (child: React.ReactNode) => {
    const tree = <TmdbAuthProvider auth={auth}>{child}</TmdbAuthProvider>;
    root.render(isStrict ? <StrictMode>{tree}</StrictMode> : tree);
  };
  return { render, unmount: () => root.unmount() };
}

/** Compares data alone: leaves the methods out. */
const stateIn = ({
  rate: _,
  unrate: __,
  setFavorite: ___,
  setWatchlist: ____,
  reload: _____,
  ...state
}: Shown) => state satisfies AccountState;

presentAccount({
  film(auth, movie, onState) {
    const { render, unmount } = rootIn(auth);
    let shown: Shown | undefined;
    const show = (next: Shown) => {
      shown = next;
      onState(stateIn(next));
    };
    const showOther = (id: number) => render(<Film movie={id} onState={show} />);
    showOther(movie);
    const now = () => {
      if (!shown) throw new Error('Nothing is shown yet.');
      return shown;
    };
    return {
      showOther,
      unmount,
      rate: (value) => now().rate(value),
      unrate: () => now().unrate(),
      setFavorite: (isOn) => now().setFavorite(isOn),
      setWatchlist: (isOn) => now().setWatchlist(isOn),
    } satisfies MountedFilm;
  },
  lists(auth, onState) {
    const { render, unmount } = rootIn(auth);
    render(
      <Lists
        onState={({ status, lists, isLoading, failure }) => onState({ status, lists, isLoading, failure })}
      />,
    );
    return unmount;
  },
});
