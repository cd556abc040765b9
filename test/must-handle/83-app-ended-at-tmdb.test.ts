// FormidableLabs/react-native-app-auth#773, FormidableLabs/react-native-app-auth#1095, MaikuB/flutter_appauth#635: Android ends the app while its browser is in front, the link restarts it, and the sign-in is lost.
// Here: The record is written before the browser opens. The restarted app takes the link; without a link it asks TMDB once.
import { expect, test } from 'vitest';
import { begin, createPhone } from '../native/phone.ts';
import { createWorld } from '../support/world.ts';

const cases = [3, 4] as const;

const ended = async (apiVersion: 3 | 4) => {
  const world = await createWorld();
  const phone = createPhone(world, 'dismiss');
  const auth = phone.start(null, { apiVersion });
  await begin(world, phone, auth);
  phone.kill(auth);
  return { world, phone, start: (link?: string) => phone.start(link, { apiVersion }) };
};

test.each(cases)('v%i: the link that starts the app completes the sign-in', async (apiVersion) => {
  const { world, phone, start } = await ended(apiVersion);
  const auth = start(await phone.press('allow'));
  await world.reaches(auth, 'sessionActive.ready');
  expect(world.tmdb.sessions()).toHaveLength(1);
});

test.each(cases)(
  'v%i: an app started by its icon is signed in after the user allowed',
  async (apiVersion) => {
    const { world, phone, start } = await ended(apiVersion);
    await phone.press('allow');
    await world.reaches(start(), 'sessionActive.ready');
  },
);

test.each(cases)('v%i: a link with a denial ends the sign-in', async (apiVersion) => {
  const { world, phone, start } = await ended(apiVersion);
  const auth = start(await phone.press('deny'));
  await world.reaches(auth, 'idle.approvalDenied');
});

test('login() goes on with the same token while the user has not answered', async () => {
  const { world, phone, start } = await ended(3);
  const auth = start();
  await world.reaches(auth, 'awaitingApproval.waiting');
  const { done } = await begin(world, phone, auth);
  expect(phone.shown[1]).toBe(phone.shown[0]);
  await phone.answer('allow');
  await world.reaches(auth, 'sessionActive.ready');
  expect((await done).status).toBe('user');
});

test('the next start completes the sign-in of an app that was killed again during the exchange', async () => {
  const { world, phone, start } = await ended(3);
  world.tmdb.faults.add({ kind: 'hang', match: /session\/new/, times: 1 });
  const second = start(await phone.press('allow'));
  await world.reaches(second, 'sessionRequested');
  phone.kill(second);
  const auth = start();
  await world.until(() => !/restoring|sessionRequested/.test(auth.getView().state));
  expect(auth.getView().status === 'user' || auth.getView().can.login).toBe(true);
});
