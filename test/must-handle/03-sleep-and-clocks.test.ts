// oidc-client-js#143, oidc-client-ts#251, #1601: A laptop slept, and its timers fired late or in another order.
// Here: Every expiry is a point in time. The client checks the clock on waking and every 30 s.
import { expect, test } from 'vitest';
import { codeOf, toApproval, toCallback, viewOf } from '../core/helpers.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { createWorld } from '../support/world.ts';

test('a sign-in that slept past its hour expires as soon as the machine wakes', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done } = await toApproval(world, auth);
  world.clock.sleep(61 * MINUTE);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
  world.clock.wake();
  expect(auth.getView().state).toBe('idle.tokenExpired');
  expect(await codeOf(world, done)).toBe('token_expired');
});

test('without a wake event a sleep is noticed within 30 s', async () => {
  const world = await createWorld();
  const auth = world.client();
  await toApproval(world, auth);
  world.clock.sleep(61 * MINUTE);
  world.clock.advance(30 * SECOND);
  expect(auth.getView().state).toBe('idle.tokenExpired');
});

test('a short sleep expires nothing', async () => {
  const world = await createWorld();
  const auth = world.client();
  await toApproval(world, auth);
  world.clock.sleep(50 * MINUTE);
  world.clock.wake();
  world.clock.advance(30 * SECOND);
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
  world.clock.advance(10 * MINUTE);
  expect(auth.getView().state).toBe('idle.tokenExpired');
});

test('a clock set back does not lengthen a wait', async () => {
  const world = await createWorld();
  const auth = world.client();
  await toApproval(world, auth);
  world.clock.set(world.clock.now() - 3 * DAY);
  world.clock.advance(60 * MINUTE);
  expect(auth.getView().state).toBe('idle.tokenExpired');
});

test('a return after an unnoticed sleep arrives too late: the token expires and is not exchanged', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done, url } = await toCallback(world, auth);
  world.clock.sleep(61 * MINUTE);
  const view = await viewOf(world, auth.handleCallback(url));
  expect(view).toMatchObject({ state: 'idle.tokenExpired', failure: { code: 'token_expired' } });
  expect(await codeOf(world, done)).toBe('token_expired');
});

test('an unused guest expires after an hour and a used one after a day, asleep or awake', async () => {
  const world = await createWorld();
  const unused = world.client({ storageKey: 'unused' });
  const used = world.client({ storageKey: 'used' });
  await unused.loginAsGuest();
  await used.loginAsGuest();
  await used.fetch('/3/movie/550/rating', { method: 'POST', body: JSON.stringify({ value: 8 }) });
  world.clock.sleep(HOUR);
  world.clock.wake();
  expect(unused.getView().state).toBe('idle.guestExpired');
  expect(used.getView().state).toBe('guestActive.used');
  world.clock.sleep(23 * HOUR);
  world.clock.wake();
  expect(used.getView().state).toBe('idle.guestExpired');
});

test('several expiries during one sleep are handled in the right order: first the token, then the guest', async () => {
  const world = await createWorld();
  const auth = world.client();
  await auth.loginAsGuest();
  const { done } = await toApproval(world, auth);
  world.clock.sleep(25 * HOUR);
  world.clock.wake();
  await world.reaches(auth, 'idle.guestExpired');
  expect(await codeOf(world, done)).not.toBe('resolved');
  expect(auth.getView()).toMatchObject({ guest: null, status: 'signedOut' });
});

test('a wait of more than 2^31-1 ms neither ends at once nor gets lost', async () => {
  const world = await createWorld();
  const auth = world.client({ sessionMaxAge: 40 * DAY });
  await world.signIn(auth);
  world.clock.advance(HOUR);
  expect(auth.getView().state).toBe('sessionActive.ready');
  world.clock.sleep(39 * DAY);
  world.clock.wake();
  expect(auth.getView().state).toBe('sessionActive.ready');
  world.clock.sleep(DAY);
  world.clock.wake();
  await world.reaches(auth, 'idle.loggedOut');
  expect(world.tmdb.sessions()).toEqual([]);
});

test('a server clock that is wrong by a day changes no lifetime', async () => {
  for (const wrong of [-DAY, DAY]) {
    const world = await createWorld();
    world.tmdb.clock.advance(wrong);
    const auth = world.client();
    await toApproval(world, auth);
    world.clock.advance(59 * MINUTE);
    expect(auth.getView().state).toBe('awaitingApproval.waiting');
    world.clock.advance(2 * MINUTE);
    expect(auth.getView().state).toBe('idle.tokenExpired');
  }
});

test('a session survives a sleep, as it has no expiry of its own', async () => {
  const world = await createWorld();
  const auth = world.client();
  await world.signIn(auth);
  world.clock.sleep(400 * DAY);
  world.clock.wake();
  expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', expiresAt: null });
  expect((await auth.fetch('/3/account')).status).toBe(200);
});
