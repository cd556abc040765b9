// auth-js#762, supabase-js#1401: A call from inside the library's own listener never came back, or ran into itself.
// Here: Listeners are called after the step has ended, and the machine does not wait for them. A listener may call any method.
import { expect, test } from 'vitest';
import type { AuthView } from '../../src/index.ts';
import { codeOf, ended, quiet, toApproval, toCallback, uncaughtDuring, viewOf } from '../core/helpers.ts';
import { APP, callback } from '../support/approval.ts';
import { createWorld } from '../support/world.ts';

test('a listener may read, subscribe, prepare and call TMDB in every state of a sign-in', async () => {
  const world = await createWorld();
  const auth = world.client();
  const seen: string[] = [];
  const calls: Promise<unknown>[] = [];
  auth.subscribe((view) => {
    seen.push(view.state);
    expect(auth.getView()).toBe(view);
    expect(typeof auth.approvalUrl).toBe(view.state.startsWith('awaitingApproval') ? 'string' : 'object');
    auth.subscribe(() => {})();
    calls.push(auth.prepare(), auth.fetch('/3/movie/550'), auth.login({ redirectTo: APP }));
  });
  await world.signIn(auth);
  expect(auth.getView().state).toBe('sessionActive.ready');
  await Promise.all(calls);
  expect(seen).toEqual([
    'idle.fresh',
    'tokenRequested.trying',
    'awaitingApproval.waiting',
    'sessionRequested.exchanging',
    'sessionActive.accountRequested',
    'sessionActive.ready',
  ]);
});

test('a listener may call login, handleCallback and logout', async () => {
  const world = await createWorld();
  const auth = world.client();
  const ends: Promise<AuthView>[] = [];
  auth.subscribe((view) => {
    if (view.state === 'idle.fresh') ends.push(auth.login({ redirectTo: APP }));
    if (view.state === 'awaitingApproval.waiting') {
      world.tmdb.approve(world.token(auth));
      ends.push(auth.handleCallback(callback(world.token(auth))));
    }
    if (view.state === 'sessionActive.ready') ends.push(auth.logout());
  });
  await world.reaches(auth, 'idle.loggedOut');
  await world.until(() => ends.length === 3);
  for (const end of ends) await ended(world, end);
  expect(world.tmdb.sessions()).toEqual([]);
});

test('a listener that cancels while the token is requested ends the sign-in at once', async () => {
  const world = await createWorld();
  const auth = world.client();
  auth.subscribe(({ state }) => {
    if (state === 'tokenRequested.trying') void auth.cancel();
  });
  expect(await codeOf(world, auth.login())).toBe('cancelled');
  expect(auth.getView().state).toBe('idle.fresh');
});

test('a listener may begin a new sign-in as soon as the last one was denied', async () => {
  const world = await createWorld();
  const auth = world.client();
  const again: Promise<AuthView>[] = [];
  auth.subscribe(({ state }) => {
    if (state !== 'idle.approvalDenied') return;
    const login = auth.login({ redirectTo: APP });
    login.catch(() => {});
    again.push(login);
  });
  const { done, requestToken } = await toApproval(world, auth);
  world.tmdb.deny(requestToken);
  void auth.handleCallback(callback(requestToken, 'denied'));
  expect(await codeOf(world, done)).toBe('approval_denied');
  await world.reaches(auth, 'awaitingApproval.waiting');
  expect(world.token(auth)).not.toBe(requestToken);
  world.tmdb.approve(world.token(auth));
  await auth.handleCallback(callback(world.token(auth)));
  expect((await viewOf(world, again[0] as Promise<AuthView>)).status).toBe('user');
});

test('a listener that disposes the client ends every other call with `disposed`', async () => {
  const world = await createWorld();
  const auth = world.client();
  auth.subscribe(({ state }) => {
    if (state === 'awaitingApproval.waiting') auth.dispose();
  });
  expect(await codeOf(world, auth.login())).toBe('disposed');
  expect(world.clock.pending()).toEqual({ timers: 0, listeners: 0 });
});

test('an error in a listener is reported as an uncaught error and does not stop the other listeners', async () => {
  const world = await createWorld();
  const auth = world.client();
  const seen: string[] = [];
  auth.subscribe(() => {
    throw new Error('a fault of the app');
  });
  auth.subscribe(({ state }) => void seen.push(state));
  const uncaught = await uncaughtDuring(() => world.signIn(auth));
  expect(seen.at(-1)).toBe('sessionActive.ready');
  expect(uncaught).toHaveLength(seen.length);
  expect(uncaught).toSatisfy((errors: Error[]) =>
    errors.every(({ message }) => message === 'a fault of the app'),
  );
});

test('the client does not wait for a promise that a listener returns', async () => {
  const world = await createWorld();
  const auth = world.client();
  auth.subscribe((): Promise<void> => new Promise(() => {}));
  await world.signIn(auth);
  expect(auth.getView().status).toBe('user');
});

test('a listener gets the current view, and none after it has unsubscribed', async () => {
  const world = await createWorld();
  const auth = world.client();
  const seen: string[] = [];
  const leave = auth.subscribe(({ state }) => {
    seen.push(state);
    if (state === 'awaitingApproval.waiting') leave();
  });
  const { url } = await toCallback(world, auth);
  await auth.handleCallback(url);
  await quiet();
  expect(seen.at(-1)).toBe('awaitingApproval.waiting');
});
