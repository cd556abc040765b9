import { describe, expect, test } from 'vitest';
import type { TmdbAuth } from '../../src/index.ts';
import { SECOND } from '../support/clock.ts';
import { ACCOUNT, asked, SESSION_NEW, timesAsked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';
import { codeOf, quiet, resultOf, storedIn, toApproval, toCallback, viewOf } from './helpers.ts';

const VALIDATE_KEY = 'GET /3/authentication';

describe('validateCredentials', () => {
  test.each([3, 4] as const)(
    'sends one request and resolves when TMDB accepts the credential (v%i)',
    async (apiVersion) => {
      const world = await createWorld();
      const auth = world.client({ apiVersion });
      expect(await auth.validateCredentials()).toBeUndefined();
      expect(asked(world.tmdb)).toEqual([VALIDATE_KEY]);
    },
  );

  test('takes an API key as well', async () => {
    const world = await createWorld();
    const auth = world.client({ credentials: { apiKey: world.tmdb.apiKey } });
    expect(await codeOf(world, auth.validateCredentials())).toBe('resolved');
  });

  test('rejects when TMDB does not know the credential', async () => {
    const world = await createWorld();
    for (const credentials of [{ apiKey: 'f'.repeat(32) }, { accessToken: 'eyJhbGciOiJIUzI1NiJ9.e30.x' }]) {
      const auth = world.client({ credentials });
      expect(await codeOf(world, auth.validateCredentials())).toBe('invalid_api_key');
      expect(auth.getView().failure).toBeNull();
    }
  });

  test.each([
    ['suspended', { kind: 'status', code: 10 }, 'suspended_api_key'],
    ['no connection', { kind: 'dropBefore', times: Number.POSITIVE_INFINITY }, 'network'],
    ['a page', { kind: 'html' }, 'bad_answer'],
    ['maintenance', { kind: 'status', code: 46 }, 'unavailable'],
    ['too many requests', { kind: 'rateLimited' }, 'rate_limited'],
    ['no answer', { kind: 'hang' }, 'timeout'],
  ] as const)('rejects with the reason when the check itself fails: %s', async (_, fault, code) => {
    const world = await createWorld();
    world.tmdb.faults.add({ ...fault, match: VALIDATE_KEY });
    const auth = world.client();
    expect(await codeOf(world, auth.validateCredentials())).toBe(code);
    expect(auth.getView()).toMatchObject({ state: 'idle.fresh', failure: null });
  });

  test('can be aborted before and after sending', async () => {
    const world = await createWorld();
    const auth = world.client();
    expect(await codeOf(world, auth.validateCredentials({ signal: AbortSignal.abort() }))).toBe('cancelled');
    expect(world.tmdb.requests).toEqual([]);
    world.tmdb.faults.add({ kind: 'hang', match: VALIDATE_KEY });
    const leaving = new AbortController();
    const done = auth.validateCredentials({ signal: leaving.signal });
    await world.until(() => timesAsked(world.tmdb, VALIDATE_KEY) === 1);
    leaving.abort();
    expect(await codeOf(world, done)).toBe('cancelled');
    expect(world.clock.pending().timers).toBe(0);
  });

  test('rejects when the client is disposed', async () => {
    const world = await createWorld();
    const auth = world.client();
    auth.dispose();
    expect(await codeOf(world, auth.validateCredentials())).toBe('disposed');
    await quiet();
    expect(world.tmdb.requests).toEqual([]);
  });

  test.each<[string, (world: World, auth: TmdbAuth) => Promise<unknown>]>([
    ['restoring', async () => {}],
    ['idle.fresh', (world, auth) => world.reaches(auth, 'idle.fresh')],
    ['awaitingApproval.waiting', toApproval],
    ['guestActive.unused', (_, auth) => auth.loginAsGuest()],
    ['sessionActive.ready', (world, auth) => world.signIn(auth)],
  ])('works in %s and changes nothing', async (state, go) => {
    const world = await createWorld();
    // Restoring takes as long as the storage.
    const slow =
      state === 'restoring' ? { storage: { ...world.storage, get: () => new Promise<null>(() => {}) } } : {};
    const auth = world.client(slow);
    await go(world, auth);
    const [view, stored] = [auth.getView(), await storedIn(world)];
    expect(view.state).toBe(state);
    world.tmdb.faults.add({ kind: 'status', code: 7, match: VALIDATE_KEY });
    await expect(auth.validateCredentials()).rejects.toMatchObject({ code: 'invalid_api_key' });
    await auth.validateCredentials();
    expect(auth.getView()).toBe(view);
    expect(await storedIn(world)).toBe(stored);
  });

  test('does not disturb an exchange', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done, url } = await toCallback(world, auth);
    const release = world.tmdb.faults.add({ kind: 'hang', match: SESSION_NEW });
    auth.handleCallback(url).catch(() => {});
    await world.until(() => timesAsked(world.tmdb, SESSION_NEW) === 1);
    await auth.validateCredentials();
    release();
    expect((await viewOf(world, done)).status).toBe('user');
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(1);
  });
});

