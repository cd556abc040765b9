import { createApp, h, ref, watch } from 'vue';
import { useLists as followLists, useAccountState as followState } from '../../../src/account/vue/index.ts';
import { presentAccount } from './account.ts';

const container = () => document.body.appendChild(document.createElement('div'));

presentAccount({
  film(auth, movie, onState) {
    const shown = ref({ movie });
    let methods: ReturnType<typeof followState> | undefined;
    const app = createApp({
      setup() {
        methods = followState(auth, shown);
        const { state } = methods;
        watch(state, onState, { immediate: true, flush: 'post' });
        return () => h('p', state.value.rating ?? 'none');
      },
    });
    app.mount(container());
    if (!methods) throw new Error('Vue has not set up the component.');
    return {
      ...methods,
      showOther(id) {
        shown.value = { movie: id };
      },
      unmount: () => app.unmount(),
    };
  },
  lists(auth, onState) {
    const app = createApp({
      setup() {
        const { state } = followLists(auth);
        watch(state, onState, { immediate: true, flush: 'post' });
        return () => h('p', state.value.lists?.length);
      },
    });
    app.mount(container());
    return () => app.unmount();
  },
});
