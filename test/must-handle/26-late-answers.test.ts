// found here: A cancelled request with a `fetch` that ignores its signal answered late and signed the user in, although the view said otherwise.
// Here: An answer is refused once its state has been left, and `auth.fetch` follows the state.
import { expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import {
  codeOf,
  quiet,
  secretsOf,
  storedIn,
  stubbornFetch,
  toApproval,
  toCallback,
  viewOf,
} from '../core/helpers.ts';
import { callback } from '../support/approval.ts';
import { ACCOUNT, GUEST_NEW, SESSION_NEW, TOKEN_NEW, timesAsked, VALIDATE } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';

const SANDRA = { username: 'sandra', password: 'sandbox' };

async function holding(step: string) {
  const world = await createWorld();
  const stubborn = stubbornFetch((label) => label === step);
  const auth = world.client({ fetch: stubborn.fetch });
  const isHeld = () =>
    world.until(() =>
      world.tmdb.requests.some(({ method, path, status }) => `${method} ${path}` === step && status > 0),
    );
  /** Delivers the late answer and lets all its effects happen. */
  const release = async () => {
    const before = stubborn.answered();
    stubborn.release();
    await world.until(() => stubborn.answered() > before);
    await quiet();
  };
  return { world, auth, isHeld, release };
}

/** Expects no user and no guest in the view, in requests, in storage and at TMDB. */
async function expectSignedOut(world: World, auth: TmdbAuth) {
  expect(auth.getView()).toMatchObject({ status: 'signedOut', account: null, guest: null });
  expect(auth.approvalUrl).toBeNull();
  world.tmdb.resetRequests();
  await auth.fetch('/3/list/1');
  await expect(auth.fetch('/3/movie/550/account_states')).rejects.toMatchObject({ code: 'session_invalid' });
  expect(world.tmdb.requests.some(({ hasSession, hasGuest }) => hasSession || hasGuest)).toBe(false);
  expect(await storedIn(world)).toBeNull();
  await world.until(() => world.tmdb.sessions().length === 0);
}

test('a token that arrives after the cancel is dropped', async () => {
  const { world, auth, isHeld, release } = await holding(TOKEN_NEW);
  const done = auth.login();
  done.catch(() => {});
  await isHeld();
  await auth.cancel();
  await release();
  await expectSignedOut(world, auth);
  expect(await codeOf(world, done)).toBe('cancelled');
});

/** Only the first answer to this step is late. */
async function holdingTheFirst(step: string) {
  const world = await createWorld();
  let asked = 0;
  const stubborn = stubbornFetch((label) => label === step && asked++ === 0);
  const auth = world.client({ fetch: stubborn.fetch });
  const isHeld = () => world.until(() => world.tmdb.requests.at(-1)?.status === 200 && asked === 1);
  const release = async () => {
    const before = stubborn.answered();
    stubborn.release();
    await world.until(() => stubborn.answered() > before);
    await quiet();
  };
  return { world, auth, isHeld, release };
}

test('a late token does not replace the next sign-in’s token', async () => {
  const { world, auth, isHeld, release } = await holdingTheFirst(TOKEN_NEW);
  auth.login().catch(() => {});
  await isHeld();
  await auth.cancel();
  const { requestToken } = await toApproval(world, auth);
  await release();
  expect(world.tmdb.tokens()).toHaveLength(2);
  expect(world.token(auth)).toBe(requestToken);
  world.tmdb.approve(requestToken);
  expect((await viewOf(world, auth.handleCallback(callback(requestToken)))).status).toBe('user');
});

test('a late guest session does not replace the next guest session', async () => {
  const { world, auth, isHeld, release } = await holdingTheFirst(GUEST_NEW);
  auth.loginAsGuest().catch(() => {});
  await isHeld();
  await auth.cancel();
  await auth.loginAsGuest();
  const { guestId } = await secretsOf(world);
  await release();
  await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
  await auth.loginAsGuest();
  expect(world.tmdb.guests().map(({ used }) => used)).toEqual([false, true]);
  expect((await secretsOf(world)).guestId).toBe(guestId);
});

test('a late session does not replace the next one and is itself deleted', async () => {
  const { world, auth, isHeld, release } = await holdingTheFirst(SESSION_NEW);
  const { url } = await toCallback(world, auth);
  auth.handleCallback(url).catch(() => {});
  await isHeld();
  await auth.cancel();
  await world.signIn(auth);
  const { sessionId } = await secretsOf(world);
  await release();
  await world.until(() => world.tmdb.sessions().length === 1);
  expect((await auth.fetch('/3/account')).status).toBe(200);
  expect((await secretsOf(world)).sessionId).toBe(sessionId);
  expect(auth.getView().status).toBe('user');
});

test('a guest session that arrives after the cancel is dropped', async () => {
  const { world, auth, isHeld, release } = await holding(GUEST_NEW);
  const done = auth.loginAsGuest();
  done.catch(() => {});
  await isHeld();
  await auth.cancel();
  await release();
  await expectSignedOut(world, auth);
  expect(await codeOf(world, done)).toBe('cancelled');
});

test.each(['cancel', 'logout'] as const)(
  'a session that arrives after %s is deleted at TMDB',
  async (end) => {
    const { world, auth, isHeld, release } = await holding(SESSION_NEW);
    const { done, url } = await toCallback(world, auth);
    const handled = auth.handleCallback(url);
    await isHeld();
    await auth[end]();
    expect(world.tmdb.sessions()).toHaveLength(1);
    await release();
    await expectSignedOut(world, auth);
    expect(await codeOf(world, done)).toBe('cancelled');
    await handled;
  },
);

/** The exchange has timed out, and TMDB's answer arrives only now. */
async function lateSession() {
  const { world, auth, isHeld, release } = await holding(SESSION_NEW);
  const { done, url } = await toCallback(world, auth);
  const handled = auth.handleCallback(url);
  await isHeld();
  world.clock.advance(10_000);
  expect(await codeOf(world, done)).toBe('timeout');
  await handled;
  await release();
  expect(auth.getView()).toMatchObject({ state: 'idle.failed', status: 'signedOut', can: { retry: true } });
  return { world, auth };
}

test('a session that arrives after the timeout signs the user in only after a retry', async () => {
  const { world, auth } = await lateSession();
  expect((await viewOf(world, auth.retry())).status).toBe('user');
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  await quiet();
  expect(world.tmdb.sessions()).toHaveLength(1);
  expect((await auth.fetch('/3/account')).status).toBe(200);
});

test.each<[string, (auth: TmdbAuth) => unknown]>([
  ['signs out', (auth) => auth.logout()],
  ['signs in again', (auth) => void auth.login().catch(() => {})],
  ['becomes a guest', (auth) => auth.loginAsGuest()],
  ['closes the app', (auth) => auth.dispose()],
])('a session that arrives after the timeout is deleted at TMDB if the user %s', async (_, leave) => {
  const { world, auth } = await lateSession();
  await leave(auth);
  await world.until(
    () => world.tmdb.sessions().length === 0,
    () => 'the late session to be deleted',
  );
});

test('a session that a poll brings after the cancel is deleted at TMDB', async () => {
  const { world, auth, isHeld, release } = await holding(SESSION_NEW);
  const { requestToken } = await toApproval(world, auth);
  world.tmdb.approve(requestToken);
  auth.actor.send({ type: 'approval.check' });
  await isHeld();
  await auth.cancel();
  await release();
  await expectSignedOut(world, auth);
});

test('a password that TMDB accepts after the cancel creates no session', async () => {
  const { world, auth, isHeld, release } = await holding(VALIDATE);
  const done = auth.loginWithPassword(SANDRA);
  done.catch(() => {});
  await isHeld();
  await auth.cancel();
  await release();
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(0);
  await expectSignedOut(world, auth);
  expect(await codeOf(world, done)).toBe('cancelled');
});

test('an account that arrives after the logout is not shown', async () => {
  const { world, auth, isHeld, release } = await holding(ACCOUNT);
  const { done, url } = await toCallback(world, auth);
  void auth.handleCallback(url);
  await isHeld();
  await auth.logout();
  await release();
  await expectSignedOut(world, auth);
  expect(await codeOf(world, done)).not.toBe('resolved');
});

test('a late "session gone" does not end the session of a newer sign-in', async () => {
  const { world, auth, isHeld, release } = await holding('GET /3/movie/550/account_states');
  await world.signIn(auth);
  world.tmdb.revoke();
  const late = auth.fetch('/3/movie/550/account_states');
  await isHeld();
  await auth.logout();
  await world.signIn(auth);
  const verified = timesAsked(world.tmdb, ACCOUNT);
  await release();
  expect((await late).status).toBe(401);
  await quiet();
  expect(auth.getView()).toMatchObject({ state: 'sessionActive.ready', status: 'user' });
  expect(timesAsked(world.tmdb, ACCOUNT)).toBe(verified);
});

test('a late verdict on the last guest does not end the present one', async () => {
  const { world, auth, isHeld, release } = await holding('GET /3/movie/550/account_states');
  await auth.loginAsGuest();
  world.tmdb.faults.add({ kind: 'status', code: 3, match: /account_states/ });
  const late = auth.fetch('/3/movie/550/account_states');
  await isHeld();
  await auth.logout();
  await auth.loginAsGuest();
  await release();
  expect((await late).status).toBe(401);
  expect(auth.getView()).toMatchObject({ state: 'guestActive.unused', status: 'guest' });
});

test('a late answer after dispose changes nothing, and its session is deleted', async () => {
  const { world, auth, isHeld, release } = await holding(SESSION_NEW);
  const { done, url } = await toCallback(world, auth);
  const handled = auth.handleCallback(url);
  handled.catch(() => {});
  await isHeld();
  auth.dispose();
  const view = auth.getView();
  await release();
  expect(auth.getView()).toBe(view);
  await world.until(() => world.tmdb.sessions().length === 0);
  expect(await codeOf(world, done)).toBe('disposed');
});
