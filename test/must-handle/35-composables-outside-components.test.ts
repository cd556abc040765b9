// auth0/auth0-vue#185, urql-graphql/urql#3731: A composable that was first used by a store or a router guard waited for a component to mount, and never changed.
// Here: The view follows the client wherever it is used and stops with its scope. On a server it does not subscribe.
import { createRoot } from 'solid-js';
import { expect, test } from 'vitest';
import { effectScope } from 'vue';
import { RESTORING } from '../../machines/auth.restoring.ts';
import type { TmdbAuth } from '../../src/index.ts';
import { createTmdbAuthView } from '../../src/ui/solid/index.ts';
import { useTmdbAuth } from '../../src/ui/vue/index.ts';
import type {} from '../browser/pages/stores.ts';
import { inChromium, reaches } from '../browser/stage.ts';

const stage = inChromium();

test('stores, guards and modules follow the client, and those with a scope leave no listener', async () => {
  const { context, open } = await stage({ page: 'stores.ts' });
  const said: string[] = [];
  context.on('console', (message) => said.push(message.text()));
  const page = await open();
  const show = async (state: string) => {
    await reaches(page, state);
    await expect
      .poll(() => page.evaluate(() => window.shown()))
      .toEqual({
        storeOfGuard: state,
        guard: state,
        storeOfComponent: state,
        storeOfHidden: state,
        solidModule: state,
        solidRoot: state,
        svelte: state,
      });
  };
  await show('idle.fresh');
  await page.evaluate(() => window.auth.loginAsGuest());
  await show('guestActive.unused');
  await page.evaluate(() => window.end());
  // Vue without a scope, and Solid without an owner.
  expect(await page.evaluate(() => window.listeners())).toBe(2);
  expect(said.filter((text) => !/Suspense|feature flag|development/.test(text))).toEqual([]);
});

test('a store on a server shows restoring and adds no listener to the client', () => {
  let listeners = 0;
  const auth = {
    getView: () => ({ ...RESTORING, state: 'idle.fresh' }),
    subscribe() {
      listeners++;
      return () => {};
    },
  } as unknown as TmdbAuth;
  const view = effectScope(true).run(() => useTmdbAuth(auth));
  expect(view?.value.state).toBe('restoring');
  expect(createRoot(() => createTmdbAuthView(auth))().state).toBe('restoring');
  expect(createTmdbAuthView(auth)().state).toBe('restoring');
  expect(listeners).toBe(0);
});