describe('verify()', () => {
  test('keeps a session that is still valid and updates the account, with one request', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.resetRequests();
    const states: string[] = [];
    auth.subscribe(({ state }) => states.push(state));
    expect(await viewOf(world, auth.verify())).toMatchObject({ state: 'sessionActive.ready', failure: null });
    expect(asked(world.tmdb)).toEqual([ACCOUNT]);
    expect(states).toEqual(['sessionActive.verifying', 'sessionActive.ready']);
    const body = { id: 548, username: 'sandra', name: 'Renamed' };
    world.tmdb.faults.add({ kind: 'answer', match: ACCOUNT, body });
    expect((await viewOf(world, auth.verify())).account?.name).toBe('Renamed');
  });

  test.each([3, 4] as const)('ends a session that the user revoked (v%i)', async (apiVersion) => {
    const world = await createWorld();
    const auth = world.client({ apiVersion });
    await world.signIn(auth);
    world.tmdb.revoke();
    expect(await viewOf(world, auth.verify())).toMatchObject({
      state: 'idle.sessionRevoked',
      account: null,
      failure: { code: 'session_invalid' },
      can: { login: true },
    });
    expect(await storedIn(world)).toBeNull();
  });

  test.each([
    ['no connection', { kind: 'dropBefore', times: Number.POSITIVE_INFINITY }, 'network'],
    ['maintenance', { kind: 'status', code: 46 }, 'unavailable'],
    ['a page', { kind: 'html', status: 401 }, 'bad_answer'],
    ['a key that TMDB does not know now', { kind: 'status', code: 7 }, 'invalid_api_key'],
    ['no answer', { kind: 'hang' }, 'timeout'],
  ] as const)(
    'keeps the session and shows the failure when TMDB cannot be asked: %s',
    async (_, fault, code) => {
      const world = await createWorld();
      const auth = world.client();
      await world.signIn(auth);
      world.tmdb.faults.add({ ...fault, match: ACCOUNT });
      expect(await viewOf(world, auth.verify())).toMatchObject({
        state: 'sessionActive.ready',
        account: { username: 'sandra' },
        failure: { code },
      });
      world.tmdb.faults.clear();
      expect((await viewOf(world, auth.verify())).failure).toBeNull();
    },
  );

  test('sends nothing and changes nothing when nobody is signed in', async () => {
    const world = await createWorld();
    const auth = world.client();
    const view = await auth.verify();
    expect(view.state).toBe('idle.fresh');
    expect(world.tmdb.requests).toEqual([]);
    await auth.loginAsGuest();
    world.tmdb.resetRequests();
    expect((await auth.verify()).status).toBe('guest');
    expect(world.tmdb.requests).toEqual([]);
  });

  test('works on a restored session after a restart', async () => {
    const world = await createWorld();
    await world.signIn(world.client());
    world.tmdb.revoke();
    expect((await viewOf(world, world.client().verify())).state).toBe('idle.sessionRevoked');
  });

  test('sends one request for two calls at once', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.resetRequests();
    const both = await resultOf(world, Promise.all([auth.verify(), auth.verify()]));
    expect(both[0]).toBe(both[1]);
    expect(asked(world.tmdb)).toEqual([ACCOUNT]);
  });

  test('ends when a logout or a dispose interrupts it', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
    const verified = auth.verify();
    await world.reaches(auth, 'sessionActive.verifying');
    await auth.logout();
    expect((await viewOf(world, verified)).state).toBe('idle.loggedOut');
    auth.dispose();
    expect(await codeOf(world, auth.verify())).toBe('disposed');
  });
});

