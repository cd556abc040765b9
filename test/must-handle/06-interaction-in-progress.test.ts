// MSAL#2149, #3280, #7472: After a closed tab, or Back, an interaction was “in progress” for ever.
// Here: Every wait has a limit, and `login()`, `cancel()` and `logout()` work in the meantime.
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

/** A tab that the user closes in the middle of a sign-in. */
async function afterClosedTab() {
  const world = await createWorld();
  const closed = world.client();
  const { requestToken } = await toApproval(world, closed);
  await world.until(() => closed.getView().state === 'awaitingApproval.waiting');
  await closed.handleCallback('http://app.test/?request_token=another-token&approved=true').catch(() => {});
  closed.dispose();
  return { world, requestToken };
}

test('a new tab finds the pending sign-in of a closed tab and can complete it', async () => {
  const { world, requestToken } = await afterClosedTab();
  const auth = world.client();
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(world.token(auth)).toBe(requestToken);
  world.tmdb.approve(requestToken);
  const view = await viewOf(world, auth.handleCallback(callback(requestToken)));
  expect(view.status).toBe('user');
});

test('cancel and logout both end the sign-in of a closed tab and remove its record', async () => {
  for (const end of ['cancel', 'logout'] as const) {
    const { world } = await afterClosedTab();
    const auth = world.client();
    await world.reaches(auth, 'awaitingApproval');
    const view = await viewOf(world, auth[end]());
    expect(view).toMatchObject({ status: 'signedOut', can: { login: true } });
    expect(await storedIn(world)).toBeNull();
  }
});

test('cancel and then login begin a new sign-in with another token after a closed tab', async () => {
  const { world, requestToken } = await afterClosedTab();
  const auth = world.client();
  await auth.cancel();
  await world.signIn(auth);
  expect(auth.getView().status).toBe('user');
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
  expect((await secretsOf(world)).requestToken).not.toBe(requestToken);
});

test('login() right after cancel() or logout() begins a new sign-in', async () => {
  for (const end of ['cancel', 'logout'] as const) {
    const world = await createWorld();
    const auth = world.client();
    const { done } = await toApproval(world, auth);
    await auth[end]();
    const again = auth.login({ redirectTo: APP });
    again.catch(() => {});
    expect(await codeOf(world, done)).toBe('cancelled');
    await world.reaches(auth, 'awaitingApproval');
    expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(2);
  }
});

test('the pending record expires: an hour later the next start is signed out and nothing is stored', async () => {
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
    for (const end of ['cancel', 'logout'] as const) {
      const world = await createWorld();
      world.tmdb.faults.add({ kind: 'hang', match });
      const auth = world.client();
      const done = auth[method]();
      done.catch(() => {});
      await world.reaches(auth, state);
      expect((await auth[end]()).status).toBe('signedOut');
      expect(await codeOf(world, done)).toBe('cancelled');
    }
  });
}

test('cancel and logout end the exchange while TMDB hangs', async () => {
  for (const end of ['cancel', 'logout'] as const) {
    const world = await createWorld();
    world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    const auth = world.client();
    const { done, url } = await toCallback(world, auth);
    const handled = auth.handleCallback(url);
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
    expect((await viewOf(world, auth[end]())).status).toBe('signedOut');
    expect(await codeOf(world, done)).toBe('cancelled');
    expect((await handled).status).toBe('signedOut');
    expect(await storedIn(world)).toBeNull();
  }
});

test('logout works while the account request hangs, even if TMDB does not answer the logout either', async () => {
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
