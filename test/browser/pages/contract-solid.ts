import { createEffect, createRoot } from 'solid-js';
import { createTmdbAuthView } from '../../../src/ui/solid/index.ts';
import { present } from './contract.ts';

present({
  mount: (auth, onView) =>
    createRoot((dispose) => {
      const view = createTmdbAuthView(auth);
      createEffect(() => onView(view()));
      return dispose;
    }),
});
