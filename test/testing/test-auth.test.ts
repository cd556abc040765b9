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
    test('is there at once and keeps every rule of the machine', () => {
      const snapshot = authMachine.resolveState(auth(path, { apiVersion }).actor.getSnapshot());
      expect(pathOf(snapshot.value)).toBe(path);
      const broken = Object.entries(inEveryState).filter(([, isSo]) => !isSo(snapshot));
      expect(broken.map(([rule]) => rule)).toEqual([]);
    });

    test('stays there and sends no request', async () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const made = auth(path, { apiVersion });
      const view = made.getView();
      await vi.advanceTimersByTimeAsync(48 * 60 * 60_000);
      expect(made.getView()).toBe(view);
      expect(made.tmdb.requests).toEqual([]);
    });
  });

  test('a user calls TMDB and signs out there', async () => {
    const user = auth('user', { apiVersion });
    expect(await user.api('/3/account')).toMatchObject({ username: 'sandra' });
    expect((await user.verify()).account).toMatchObject({ name: 'Sandra Box', id: 548 });
    expect((await user.logout()).state).toBe('idle.loggedOut');
    expect([user.tmdb.sessions(), user.tmdb.accessTokens()]).toEqual([[], []]);
    expect(user.getView().failure).toBeNull();
  });

  test('a user signs in when approve() allows it', async () => {
    const client = auth('signedOut', { apiVersion });
    const done = client.login();
    expect((await client.approve()).status).toBe('user');
    expect((await done).account).toMatchObject({ username: 'sandra' });
  });

  test('a waiting approval can be given or denied', async () => {
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
] as const)('%s is short for the usual state with the status %s', (state, status) => {
  expect(auth(state).getView().status).toBe(status);
});

test('a guest who rates counts as used in the view', async () => {
  const guest = auth('guest');
  await guest.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
  expect(guest.getView().state).toBe('guestActive.used');
  expect(guest.tmdb.guests()).toMatchObject([{ used: true, ratings: 1 }]);
});

test('a user can have a guest with ratings to carry over', async () => {
  const user = auth('user', { withGuest: true });
  expect(user.getView().guest).not.toBeNull();
});

test('the test chooses the user', () => {
  const { account } = auth('user', {
    user: { username: 'bo', password: 'x', name: 'Bo Lind', id: 7 },
  }).getView();
  expect(account).toMatchObject({ username: 'bo', name: 'Bo Lind', id: 7 });
});

test.each(FAILURE_CODES)('the failure %s can be shown in any state', (code) => {
  expect(auth('idle.failed', { failure: code }).getView().failure).toMatchObject({ code });
  expect(auth('user', { failure: code }).getView()).toMatchObject({ status: 'user', failure: { code } });
});

test('a failed step can be retried', async () => {
  const failed = auth('idle.failed');
  expect(failed.getView()).toMatchObject({ failure: { code: 'network' }, can: { retry: true } });
  const again = failed.retry();
  await failed.approve();
  expect((await again).status).toBe('user');
});

test('each client has its own TMDB with its own faults', async () => {
  const [one, other] = [auth('user'), auth('user')];
  one.tmdb.revoke();
  expect((await one.verify()).state).toBe('idle.sessionRevoked');
  expect((await other.verify()).status).toBe('user');
});

test('a sign-in finishes although the test has replaced the timers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const client = auth();
  const done = client.login();
  await client.approve();
  expect((await done).status).toBe('user');
});

test('approve() and deny() reject without a pending approval', async () => {
  await expect(auth().approve()).rejects.toThrow(
    /no sign-in waits for approval \(state: idle\.fresh\)\. Call login\(\)/,
  );
  await expect(auth('user').deny()).rejects.toThrow(/no sign-in waits for approval/);
});

test.each(['tokenRequested.trying', 'tokenRequested.backoff', 'sessionRequested.exchanging'] as const)(
  'approve() says in %s that no approval is pending',
  async (state) => {
    await expect(auth(state).approve()).rejects.toThrow(`no sign-in waits for approval (state: ${state})`);
  },
);

test('dispose() ends a waiting approve()', async () => {
  const client = auth();
  client.tmdb.faults.add({ kind: 'hang' });
  client.login().catch(() => {});
  const approved = client.approve();
  await expect.poll(() => client.tmdb.requests.length).toBe(1);
  client.dispose();
  await expect(approved).rejects.toThrow('no sign-in waits for approval');
});

test('an unknown state is refused with a list of the known ones', () => {
  expect(() => createTestAuth('idle' as TestState)).toThrow(
    /no state "idle"\. Use one of: signedOut, .+idle\.fresh/,
  );
  expect(() => createTestAuth('toString' as TestState)).toThrow(TypeError);
});
