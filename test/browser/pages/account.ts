import { accountOf } from '../../../src/account/index.ts';
import type { AccountState, ListsState, StateMethods } from '../../../src/account/observe/index.ts';
import type { TmdbAuth } from '../../../src/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

/** A component that shows the states of a film. */
export interface MountedFilm extends StateMethods {
  /** Shows another film, or the same film through a new object. */
  showOther(movie: number): void;
  unmount(): void;
}

/** The fixture that each framework provides for `account-contract.test.ts`. */
export interface AccountFixture {
  /** Calls `onState` with every state the component shows, after it is shown, including the first. */
  film(auth: TmdbAuth, movie: number, onState: (state: AccountState) => void): MountedFilm;
  lists(auth: TmdbAuth, onState: (state: ListsState) => void): () => void;
}

type Method = keyof StateMethods;

declare global {
  interface Window {
    account: {
      /** Returns the component's number. */
      film(movie: number): number;
      showOther(which: number, movie: number): void;
      unmount(which: number): void;
      /** Resolves to `stored`, or to the code of the rejection. */
      call<Name extends Method>(
        which: number,
        name: Name,
        ...given: Parameters<StateMethods[Name]>
      ): Promise<string>;
      /** The states that the component has shown so far. */
      seen(which: number): AccountState[];
      lists(): void;
      listsSeen(): ListsState[];
      createList(name: string): Promise<number>;
    };
  }
}

/** The page of a framework. */
export function presentAccount(fixture: AccountFixture): void {
  window.ends = [];
  const auth = createBrowserAuth(CONFIG);
  window.auth = auth;
  const films: { seen: AccountState[]; film: MountedFilm }[] = [];
  const listsSeen: ListsState[] = [];
  const filmOf = (which: number) => {
    const found = films[which];
    if (!found) throw new Error(`There is no film ${which}.`);
    return found;
  };
  window.account = {
    film(movie) {
      const seen: AccountState[] = [];
      films.push({ seen, film: fixture.film(auth, movie, (state) => void seen.push(state)) });
      return films.length - 1;
    },
    showOther: (which, movie) => filmOf(which).film.showOther(movie),
    unmount: (which) => filmOf(which).film.unmount(),
    call: (which, name, ...given) =>
      (filmOf(which).film[name] as (...all: unknown[]) => Promise<void>)(...given).then(
        () => 'stored',
        ({ code }) => code,
      ),
    seen: (which) => filmOf(which).seen,
    lists: () => void fixture.lists(auth, (state) => void listsSeen.push(state)),
    listsSeen: () => listsSeen,
    createList: async (name) => (await accountOf(auth).lists.create({ name })).id,
  };
  onClick('#login', () => note('login', auth.login()));
  onClick('#guest', () => note('guest', auth.loginAsGuest()));
}
