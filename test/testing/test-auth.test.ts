import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { authMachine, FAILURE_CODES, pathOf } from '../../machines/index.ts';
import {
  createTestAuth,
  STATE_PATHS,
  type TestAuthOptions,
  type TestState,
} from '../../src/tools/testing/index.ts';
import { inEveryState } from '../machine/invariants.ts';

function auth(state?: TestState, options?: TestAuthOptions) {
  const made = createTestAuth(state, options);
  onTestFinished(() => made.dispose());
  return made;
}

describe.each([3, 4] as const)('v%i', (apiVersion) => {
  describe.each(STATE_PATHS)('a client in %s', (path) => {
    test('is there at once, and keeps every rule of the machine', () => {
      const snapshot = authMachine.resolveState(auth(path, { apiVersion }).actor.getSnapshot());
      expect(pathOf(snapshot.value)).toBe(path);
      const broken = Object.entries(inEveryState).filter(([, isSo]) => !isSo(snapshot));
      expect(broken.map(([rule]) => rule)).toEqual([]);
    });

    test('stays there, and asks nobody', async () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const made = auth(path, { apiVersion });
      const view = made.getView();
      await vi.advanceTimersByTimeAsync(48 * 60 * 60_000);
      expect(made.getView()).toBe(view);
      expect(made.tmdb.requests).toEqual([]);
    });
  });

  test('a user calls TMDB, and signs out there', async () => {
    const user = auth('user', { apiVersion });
    expect(await user.api('/3/account')).toMatchObject({ username: 'sandra' });
    expect((await user.verify()).account).toMatchObject({ name: 'Sandra Box', id: 548 });
    expect((await user.logout()).state).toBe('idle.loggedOut');
    expect([user.tmdb.sessions(), user.tmdb.accessTokens()]).toEqual([[], []]);
    expect(user.getView().failure).toBeNull();
  });

  test('a user who signs in is asked, and allows it', async () => {
    const nobody = auth('signedOut', { apiVersion });
    const done = nobody.login();
    expect((await nobody.approve()).status).toBe('user');
    expect((await done).account).toMatchObject({ username: 'sandra' });
  });

  test('an approval that waits already is given or refused', async () => {
    expect((await auth('pending', { apiVersion }).approve()).status).toBe('user');
    const waiting = auth('awaitingApproval.waiting', { apiVersion });
    expect((await waiting.deny()).state).toBe('idle.approvalDenied');
    expect(waiting.getView().failure).toMatchObject({ code: 'approval_denied' });
  });
});

test.each([
  ['signedOut', 'signedOut'],
  ['pending', 'pending'],
  ['guest', 'guest'],
  ['user', 'user'],
] as const)('%s is short for the usual state of who is %s', (state, status) => {
  expect(auth(state).getView().status).toBe(status);
});

test('a guest rates, which the view knows', async () => {
  const guest = auth('guest');
  await guest.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
  expect(guest.getView().state).toBe('guestActive.used');
  expect(guest.tmdb.guests()).toMatchObject([{ used: true, ratings: 1 }]);
});

test('beside a user there may be a guest, whose ratings are carried over', async () => {
  const user = auth('user', { withGuest: true });
  expect(user.getView().guest).not.toBeNull();
});

test('the user is whom the test names', () => {
  const { account } = auth('user', {
    user: { username: 'bo', password: 'x', name: 'Bo Lind', id: 7 },
  }).getView();
  expect(account).toMatchObject({ username: 'bo', name: 'Bo Lind', id: 7 });
});

test.each(FAILURE_CODES)('the failure %s can be shown in any state', (code) => {
  expect(auth('idle.failed', { failure: code }).getView().failure).toMatchObject({ code });
  expect(auth('user', { failure: code }).getView()).toMatchObject({ status: 'user', failure: { code } });
});

test('what failed can be tried again', async () => {
  const failed = auth('idle.failed');
  expect(failed.getView()).toMatchObject({ failure: { code: 'network' }, can: { retry: true } });
  const again = failed.retry();
  await failed.approve();
  expect((await again).status).toBe('user');
});

test('faults of its TMDB are its own', async () => {
  const [one, other] = [auth('user'), auth('user')];
  one.tmdb.revoke();
  expect((await one.verify()).state).toBe('idle.sessionRevoked');
  expect((await other.verify()).status).toBe('user');
});

test('with timers that the test holds, a sign-in still comes to its end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const nobody = auth();
  const done = nobody.login();
  await nobody.approve();
  expect((await done).status).toBe('user');
});

test('an approval that nobody asked for is refused', async () => {
  await expect(auth().approve()).rejects.toThrow(
    /no sign-in waits for approval \(state: idle\.fresh\)\. Call login\(\)/,
  );
  await expect(auth('user').deny()).rejects.toThrow(/no sign-in waits for approval/);
});

test.each(['tokenRequested.trying', 'tokenRequested.backoff', 'sessionRequested.exchanging'] as const)(
  'in %s nothing comes to be approved, and approve() says so',
  async (state) => {
    await expect(auth(state).approve()).rejects.toThrow(`no sign-in waits for approval (state: ${state})`);
  },
);

test('a dispose ends an approve() that waits', async () => {
  const nobody = auth();
  nobody.tmdb.faults.add({ kind: 'hang' });
  nobody.login().catch(() => {});
  const approved = nobody.approve();
  await expect.poll(() => nobody.tmdb.requests.length).toBe(1);
  nobody.dispose();
  await expect(approved).rejects.toThrow('no sign-in waits for approval');
});

test('a state that there is not is refused, and the message lists those there are', () => {
  expect(() => createTestAuth('idle' as TestState)).toThrow(
    /no state "idle"\. Use one of: signedOut, .+idle\.fresh/,
  );
  expect(() => createTestAuth('toString' as TestState)).toThrow(TypeError);
});
