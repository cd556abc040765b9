import { expect, test } from 'vitest';
import { createModel } from '../../../src/tools/devtools/model.ts';
import { enter, openViewer, saying, watch } from '../../inspect/helpers.ts';

const DEEP = '['.repeat(20_000) + ']'.repeat(20_000);

test('a message that is nested too deeply to be serialized does not stop the viewer', async () => {
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
  ['a deeply nested date', { ...snapshot({}), createdAt: JSON.parse(DEEP) }],
  ['a date that is an object', { ...snapshot({}), createdAt: odd }],
  ['a deeply nested context', snapshot({ deep: JSON.parse(DEEP) })],
  ['an object as a state', snapshot({}, { idle: odd })],
  ['an object as a time', snapshot({ facts: { token: { expiresAt: odd } } })],
  ['objects as the parts of a failure', snapshot({ failure: { code: odd, message: odd } })],
  ['an object as a guard', snapshot({}, { idle: 'fresh' }, [{ key: 'x', guard: odd }])],
])('a panel ignores %s', (_, message) => {
  const model = createModel();
  model.receive({ ...base, type: '@xstate.actor', name: 'auth' });
  model.receive(message);
  expect(model.steps).toEqual([]);
});
