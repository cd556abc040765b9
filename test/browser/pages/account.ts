import { accountOf } from '../../../src/account/index.ts';
import type { AccountState, ListsState, StateMethods } from '../../../src/account/observe/index.ts';
import type { TmdbAuth } from '../../../src/index.ts';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { note, onClick } from './window.ts';

/** Something on the page that shows the states of a film. */
export interface MountedFilm extends StateMethods {
  /** Shows another film, or the same one anew. */
  turnTo(movie: number): void;
  unmount(): void;
}

/** All a framework has to bring for `account-contract.test.ts`. */
export interface AccountFixture {
  /** `onState` is told every state it shows, after it is shown, the first included. */
  film(auth: TmdbAuth, movie: number, onState: (state: AccountState) => void): MountedFilm;
  lists(auth: TmdbAuth, onState: (state: ListsState) => void): () => void;
}

type Method = keyof StateMethods;

declare global {
  interface Window {
    account: {
      /** Returns a number to name it by. */
      film(movie: number): number;
      turnTo(which: number, movie: number): void;
      unmount(which: number): void;
      /** Resolves to `stored`, or to the code it is refused with. */
      call<Name extends Method>(
        which: number,
        name: Name,
        ...given: Parameters<StateMethods[Name]>
      ): Promise<string>;
      /** What it has shown so far. */
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
    turnTo: (which, movie) => filmOf(which).film.turnTo(movie),
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
