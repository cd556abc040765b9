import { derived } from 'svelte/store';
import { accountStateStore, listsStore } from '../../../src/account/svelte/index.ts';
import { presentAccount } from './account.ts';

presentAccount({
  film(auth, movie, onState) {
    let store = accountStateStore(auth, { movie });
    // Goes through one of Svelte's own stores, to prove that Svelte accepts ours as a store.
    const follow = () => derived(store, (state) => state).subscribe(onState);
    let stop = follow();
    return {
      ...store,
      rate: (value) => store.rate(value),
      unrate: () => store.unrate(),
      setFavorite: (isOn) => store.setFavorite(isOn),
      setWatchlist: (isOn) => store.setWatchlist(isOn),
      // As Svelte does when a component's store is replaced.
      showOther(id) {
        stop();
        store = accountStateStore(auth, { movie: id });
        stop = follow();
      },
      unmount: () => stop(),
    };
  },
  lists: (auth, onState) => derived(listsStore(auth), (state) => state).subscribe(onState),
});
