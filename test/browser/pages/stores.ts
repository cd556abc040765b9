import { createRoot } from 'solid-js';
import { createApp, defineComponent, effectScope, h, ref, Suspense } from 'vue';
import { createBrowserAuth } from '../../../src/platforms/browser/index.ts';
import { createTmdbAuthView } from '../../../src/ui/solid/index.ts';
import { tmdbAuthStore } from '../../../src/ui/svelte/index.ts';
import { useTmdbAuth as follow } from '../../../src/ui/vue/index.ts';
import type {} from './window.ts';

declare global {
  interface Window {
    /** The state that each store or guard shows now. */
    shown(): Record<string, string>;
    /** Number of subscriptions to the client. */
    listeners(): number;
    /** Disposes of the stores that can be disposed of. */
    end(): void;
  }
}

/** Stores and guards that read the view everywhere but in a mounted component. */
let listeners = 0;
const client = createBrowserAuth(CONFIG);
window.auth = client;
window.listeners = () => listeners;
const auth = {
  ...client,
  subscribe(listener: Parameters<typeof client.subscribe>[0]) {
    listeners++;
    const stop = client.subscribe(listener);
    return () => {
      listeners--;
      stop();
    };
  },
};

const shown: Record<string, () => string> = {};
const ends: (() => void)[] = [];

/** Like a Pinia store that is a function: its scope belongs to no component. */
function store() {
  const scope = effectScope(true);
  const view = scope.run(() => follow(auth));
  ends.push(() => scope.stop());
  return () => view?.value.state ?? 'none';
}

shown.storeOfGuard = store();
/** A guard without a store. */
function guard() {
  const view = follow(auth);
  return () => view.value.state;
}
shown.guard = guard();

const container = () => document.body.appendChild(document.createElement('div'));

let storeOfComponent: (() => string) | undefined;
const mounted = createApp({
  setup() {
    storeOfComponent ??= store();
    return () => null;
  },
});
mounted.mount(container());
mounted.unmount();
shown.storeOfComponent = () => storeOfComponent?.() ?? 'none';

// A component that is replaced before it is shown.
let storeOfHidden: (() => string) | undefined;
const Hidden = defineComponent({
  setup() {
    storeOfHidden ??= store();
    return () => null;
  },
});
const Never = defineComponent({ setup: () => new Promise<never>(() => {}) });
const isThere = ref(true);
createApp({
  render: () => (isThere.value ? h(Suspense, () => h('div', [h(Hidden), h(Never)])) : null),
}).mount(container());
isThere.value = false;
shown.storeOfHidden = () => storeOfHidden?.() ?? 'none';

const ofModule = createTmdbAuthView(auth);
shown.solidModule = () => ofModule().state;
createRoot((dispose) => {
  const view = createTmdbAuthView(auth);
  shown.solidRoot = () => view().state;
  ends.push(dispose);
});

let ofSvelte = 'none';
ends.push(
  tmdbAuthStore(auth).subscribe(({ state }) => {
    ofSvelte = state;
  }),
);
shown.svelte = () => ofSvelte;

window.shown = () => Object.fromEntries(Object.entries(shown).map(([name, read]) => [name, read()]));
window.end = () => {
  for (const end of ends) end();
};
