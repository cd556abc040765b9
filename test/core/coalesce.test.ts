import { expect, test } from 'vitest';
import { coalesced } from '../../src/client/coalesce.ts';
import { quiet } from './helpers.ts';

/** Records each reading of the record. A reading ends when the test says so. */
function createLooks() {
  const looks: (string | undefined)[] = [];
  const ends: (() => void)[] = [];
  const hear = coalesced((how) => {
    looks.push(how);
    return new Promise((resolve) => ends.push(resolve));
  });
  return { looks, hear, end: () => ends.shift()?.() };
}

test('a burst of messages causes one reading of the record', async () => {
  const { looks, hear } = createLooks();
  for (let message = 0; message < 10; message++) hear();
  await quiet();
  expect(looks).toEqual([undefined]);
});

test('messages that arrive during a reading cause one more afterwards', async () => {
  const { looks, hear, end } = createLooks();
  hear('written');
  await quiet();
  for (let message = 0; message < 10; message++) hear('written');
  await quiet();
  expect(looks).toEqual(['written']);
  end();
  await quiet();
  expect(looks).toEqual(['written', 'written']);
  end();
  await quiet();
  expect(looks).toHaveLength(2);
});

test.each([
  ['before', [undefined, 'written']],
  ['after', ['written', undefined]],
] as const)('an announcement %s a `written` message is read once and completely', async (_, messages) => {
  const { looks, hear } = createLooks();
  for (const how of messages) hear(how);
  await quiet();
  expect(looks).toEqual([undefined]);
});
