// MSAL#2149, #3280, #7472: After a closed tab, or Back, an interaction was “in progress” for ever.
// Here: What waits has an end of its own, and `login()`, `cancel()` and `logout()` work meanwhile.
import { expect, test } from 'vitest';
import { codeOf, secretsOf, storedIn, toApproval, toCallback, viewOf } from '../core/helpers.ts';
import { APP, callback } from '../support/approval.ts';
import { MINUTE } from '../support/clock.ts';
import {
  ACCOUNT,
  GUEST_NEW,
  SESSION_DELETE,
  SESSION_NEW,
  TOKEN_NEW,
  timesAsked,
} from '../support/requests.ts';
import { createWorld } from '../support/world.ts';

/** A tab that is closed in the middle of a sign-in. */
async function afterClosedTab() {
  const world = await createWorld();
  const closed = world.client();
  const { requestToken } = await toApproval(world, closed);
  await world.until(() => closed.getView().state === 'awaitingApproval.waiting');
  await closed.handleCallback('http://app.test/?request_token=another-token&approved=true').catch(() => {});
  closed.dispose();
  return { world, requestToken };
}

test('after a closed tab the pending sign-in is there again and can be completed', async () => {
  const { world, requestToken } = await afterClosedTab();
  const auth = world.client();
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(world.token(auth)).toBe(requestToken);
  world.tmdb.approve(requestToken);
  const view = await viewOf(world, auth.handleCallback(callback(requestToken)));
  expect(view.status).toBe('user');
});

test('after a closed tab cancel and logout both lead out, and nothing pending stays stored', async () => {
  for (const way of ['cancel', 'logout'] as const) {
    const { world } = await afterClosedTab();
    const auth = world.client();
    await world.reaches(auth, 'awaitingApproval');
    const view = await viewOf(world, auth[way]());
    expect(view).toMatchObject({ status: 'signedOut', can: { login: true } });
    expect(await storedIn(world)).toBeNull();
  }
});

test('after a closed tab a new sign-in can begin: cancel, then login, with another token', async () => {
  const { world, requestToken } = await afterClosedTab();
  const auth = world.client();
  await auth.cancel();
  await world.signIn(auth);
  expect(auth.getView().status).toBe('user');
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
  expect((await secretsOf(world)).requestToken).not.toBe(requestToken);
});

test('login() again right after cancel() or logout() is a new sign-in, not the one that ended', async () => {
  for (const way of ['cancel', 'logout'] as const) {
    const world = await createWorld();
    const auth = world.client();
    const { done } = await toApproval(world, auth);
    await auth[way]();
    const again = auth.login({ redirectTo: APP });
    again.catch(() => {});
    expect(await codeOf(world, done)).toBe('cancelled');
    await world.reaches(auth, 'awaitingApproval');
    expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
  }
});

test('the pending record has an end: an hour later the next start is free and nothing is stored', async () => {
  const { world } = await afterClosedTab();
  world.clock.sleep(60 * MINUTE);
  const auth = world.client();
  await world.reaches(auth, 'idle.tokenExpired');
  expect(auth.getView()).toMatchObject({ failure: { code: 'token_expired' }, can: { login: true } });
  await auth.cancel();
  expect(await storedIn(world)).toBeNull();
});

const HANGS = [
  ['tokenRequested', TOKEN_NEW, 'login'],
  ['guestRequested', GUEST_NEW, 'loginAsGuest'],
] as const;

for (const [state, match, method] of HANGS) {
  test(`cancel and logout end ${state} while TMDB hangs`, async () => {
    for (const way of ['cancel', 'logout'] as const) {
      const world = await createWorld();
      world.tmdb.faults.add({ kind: 'hang', match });
      const auth = world.client();
      const done = auth[method]();
      done.catch(() => {});
      await world.reaches(auth, state);
      expect((await auth[way]()).status).toBe('signedOut');
      expect(await codeOf(world, done)).toBe('cancelled');
    }
  });
}

test('cancel and logout end the exchange while TMDB hangs', async () => {
  for (const way of ['cancel', 'logout'] as const) {
    const world = await createWorld();
    world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const auth = world.client();
    const { done, url } = await toCallback(world, auth);
    const handled = auth.handleCallback(url);
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
    expect((await viewOf(world, auth[way]())).status).toBe('signedOut');
    expect(await codeOf(world, done)).toBe('cancelled');
    expect((await handled).status).toBe('signedOut');
    expect(await storedIn(world)).toBeNull();
  }
});

test('logout works while the account hangs, and ends even if TMDB hangs on that as well', async () => {
  const world = await createWorld();
  world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
  world.tmdb.faults.add({ kind: 'hang', match: SESSION_DELETE });
  const auth = world.client();
  const { done, url } = await toCallback(world, auth);
  void auth.handleCallback(url);
  await world.reaches(auth, 'sessionActive.accountRequested');
  const view = await viewOf(world, auth.logout());
  expect(view).toMatchObject({ state: 'idle.loggedOut', failure: { code: 'revoke_failed' } });
  expect(await codeOf(world, done)).not.toBe('resolved');
  expect(await storedIn(world)).toBeNull();
});
