import { createStorage } from 'unstorage';
import { expect, test } from 'vitest';
import { expiring } from '../../src/platforms/server/expiring-store.ts';
import { createTestClock, MINUTE } from '../support/clock.ts';

function createStore() {
  const clock = createTestClock();
  const storage = createStorage();
  return { clock, storage, store: expiring(storage, clock.now) };
}

test('a value that can be used is kept, however many others are written', async () => {
  const { store, storage } = createStore();
  await store.setItem('token', 'x', { ttl: 3_600 });
  for (let at = 0; at < 10_500; at++) await store.setItem(`other:${at}`, 'x', { ttl: 60 });
  expect(await storage.hasItem('token')).toBe(true);
});

test('a sign-in of 70 minutes is removed after its end, though the driver ignores `ttl`', async () => {
  const { clock, store, storage } = createStore();
  await store.setItem('sign-in', 'x', { ttl: 70 * 60 });
  clock.advance(69 * MINUTE);
  await store.setItem('other', 'x', { ttl: 60 });
  expect(await storage.hasItem('sign-in')).toBe(true);
  clock.advance(2 * MINUTE);
  await store.setItem('other', 'x', { ttl: 60 });
  await expect.poll(() => storage.hasItem('sign-in')).toBe(false);
});
