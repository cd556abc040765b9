import { expect, test } from 'vitest';
import { coalesced } from '../../src/client/coalesce.ts';
import { quiet } from './helpers.ts';

/** Looks that were made, each of which ends when the test says so. */
function createLooks() {
  const looks: (string | undefined)[] = [];
  const ends: (() => void)[] = [];
  const hear = coalesced((how) => {
    looks.push(how);
    return new Promise((resolve) => ends.push(resolve));
  });
  return { looks, hear, end: () => ends.shift()?.() };
}

test('a burst of messages is one look', async () => {
  const { looks, hear } = createLooks();
  for (let message = 0; message < 10; message++) hear();
  await quiet();
  expect(looks).toEqual([undefined]);
});

test('messages that come during a look are looked at once, after it', async () => {
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
] as const)('a record announced %s one that was only written is looked at whole', async (_, messages) => {
  const { looks, hear } = createLooks();
  for (const how of messages) hear(how);
  await quiet();
  expect(looks).toEqual([undefined]);
});
