import { expect, test } from 'vitest';
import type { ApiVersion, ChannelPort } from '../../src/index.ts';
import { APP, callback } from '../support/approval.ts';
import { HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { ACCOUNT, CONVERT, SESSION_NEW, TOKEN_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import { ALWAYS, codeOf, quiet, toApproval, toCallback, viewOf } from './helpers.ts';

/** A channel between clients that delivers asynchronously. */
function wire() {
  const ends = new Set<() => void>();
  const end = (): ChannelPort => {
    let own: (() => void) | undefined;
    return {
      post() {
        for (const each of ends) if (each !== own) setTimeout(each);
      },
      subscribe(changed) {
        own = changed;
        ends.add(changed);
        return () => void ends.delete(changed);
      },
    };
  };
  return { end, count: () => ends.size };
}

async function twoTabs(apiVersion: ApiVersion = 3) {
  const world = await createWorld();
  const { end, count } = wire();
  const one = world.client({ apiVersion, channel: end() });
  const two = world.client({ apiVersion, channel: end() });
  await world.reaches(one, 'idle.fresh');
  await world.reaches(two, 'idle.fresh');
  return { world, one, two, count, another: () => world.client({ apiVersion, channel: end() }) };
}

test('a login in one tab signs in the other, with its account and without another token or session', async () => {
  const { world, one, two } = await twoTabs();
  await world.signIn(one);
  await world.reaches(two, 'sessionActive.ready');
  expect(two.getView()).toMatchObject({ account: { username: 'sandra' } });
  expect(timesAsked(world.tmdb, TOKEN_NEW)).toBe(1);
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  // The other tab may hear of the session before the account is stored, and then asks for the account itself.
  expect(timesAsked(world.tmdb, ACCOUNT)).toBeLessThanOrEqual(2);
  expect((await two.fetch('/3/account')).status).toBe(200);
});

test('a claim announced late, after the session was written, costs no request', async () => {
  const world = await createWorld();
  const late: (() => void)[] = [];
  const heard = new Set<(how?: 'written') => void>();
  const channel: ChannelPort = {
    post(how) {
      for (const hear of heard) {
        if (how) late.push(() => hear(how));
        else hear();
      }
    },
    subscribe: () => () => {},
  };
  const one = world.client({ channel });
  const two = world.client({
    channel: {
      post() {},
      subscribe(changed) {
        heard.add(changed);
        return () => void heard.delete(changed);
      },
    },
  });
  await world.reaches(two, 'idle.fresh');
  const { requestToken } = await toApproval(world, one);
  await world.reaches(two, 'awaitingApproval');
  const letGo = world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT, times: ALWAYS });
  world.tmdb.approve(requestToken);
  void one.handleCallback(callback(requestToken));
  await world.reaches(one, 'sessionActive.accountRequested');
  await expect.poll(() => timesAsked(world.tmdb, ACCOUNT)).toBe(1);
  expect(late.length).toBeGreaterThan(0);
  for (const tell of late) tell();
  await quiet();
  expect(two.getView().state).toBe('awaitingApproval.waiting');
  letGo();
  await world.reaches(two, 'sessionActive.ready');
  expect(two.getView().account).toMatchObject({ username: 'sandra' });
  expect(timesAsked(world.tmdb, ACCOUNT)).toBe(1);
});

