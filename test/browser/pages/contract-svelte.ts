import { derived } from 'svelte/store';
import { tmdbAuthStore } from '../../../src/ui/svelte/index.ts';
import { present } from './contract.ts';

present({
  // Goes through one of Svelte's own stores, to prove that Svelte accepts ours as a store.
  mount: (auth, onView) => derived(tmdbAuthStore(auth), (view) => view).subscribe(onView),
});
