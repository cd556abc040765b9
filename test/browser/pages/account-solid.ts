import { createEffect, createRoot, createSignal } from 'solid-js';
import { createAccountState, createLists } from '../../../src/account/solid/index.ts';
import { presentAccount } from './account.ts';

presentAccount({
  film: (auth, movie, onState) =>
    createRoot((unmount) => {
      const [shown, setShown] = createSignal({ movie });
      const { state, ...methods } = createAccountState(auth, shown);
      createEffect(() => onState(state()));
      return { ...methods, unmount, showOther: (id) => void setShown({ movie: id }) };
    }),
  lists: (auth, onState) =>
    createRoot((unmount) => {
      const { state } = createLists(auth);
      createEffect(() => onState(state()));
      return unmount;
    }),
});
