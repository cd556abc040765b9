import { expect, test } from 'vitest';
import { APP, callback } from '../support/approval.ts';
import { createWorld } from '../support/world.ts';

test('login() while a guest session is being made waits for it, and then signs a user in', async () => {
  const world = await createWorld();
  const auth = world.client();
  const guest = auth.loginAsGuest();
  const user = auth.login({ redirectTo: APP });
  expect((await guest).status).toBe('guest');
  await world.reaches(auth, 'awaitingApproval');
  const token = world.token(auth);
  world.tmdb.approve(token);
  await auth.handleCallback(callback(token));
  expect(await user).toMatchObject({ status: 'user', account: { username: 'sandra' } });
});

test.each([
  ['loginAsGuest()', 'guest'],
  ['loginWithPassword()', 'user'],
] as const)('%s cancels a login that waits for its approval', async (call, status) => {
  const world = await createWorld();
  const auth = world.client();
  const waiting = auth.login();
  const ended = expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  await world.reaches(auth, 'awaitingApproval');
  const other =
    call === 'loginAsGuest()'
      ? auth.loginAsGuest()
      : auth.loginWithPassword({ username: 'sandra', password: 'sandbox' });
  await ended;
  expect((await other).status).toBe(status);
});

test('api() rejects with a TmdbAuthError when nobody is signed in', async () => {
  const world = await createWorld();
  await expect(world.client().api('/3/account')).rejects.toMatchObject({
    name: 'TmdbAuthError',
    code: 'session_invalid',
  });
});
