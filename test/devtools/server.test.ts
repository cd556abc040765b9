import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { createBrowserAuth } from '../../src/platforms/browser/index.ts';
import { openDevtools } from '../../src/tools/devtools/index.ts';
import * as off from '../../src/tools/devtools/off.ts';
import { TmdbAuthDevtools } from '../../src/tools/devtools/react/index.ts';
import * as reactOff from '../../src/tools/devtools/react/off.ts';
import { TmdbAuthProvider } from '../../src/ui/react/index.ts';
import { createWorld } from '../support/world.ts';

/** Counts the timers and observers of that client that `act` starts. */
async function startedDuring(act: (auth: ReturnType<typeof createBrowserAuth>) => void) {
  const world = await createWorld();
  const auth = world.client();
  await world.reaches(auth, 'idle.fresh');
  const spies = [
    vi.spyOn(globalThis, 'setInterval'),
    vi.spyOn(auth.actor, 'subscribe'),
    vi.spyOn(auth.actor.system, 'inspect'),
  ];
  act(auth);
  const calls = spies.map(({ mock }) => mock.calls.length);
  for (const spy of spies) spy.mockRestore();
  return calls;
}

test.each([
  ['the panel', openDevtools],
  ['its production twin', off.openDevtools],
])('in Node, opening and closing %s does nothing', async (_name, open) => {
  const started = await startedDuring((auth) => {
    const close = open(auth, { open: true });
    expect(close()).toBeUndefined();
    expect(close()).toBeUndefined();
  });
  expect(started).toEqual([0, 0, 0]);
});

test.each([
  ['the component', TmdbAuthDevtools],
  ['its production twin', reactOff.TmdbAuthDevtools],
])('on a server %s renders nothing', async (_name, Devtools) => {
  const auth = createBrowserAuth({ credentials: { apiKey: '0'.repeat(32) } });
  const tree = createElement(
    TmdbAuthProvider,
    { auth },
    createElement('b', null, 'an app'),
    createElement(Devtools, { open: true }),
  );
  expect(renderToString(tree)).toBe('<b>an app</b>');
  auth.dispose();
});

test('the production twins export the same names as the originals', async () => {
  expect(Object.keys(off)).toEqual(Object.keys(await import('../../src/tools/devtools/index.ts')));
  expect(Object.keys(reactOff)).toEqual(Object.keys(await import('../../src/tools/devtools/react/index.ts')));
});
