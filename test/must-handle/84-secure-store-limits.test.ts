// expo/expo#1765, expo/expo#3963, supabase/supabase#14523: Secure stores of phones refuse some keys, and lose or refuse values past 2048 bytes: users were signed out without a message.
// Here: Default keys consist of letters, digits, `.`, `-` and `_`, other keys are refused at once by name, and the record of either API is far below 2048 bytes. A store that fails is reported.
import { expect, test } from 'vitest';
import { settingsOf } from '../../src/options.ts';
import { rateAll } from '../core/guest.ts';
import { begin, createPhone } from '../native/phone.ts';
import { createWorld } from '../support/world.ts';

const LIMIT = 2048;
const NAME = 'Ä'.repeat(100);

test.each([3, 4] as const)('v%i: no record of a sign-in comes near the limit', async (apiVersion) => {
  const world = await createWorld({ users: [{ username: NAME, password: 'x', name: NAME }] });
  const phone = createPhone(world);
  const { setItemAsync } = phone.ports.storage;
  let largest = 0;
  const storage = {
    ...phone.ports.storage,
    setItemAsync: (key: string, value: string) => {
      largest = Math.max(largest, new TextEncoder().encode(value).length);
      return setItemAsync(key, value);
    },
  };
  const auth = phone.start(null, { apiVersion, storage });
  await auth.loginAsGuest();
  // A guest's ratings are stored compactly.
  await rateAll(world, auth);
  await begin(world, phone, auth);
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect(auth.getView().account?.name).toBe(NAME);
  expect(largest).toBeGreaterThan(500);
  expect(largest).toBeLessThan(0.9 * LIMIT);
});

test.each([
  'http://localhost:3000',
  'http://[::1]:8080',
  'https://tmdb.films.example',
  'https://bücher.example',
])('a secure store accepts the default key for %s', (baseURL) => {
  expect(settingsOf({ credentials: { apiKey: '0'.repeat(32) }, baseURL }).storageKey).toMatch(
    /^tmdb-auth-[\w.-]+$/,
  );
});

test('any other key is refused when the client is made, before the first sign-in', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  for (const storageKey of ['tmdb auth', 'a/b', '@me', 'ключ'])
    expect(() => phone.start(null, { storageKey })).toThrow(/storageKey/);
});

test('a store that refuses to write is reported, and the user stays signed in while the app lives', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  const storage = {
    ...phone.ports.storage,
    setItemAsync: () => Promise.reject(new Error('value too large')),
  };
  const auth = phone.start(null, { storage });
  await begin(world, phone, auth);
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect(world.warnings.map(({ code }) => code)).toContain('storage_unavailable');
});
