import { derived } from 'svelte/store';
import { accountStateStore, listsStore } from '../../../src/account/svelte/index.ts';
import { presentAccount } from './account.ts';

presentAccount({
  film(auth, movie, onState) {
    let store = accountStateStore(auth, { movie });
    // Through a store of Svelte's own, so that ours is one in its eyes too.
    const follow = () => derived(store, (state) => state).subscribe(onState);
    let stop = follow();
    return {
      ...store,
      rate: (value) => store.rate(value),
      unrate: () => store.unrate(),
      setFavorite: (isOn) => store.setFavorite(isOn),
      setWatchlist: (isOn) => store.setWatchlist(isOn),
      // As Svelte does where the store of a component is replaced.
      turnTo(id) {
        stop();
        store = accountStateStore(auth, { movie: id });
        stop = follow();
      },
      unmount: () => stop(),
    };
  },
  lists: (auth, onState) => derived(listsStore(auth), (state) => state).subscribe(onState),
});
