import { derived } from 'svelte/store';
import { tmdbAuthStore } from '../../../src/ui/svelte/index.ts';
import { present } from './contract.ts';

present({
  // Through a store of Svelte's own, so that ours is one in its eyes too.
  mount: (auth, onView) => derived(tmdbAuthStore(auth), (view) => view).subscribe(onView),
});