test('a logout in one tab signs out the other, and TMDB is asked once', async () => {
  const { world, one, two } = await twoTabs();
  await world.signIn(one);
  await world.reaches(two, 'sessionActive.ready');
  await two.logout();
  await world.reaches(one, 'idle.loggedOut');
  expect(one.getView()).toMatchObject({ account: null, failure: null });
  expect(world.tmdb.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  await expect(one.fetch('/3/account')).rejects.toMatchObject({ code: 'session_invalid' });
});

test('a guest in one tab is the same guest in the other, also once it is used', async () => {
  const { world, one, two } = await twoTabs();
  await one.loginAsGuest();
  await world.reaches(two, 'guestActive.unused');
  await one.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
  await world.reaches(two, 'guestActive.used');
  expect(await (await two.fetch('/3/movie/550/account_states')).json()).toMatchObject({
    rated: { value: 8 },
  });
  expect(world.tmdb.guests()).toHaveLength(1);
});

test('a sign-in that began in one tab and was completed in the other ends in both', async () => {
  const { world, one, two } = await twoTabs();
  const { done, url } = await toCallback(world, one);
  await world.reaches(two, 'awaitingApproval');
  await viewOf(world, two.handleCallback(url));
  expect((await viewOf(world, done)).status).toBe('user');
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  expect(world.tmdb.sessions()).toHaveLength(1);
});

test('cancelling a shared sign-in in one tab cancels it in the other', async () => {
  const { world, one, two } = await twoTabs();
  const { done } = await toApproval(world, one);
  await world.reaches(two, 'awaitingApproval');
  await two.cancel();
  await world.reaches(one, 'idle');
  expect(await codeOf(world, done)).toBe('cancelled');
  expect(one.approvalUrl).toBeNull();
  await world.signIn(one);
  await world.reaches(two, 'sessionActive.ready');
});

test('a failed exchange in one tab is not repeated by the other, which only waited for it', async () => {
  const { world, one, another } = await twoTabs();
  const { done, url } = await toCallback(world, one);
  world.tmdb.faults.add({ kind: 'status', status: 503, match: SESSION_NEW, times: ALWAYS });
  void one.handleCallback(url);
  await world.reaches(one, 'sessionRequested');
  const two = another();
  await world.reaches(two, 'sessionRequested');
  expect(await codeOf(world, done)).toBe('unavailable');
  await world.reaches(two, 'awaitingApproval.waiting');
  expect(one.getView().can.retry).toBe(true);
  world.clock.advance(5 * MINUTE);
  await quiet();
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(4);
  world.tmdb.faults.clear();
  await viewOf(world, one.retry());
  await world.reaches(two, 'sessionActive.ready');
});

test('an exchange that waits for another tab does not begin once that tab cancels the sign-in', async () => {
  const { world, one, two } = await twoTabs();
  const { done, url } = await toCallback(world, one);
  await world.reaches(two, 'awaitingApproval');
  world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW, when: 'after' });
  void two.handleCallback(url);
  await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
  void one.handleCallback(url);
  await world.reaches(one, 'sessionRequested');
  await two.cancel();
  await world.reaches(one, 'idle');
  expect(await codeOf(world, done)).toBe('cancelled');
  expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  world.tmdb.faults.clear();
  await world.until(() => world.tmdb.sessions().length === 0);
});

test('a guest who rates in one tab is used in the other, also while that one waits for approval', async () => {
  const { world, one, two } = await twoTabs();
  await one.loginAsGuest();
  await world.reaches(two, 'guestActive.unused');
  const done = two.login({ redirectTo: APP }).catch(() => {});
  await world.reaches(two, 'awaitingApproval');
  await one.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
  await world.until(() => two.getView().guest?.used === true);
  void two.cancel();
  await done;
  world.clock.advance(2 * HOUR);
  expect(two.getView().state).toBe('guestActive.used');
});

test('without a channel login() reads the record first, and finds a user who signed in elsewhere', async () => {
  const world = await createWorld();
  const one = world.client();
  const two = world.client();
  await world.reaches(two, 'idle.fresh');
  await world.signIn(one);
  expect(two.getView().state).toBe('idle.fresh');
  const requests = world.tmdb.requests.length;
  expect((await two.login()).account?.username).toBe('sandra');
  expect(world.tmdb.requests).toHaveLength(requests);
});

test('without a channel login() after a logout elsewhere is a new sign-in', async () => {
  const world = await createWorld();
  const one = world.client();
  await world.signIn(one);
  const two = world.client();
  await world.reaches(two, 'sessionActive.ready');
  await two.logout();
  await toApproval(world, one);
  expect(one.getView().status).toBe('pending');
});

test('a message without a change of the record leaves the view as it is', async () => {
  const { world, one, two } = await twoTabs();
  await world.signIn(one);
  await world.reaches(two, 'sessionActive.ready');
  const view = two.getView();
  for (let again = 0; again < 20; again++) await one.login();
  await quiet();
  expect(two.getView()).toBe(view);
});

test('a disposed client no longer listens to its channel', async () => {
  const { world, one, two, count } = await twoTabs();
  two.dispose();
  expect(count()).toBe(1);
  await world.signIn(one);
  await quiet();
  expect(two.getView().state).toBe('idle.fresh');
});

// Fails one time in five: the two clients make three rounds of four steps. Not mended yet.
test('v4: after a failed conversion each tab tries it once, and does not wake the other', async () => {
  const { world, one, two } = await twoTabs(4);
  const { done, url } = await toCallback(world, one);
  world.tmdb.faults.add({ kind: 'status', status: 503, match: CONVERT, times: ALWAYS });
  void one.handleCallback(url);
  await world.reaches(one, 'sessionRequested');
  expect(await codeOf(world, done)).toBe('unavailable');
  await world.until(() => two.actor.getSnapshot().hasTag('settled'));
  const states: string[] = [];
  one.subscribe(({ state }) => void states.push(state));
  for (let second = 0; second < 60; second++) {
    world.clock.advance(SECOND);
    await quiet();
  }
  expect(states).toEqual([]);
  expect(timesAsked(world.tmdb, CONVERT)).toBeLessThanOrEqual(8);
  world.tmdb.faults.clear();
  await viewOf(world, one.retry());
  await world.reaches(two, 'sessionActive.ready');
  expect(world.tmdb.sessions()).toHaveLength(1);
});