describe('the interval between polls', () => {
  const ASK = 'POST /4/auth/access_token';
  /** Starts polling and lets time pass while no answer is under way. */
  async function polled(apiVersion: 3 | 4, pollInterval: number, count: number) {
    const world = await createWorld();
    const auth = world.client({ apiVersion, pollInterval });
    const question = apiVersion === 4 ? ASK : SESSION_NEW;
    const { done } = await toApproval(world, auth);
    const start = world.clock.now();
    const times = () => world.tmdb.requests.filter(({ method, path }) => `${method} ${path}` === question);
    const ask = async (until: () => boolean) => {
      while (!until()) {
        if (auth.getView().state === 'awaitingApproval.waiting') world.clock.advance(pollInterval / 30);
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    await ask(() => times().length >= count && auth.getView().state === 'awaitingApproval.waiting');
    const at = [start, ...times().map((each) => each.at)];
    return {
      world,
      auth,
      done,
      times,
      ask,
      waits: at.slice(1).map((each, index) => each - (at[index] ?? 0)),
    };
  }

  test.each([3, 4] as const)(
    'grows from the configured interval to at most 2.7 times as long plus some jitter (v%i)',
    async (apiVersion) => {
      const { waits } = await polled(apiVersion, 3 * SECOND, 7);
      const within = (wait: number | undefined, times: number) => {
        expect(wait).toBeGreaterThanOrEqual(3 * SECOND * times - 1);
        expect(wait).toBeLessThanOrEqual(3 * SECOND * times * 1.2 + 101);
      };
      expect(waits[0]).toBe(3 * SECOND);
      within(waits[1], 1.4);
      within(waits[2], 1.96);
      for (const wait of waits.slice(3)) within(wait, 2.744);
    },
  );

  test('differs from that of other devices', async () => {
    const devices = [];
    for (let device = 0; device < 6; device++) devices.push(await polled(4, 300 * SECOND, 2));
    expect(new Set(devices.map(({ waits }) => waits[0])).size).toBe(1);
    expect(new Set(devices.map(({ waits }) => waits[1])).size).toBeGreaterThan(1);
  });

  test('is once as long as TMDB asks for', async () => {
    const { world, times, ask } = await polled(4, 3 * SECOND, 1);
    world.tmdb.faults.add({ kind: 'rateLimited', retryAfter: 50, match: ASK });
    await ask(() => times().length >= 4);
    const at = times().map((each) => each.at);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(50 * SECOND);
    expect((at[3] ?? 0) - (at[2] ?? 0)).toBeLessThan(11 * SECOND);
  });

  test('ends when the token expires, and at once with a cancel', async () => {
    const { world, auth, done, times, ask } = await polled(4, 60 * SECOND, 2);
    await ask(() => auth.getView().state === 'idle.tokenExpired');
    expect(await codeOf(world, done)).toBe('token_expired');
    const asked = times().length;
    expect(asked).toBeLessThan(10);
    const again = await toApproval(world, auth);
    await auth.cancel();
    expect(await codeOf(world, again.done)).toBe('cancelled');
    expect(world.clock.pending().timers).toBe(0);
    world.clock.advance(15 * 60 * SECOND);
    await quiet();
    expect(times()).toHaveLength(asked);
  });
});
