// TMDB: A link with an attacker's approved token signed users in to the attacker's account.
// Here: A return must carry the token this client stored. Any other return changes nothing.
import { expect, test } from 'vitest';
import { codeOf, toApproval, viewOf } from '../core/helpers.ts';
import { APP, callback } from '../support/approval.ts';
import { asked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

const USERS = [
  { username: 'victim', password: 'pw' },
  { username: 'attacker', password: 'pw' },
];

/** A link with a token that the attacker requested and approved. */
async function trap(world: World): Promise<string> {
  const attacker = world.client({ storageKey: 'attacker' });
  const { requestToken } = await toApproval(world, attacker);
  world.tmdb.approve(requestToken, 'attacker');
  attacker.dispose();
  return requestToken;
}

test('a crafted link during a sign-in is refused without a change or a request', async () => {
  const world = await createWorld({ users: USERS });
  const token = await trap(world);
  const auth = world.client();
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.resetRequests();
  const before = auth.getView();
  expect(await codeOf(world, auth.handleCallback(callback(token)))).toBe('callback_mismatch');
  expect(auth.getView()).toBe(before);
  expect(asked(world.tmdb)).toEqual([]);

  world.tmdb.approve(requestToken, 'victim');
  await auth.handleCallback(callback(requestToken));
  expect((await viewOf(world, done)).account?.username).toBe('victim');
});

test('a crafted link is ignored when no sign-in is pending: signed out, as a guest and as a user', async () => {
  const world = await createWorld({ users: USERS });
  const token = await trap(world);
  const auth = world.client();
  const isIgnored = async () => {
    const before = auth.getView();
    world.tmdb.resetRequests();
    expect(await auth.handleCallback(callback(token))).toBe(before);
    expect(asked(world.tmdb)).toEqual([]);
  };
  await world.reaches(auth, 'idle.fresh');
  await isIgnored();
  await auth.loginAsGuest();
  await isIgnored();
  await world.signIn(auth);
  await isIgnored();
  expect(auth.getView().account?.username).toBe('victim');
});

test('a crafted link is refused in a restored sign-in, too', async () => {
  const world = await createWorld({ users: USERS });
  const token = await trap(world);
  const first = world.client();
  await toApproval(world, first);
  await first.prepare();
  first.dispose();
  const restored = world.client();
  expect(await codeOf(world, restored.handleCallback(callback(token)))).toBe('callback_mismatch');
  expect(restored.getView().state).toBe('awaitingApproval.waiting');
});

test.each<[string, (own: string) => string]>([
  ['longer', (own) => `${own}0`],
  ['shorter', (own) => own.slice(0, -1)],
  ['in capitals', (own) => (own.toUpperCase() === own ? own.toLowerCase() : own.toUpperCase())],
  ['different in its last digit', (own) => own.slice(0, -1) + (own.endsWith('0') ? '1' : '0')],
  ['twice itself', (own) => own + own],
  ['with a blank', (own) => `%20${own}`],
  ['one character', () => '0'],
])('a token that differs slightly (%s) is refused', async (_, change) => {
  const world = await createWorld();
  const auth = world.client();
  const { requestToken } = await toApproval(world, auth);
  expect(await codeOf(world, auth.handleCallback(callback(change(requestToken))))).toBe('callback_mismatch');
  expect(auth.getView().state).toBe('awaitingApproval.waiting');
});

test('two tokens in one link are invalid in either order', async () => {
  const world = await createWorld({ users: USERS });
  const token = await trap(world);
  const auth = world.client();
  const { requestToken } = await toApproval(world, auth);
  for (const pair of [
    [token, requestToken],
    [requestToken, token],
  ]) {
    const link = `${APP}?${pair.map((each) => `request_token=${each}`).join('&')}&approved=true`;
    expect(await codeOf(world, auth.handleCallback(link))).toBe('callback_invalid');
  }
});

test('the token of a cancelled or finished sign-in is refused', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  await auth.cancel();
  const view = await auth.handleCallback(callback(requestToken));
  expect(view).toMatchObject({ state: 'idle.fresh', status: 'signedOut' });
  expect(world.tmdb.sessions()).toEqual([]);
});
