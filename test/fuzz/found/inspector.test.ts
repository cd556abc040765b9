import { expect, test } from 'vitest';
import { createModel } from '../../../src/tools/devtools/model.ts';
import { enter, openViewer, saying, watch } from '../../inspect/helpers.ts';

const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

test('a message that is nested too deep to be written again does not end the viewer', async () => {
  const viewer = await openViewer();
  const page = await watch(viewer);
  const { send } = await enter(viewer.socketUrl);
  send(`{"type":"@xstate.event","deep":${DEEP}}`);
  send(saying('still here'));
  await page.has(2);
  expect(page.texts[1]).toContain('still here');
});

const base = { sessionId: 'x:0', rootId: 'x:0', createdAt: '0' };
const snapshot = (context: object, value: unknown = { idle: 'fresh' }, moves: unknown[] = []) => ({
  ...base,
  type: '@xstate.snapshot',
  event: { type: 'login.start' },
  snapshot: { status: 'active', value, context: { facts: {}, failure: null, ...context } },
  moves,
});
const odd = { toString: 1 };

test.each([
  ['a date that is nested deep', { ...snapshot({}), createdAt: JSON.parse(DEEP) }],
  ['a date that is no number', { ...snapshot({}), createdAt: odd }],
  ['a context that is nested deep', snapshot({ deep: JSON.parse(DEEP) })],
  ['a state of states', snapshot({}, { idle: odd })],
  ['a time made of parts', snapshot({ facts: { token: { expiresAt: odd } } })],
  ['a failure made of parts', snapshot({ failure: { code: odd, message: odd } })],
  ['a guard made of parts', snapshot({}, { idle: 'fresh' }, [{ key: 'x', guard: odd }])],
])('a panel draws nothing of %s', (_, message) => {
  const model = createModel();
  model.receive({ ...base, type: '@xstate.actor', name: 'auth' });
  model.receive(message);
  expect(model.steps).toEqual([]);
});
