// expo/expo#6289, expo/expo#12044, proyecto26/react-native-inappbrowser#239, expo/expo#28219: Android's browser says "dismiss" to a user who has allowed it, and a browser that never answers blocks the next one.
// Here: A closed browser says nothing about the user's answer: the client waits a moment for the link, then asks TMDB once, and only then cancels the sign-in.
import { expect, test } from 'vitest';
import { codeOf } from '../core/helpers.ts';
import { begin, createPhone } from '../native/phone.ts';
import { createWorld } from '../support/world.ts';

test.each([3, 4] as const)(
  'v%i: a user who allowed is signed in by one exchange after "dismiss"',
  async (apiVersion) => {
    const world = await createWorld();
    const phone = createPhone(world, 'dismiss');
    const auth = phone.start(null, { apiVersion });
    const { done } = await begin(world, phone, auth);
    await phone.answer('allow');
    await world.reaches(auth, 'sessionActive.ready');
    expect((await done).status).toBe('user');
    expect(world.tmdb.sessions()).toHaveLength(1);
  },
);

test('a user who allowed is signed in after "dismiss" even if the link never arrives (expo/expo#44284)', async () => {
  const world = await createWorld();
  const phone = createPhone(world, 'dismiss');
  const auth = phone.start();
  await begin(world, phone, auth);
  await phone.press('allow');
  phone.closeBrowser();
  await world.reaches(auth, 'sessionActive.ready');
});

test('a denial before "dismiss" is a denial, not a cancel', async () => {
  const world = await createWorld();
  const phone = createPhone(world, 'dismiss');
  const auth = phone.start();
  const { done } = await begin(world, phone, auth);
  await phone.answer('deny');
  expect(await codeOf(world, done)).toBe('approval_denied');
});

test('a "dismiss" while TMDB does not answer ends the sign-in, and a new one can begin', async () => {
  const world = await createWorld();
  const phone = createPhone(world, 'dismiss');
  const auth = phone.start();
  const { done } = await begin(world, phone, auth);
  world.tmdb.faults.add({ kind: 'hang', match: /session\/new/ });
  phone.closeBrowser();
  expect(await codeOf(world, done)).toBe('cancelled');
  expect(auth.getView().can.login).toBe(true);
});

test('a browser that never answers does not block the next sign-in', async () => {
  const world = await createWorld();
  const phone = createPhone(world);
  let calls = 0;
  const browser = {
    openAuthSessionAsync: (url: string, returnTo: string) => {
      calls += 1;
      return calls === 1
        ? new Promise<never>(() => {})
        : phone.ports.browser.openAuthSessionAsync(url, returnTo);
    },
  };
  const auth = phone.start(null, { browser });
  const first = auth.login();
  first.catch(() => {});
  await world.until(() => calls === 1);
  await auth.cancel();
  const second = auth.login();
  await world.until(() => phone.shown.length === 1);
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect((await second).status).toBe('user');
});
