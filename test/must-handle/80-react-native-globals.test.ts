// react/react-native#38656, react/react-native#24428, unjs/ofetch#324: React Native's `URL` has no setters, its `fetch` no streams. A sign-in kept waiting after its return, and JSON arrived as undefined.
// Here: Addresses are read and built as text, and answers are read as text if the engine has no streams. `npm run proof worlds native` runs React Native's own sources in Hermes.
import { describe, expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { begin, createPhone } from '../native/phone.ts';
import { inReactNative } from '../support/react-native.ts';
import { createWorld } from '../support/world.ts';

describe.each([
  ['React Native’s fetch', false],
  ['Expo’s fetch, whose streams its Response cannot take', true],
])('%s', (_, expo) => {
  test.each([3, 4] as const)('v%i: a user signs in, reads JSON, rates and signs out', async (apiVersion) => {
    const world = await createWorld({ users: [{ username: 'amélie', password: 'x', name: 'Amélie 🎬' }] });
    const phone = createPhone(world, 'session', await inReactNative({ expo }));
    const auth = phone.start(null, { apiVersion });
    const { done } = await begin(world, phone, auth);
    expect(phone.shown[0]).toContain(apiVersion === 3 ? 'redirect_to=myapp%3A%2F%2F' : '/auth/access?');
    await phone.answer('allow');
    await world.reaches(auth, 'sessionActive.ready');
    expect((await done).account?.name).toBe('Amélie 🎬');
    // Letters of two and four bytes arrive intact.
    expect(await auth.api('/3/account')).toMatchObject({ name: 'Amélie 🎬' });
    expect(await auth.api('/3/movie/550')).toMatchObject({ id: 550 });
    await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(world.tmdb.account('amélie').ratings).toMatchObject([{ value: 8 }]);
    await auth.logout();
    expect(world.tmdb.sessions()).toEqual([]);
    expect(auth.getView().state).toBe('idle.loggedOut');
  });

  test('the client notices that TMDB has revoked the session', async () => {
    const world = await createWorld();
    const phone = createPhone(world, 'session', await inReactNative({ expo }));
    const auth = phone.start();
    await begin(world, phone, auth);
    await phone.answer('allow');
    await world.reaches(auth, 'sessionActive.ready');
    world.tmdb.revoke();
    expect((await auth.fetch('/3/account')).status).toBe(401);
    await world.reaches(auth, 'idle.sessionRevoked');
  });

  test('a guest who rates counts as used', async () => {
    const world = await createWorld();
    const auth = createPhone(world, 'session', await inReactNative({ expo })).start();
    await auth.loginAsGuest();
    await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    expect(auth.getView().state).toBe('guestActive.used');
  });
});

/** While nobody is signed in, TMDB would answer for the key's owner. */
const refused = (auth: TmdbAuth, path: string) =>
  auth.fetch(path).then(
    () => 'answered',
    ({ code }) => code,
  );

test.each([
  '/3/account',
  '/3/%61ccount',
  '/3/x/../account',
  '/3/movie/550?append_to_response=%61ccount_states,%',
  '/3/movie/550?%61ppend_to_response=account_states&%',
])('%s is refused while nobody is signed in', async (path) => {
  const world = await createWorld();
  const auth = createPhone(world, 'session', await inReactNative()).start();
  expect(await refused(auth, path)).toBe('session_invalid');
  expect(world.tmdb.requests).toEqual([]);
});

test('a stray % in the link hides no other parameter', async () => {
  const world = await createWorld();
  const phone = createPhone(world, 'opened', await inReactNative());
  const auth = phone.start();
  await begin(world, phone, auth);
  const link = await phone.press('allow');
  phone.openLink(`${link.replace('?', '?from=100%&')}#`);
  await world.reaches(auth, 'sessionActive.ready');
});

test.each([
  'not an address',
  'http://api.themoviedb.org',
  'https://user:secret@api.themoviedb.org',
  'https://x/3',
])('baseURL "%s" is refused, although the engine’s URL accepts anything', async (baseURL) => {
  const world = await createWorld();
  const phone = createPhone(world, 'session', await inReactNative());
  expect(() => phone.start(null, { baseURL })).toThrow(/baseURL/);
});
