import { createApp, h, watch } from 'vue';
import { useTmdbAuth as follow } from '../../../src/ui/vue/index.ts';
import { present } from './contract.ts';

present({
  mount(auth, onView) {
    const app = createApp({
      setup() {
        const view = follow(auth);
        watch(view, (shown) => onView(shown), { immediate: true, flush: 'post' });
        return () => h('p', view.value.state);
      },
    });
    app.mount(document.body.appendChild(document.createElement('div')));
    return () => app.unmount();
  },
});
