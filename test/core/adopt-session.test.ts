/** Handing over a session or an access token that the app had stored before it used this library. */
import { describe, expect, test } from 'vitest';
import { type AdoptOptions, type ChannelPort, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { DAY } from '../support/clock.ts';
import { keptAccessToken, keptSession } from '../support/kept.ts';
import { ACCESS_DELETE, ACCOUNT, asked, CONVERT, SESSION_DELETE, timesAsked } from '../support/requests.ts';
import { createWorld, type World } from '../support/world.ts';
import {
  ALWAYS,
  allQuiet,
  codeOf,
  ended,
  quiet,
  secretsOf,
  storedIn,
  toApproval,
  viewOf,
} from './helpers.ts';

const GONE = 'f'.repeat(40);
const failureOf = async (world: World, promise: Promise<unknown>) => {
  const end = await ended(world, promise);
  if (!('error' in end) || !TmdbAuthError.is(end.error)) throw new Error('It did not fail as it should.');
  return end.error.failure;
};

describe('adoptSession() with a session id', () => {
  test('signs its user in with one request, and is stored', async () => {
    const world = await createWorld();
    const auth = world.client();
    const sessionId = keptSession(world.tmdb);
    const view = await viewOf(world, auth.adoptSession({ sessionId }));
    expect(view).toMatchObject({
      state: 'sessionActive.ready',
      status: 'user',
      account: { username: 'sandra', objectId: null },
      failure: null,
    });
    expect(asked(world.tmdb)).toEqual([ACCOUNT]);
    expect(await secretsOf(world)).toMatchObject({ sessionId, accessToken: null });
    const reloaded = world.client();
    await world.reaches(reloaded, 'sessionActive.ready');
    expect((await reloaded.api<{ username: string }>('/3/account')).username).toBe('sandra');
  });

  test('ends the session at TMDB with the next logout', async () => {
    const world = await createWorld();
    const auth = world.client();
    await viewOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    expect(await viewOf(world, auth.logout())).toMatchObject({ state: 'idle.loggedOut', failure: null });
    expect(world.tmdb.sessions()).toEqual([]);
    expect(await storedIn(world)).toBeNull();
  });

  test('ends the session after this client’s sessionMaxAge, counted from the adoption', async () => {
    const world = await createWorld();
    const auth = world.client({ sessionMaxAge: 60_000 });
    const { expiresAt } = await viewOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    expect(expiresAt).toBeGreaterThan(world.clock.now());
    expect(expiresAt).toBeLessThanOrEqual(world.clock.now() + 60_000);
    await world.reaches(auth, 'idle.loggedOut');
    expect(world.tmdb.sessions()).toEqual([]);
  });

  test('rejects a session id that TMDB does not know, and stores nothing of it', async () => {
    const world = await createWorld();
    const auth = world.client();
    const failure = await failureOf(world, auth.adoptSession({ sessionId: GONE }));
    expect(failure).toMatchObject({ code: 'session_invalid', tmdbCode: 3, retryable: false });
    expect(auth.getView()).toMatchObject({
      state: 'idle.sessionRevoked',
      can: { retry: false, login: true },
    });
    expect(await storedIn(world)).toBeNull();
  });

  test('leaves a session at TMDB that could not be checked, so that it can be handed over again', async () => {
    const world = await createWorld();
    const auth = world.client();
    const sessionId = keptSession(world.tmdb);
    const heal = world.tmdb.faults.add({ kind: 'status', status: 503, match: ACCOUNT, times: ALWAYS });
    expect(await codeOf(world, auth.adoptSession({ sessionId }))).toBe('unavailable');
    expect(timesAsked(world.tmdb, ACCOUNT)).toBe(4);
    expect(auth.getView()).toMatchObject({ state: 'idle.failed', can: { retry: false } });
    heal();
    expect(world.tmdb.sessions()).toHaveLength(1);
    expect(await viewOf(world, auth.adoptSession({ sessionId }))).toMatchObject({ status: 'user' });
  });

  test.each([
    ['dropBefore', 'network'],
    ['hang', 'timeout'],
    ['html', 'bad_answer'],
  ] as const)('rejects with the failure that fits this fault of TMDB: %s', async (kind, code) => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind, match: ACCOUNT, times: ALWAYS });
    expect(await codeOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }))).toBe(code);
    expect(auth.getView()).toMatchObject({ state: 'idle.failed', failure: { code }, can: { retry: false } });
    expect(world.tmdb.sessions()).toHaveLength(1);
  });

  test('tries again after one bad answer', async () => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'dropAfter', match: ACCOUNT });
    const done = auth.adoptSession({ sessionId: keptSession(world.tmdb) });
    await world.reaches(auth, 'adoptionRequested.backoff');
    expect(auth.getView()).toMatchObject({ status: 'pending', can: { cancel: true, logout: true } });
    expect(await viewOf(world, done)).toMatchObject({ status: 'user' });
  });
});

describe('adoptSession() with an access token', () => {
  const V4 = { apiVersion: 4 } as const;

  test('makes a v3 session of it, and v4 requests work too', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const accessToken = keptAccessToken(world.tmdb);
    const view = await viewOf(world, auth.adoptSession({ accessToken }));
    expect(asked(world.tmdb)).toEqual([CONVERT, ACCOUNT]);
    expect(view).toMatchObject({ state: 'sessionActive.ready', account: { username: 'sandra' } });
    const objectId = view.account?.objectId ?? '';
    expect(objectId).toMatch(/^[0-9a-f]{24}$/);
    expect(await secretsOf(world)).toMatchObject({ accessToken });
    expect((await auth.fetch(`/4/account/${objectId}/lists`)).ok).toBe(true);
    expect((await auth.fetch('/3/account')).ok).toBe(true);
  });

  test('deletes both the token and its session at the next logout', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    await viewOf(world, auth.adoptSession({ accessToken: keptAccessToken(world.tmdb) }));
    await viewOf(world, auth.logout());
    expect([world.tmdb.sessions(), world.tmdb.accessTokens()]).toEqual([[], []]);
  });

  test('rejects the app’s own read token with a message that says so', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const failure = await failureOf(world, auth.adoptSession({ accessToken: world.tmdb.accessToken }));
    expect(failure).toMatchObject({ code: 'session_invalid', tmdbCode: 36, retryable: false });
    expect(failure.message).toContain('read token');
    expect(world.tmdb.sessions()).toEqual([]);
  });

  test('rejects an access token that was deleted at TMDB', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    const accessToken = keptAccessToken(world.tmdb);
    world.tmdb.revoke();
    expect(await failureOf(world, auth.adoptSession({ accessToken }))).toMatchObject({
      code: 'session_invalid',
      tmdbCode: 35,
    });
    expect(auth.getView().state).toBe('idle.sessionRevoked');
  });

  test('makes one session, even when the request for the account is repeated', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    world.tmdb.faults.add({ kind: 'status', status: 503, match: ACCOUNT, times: 3 });
    await viewOf(world, auth.adoptSession({ accessToken: keptAccessToken(world.tmdb) }));
    expect(timesAsked(world.tmdb, CONVERT)).toBe(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
  });

  test('deletes the new session but keeps the access token when the account cannot be fetched', async () => {
    const world = await createWorld();
    const auth = world.client(V4);
    world.tmdb.faults.add({ kind: 'status', status: 503, match: ACCOUNT, times: ALWAYS });
    const done = auth.adoptSession({ accessToken: keptAccessToken(world.tmdb) });
    expect(await codeOf(world, done)).toBe('unavailable');
    await allQuiet(world);
    expect(world.tmdb.sessions()).toEqual([]);
    expect(world.tmdb.accessTokens()).toHaveLength(1);
  });

  test('leaves the v4 account id unknown when the token is not a readable JWT', async () => {
    const world = await createWorld();
    const accessToken = keptAccessToken(world.tmdb);
    const opaque = 'an-opaque-access-token';
    const auth = world.client({
      ...V4,
      fetch: (input, init) =>
        world.tmdb.fetch(input, {
          ...init,
          ...(typeof init?.body === 'string' && { body: init.body.replace(opaque, accessToken) }),
        }),
    });
    const view = await viewOf(world, auth.adoptSession({ accessToken: opaque }));
    expect(view).toMatchObject({ status: 'user', account: { objectId: null } });
  });
});

describe('an adoption that is cancelled', () => {
  const LEAVES: [string, (auth: TmdbAuth) => unknown][] = [
    ['cancel()', (auth) => auth.cancel()],
    ['logout()', (auth) => auth.logout()],
    ['dispose()', (auth) => auth.dispose()],
  ];

  test.each(LEAVES)('keeps the app’s session at TMDB after %s', async (_, leave) => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
    const done = codeOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    await world.reaches(auth, 'adoptionRequested');
    await world.until(() => timesAsked(world.tmdb, ACCOUNT) === 1);
    await leave(auth);
    expect(['cancelled', 'disposed']).toContain(await done);
    await quiet();
    expect(timesAsked(world.tmdb, SESSION_DELETE)).toBe(0);
    expect(world.tmdb.sessions()).toHaveLength(1);
    expect(await storedIn(world)).toBeNull();
  });

  describe.each([
    ['before TMDB made the session', CONVERT, 'before'],
    ['after TMDB made the session', CONVERT, 'after'],
    ['while the account is asked for', ACCOUNT, 'before'],
  ] as const)('%s', (_, match, when) => {
    test.each(LEAVES)('deletes the session it made, but not the access token, after %s', async (_, leave) => {
      const world = await createWorld();
      const auth = world.client({ apiVersion: 4 });
      const resume = world.tmdb.faults.add({ kind: 'hang', match, when });
      const done = codeOf(world, auth.adoptSession({ accessToken: keptAccessToken(world.tmdb) }));
      await world.until(() => timesAsked(world.tmdb, match) === 1);
      await leave(auth);
      expect(['cancelled', 'disposed']).toContain(await done);
      resume();
      await allQuiet(world);
      await world.until(() => world.tmdb.sessions().length === 0);
      expect(timesAsked(world.tmdb, ACCESS_DELETE)).toBe(0);
      expect(world.tmdb.accessTokens()).toHaveLength(1);
      expect(await storedIn(world)).toBeNull();
    });
  });

  test('stays cancelled when the answer arrives late', async () => {
    const world = await createWorld();
    const waiting: (() => void)[] = [];
    const auth = world.client({
      // Some implementations of `fetch` ignore their signal.
      async fetch(input, init) {
        const response = await world.tmdb.fetch(input, { ...init, signal: null });
        await new Promise<void>((resolve) => waiting.push(resolve));
        return response;
      },
    });
    const done = codeOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    await world.until(() => waiting.length === 1);
    await auth.cancel();
    expect(await done).toBe('cancelled');
    for (const answer of waiting) answer();
    await quiet();
    expect(auth.getView().state).toBe('idle.fresh');
    expect(await storedIn(world)).toBeNull();
  });

  test('ends when its own signal aborts, and does not start when that is aborted already', async () => {
    const world = await createWorld();
    const auth = world.client();
    const sessionId = keptSession(world.tmdb);
    expect(await codeOf(world, auth.adoptSession({ sessionId, signal: AbortSignal.abort() }))).toBe(
      'cancelled',
    );
    expect(asked(world.tmdb)).toEqual([]);
    world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
    const end = new AbortController();
    const done = codeOf(world, auth.adoptSession({ sessionId, signal: end.signal }));
    await world.reaches(auth, 'adoptionRequested');
    end.abort();
    expect(await done).toBe('cancelled');
    expect(world.tmdb.sessions()).toHaveLength(1);
  });

  test('leaves nothing in the vault that a later event could continue with', async () => {
    const world = await createWorld();
    const auth = world.client();
    world.tmdb.faults.add({ kind: 'hang', match: ACCOUNT });
    const done = codeOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    await world.reaches(auth, 'adoptionRequested');
    await auth.cancel();
    expect(await done).toBe('cancelled');
    world.tmdb.resetRequests();
    auth.actor.send({ type: 'session.adopt' });
    await world.reaches(auth, 'idle.failed');
    expect(auth.getView().failure?.code).toBe('unexpected');
    expect(asked(world.tmdb)).toEqual([]);
  });
});

describe('adoptSession() with invalid input', () => {
  const WRONG: [string, unknown, string][] = [
    ['an empty id', { sessionId: '' }, 'sessionId'],
    ['an id with a space', { sessionId: `${'a'.repeat(20)} ${'b'.repeat(20)}` }, 'sessionId'],
    ['an id that leads elsewhere', { sessionId: '../../../account' }, 'sessionId'],
    ['a number', { sessionId: 12_345_678 }, 'sessionId'],
    ['null', { sessionId: null }, 'sessionId'],
    ['an empty access token', { accessToken: '' }, 'accessToken'],
    ['an access token with a line break', { accessToken: 'eyJ.eyJ.sig\n' }, 'accessToken'],
    ['nothing', {}, 'either'],
    ['no options', undefined, 'either'],
    ['both', { sessionId: GONE, accessToken: GONE }, 'either'],
  ];

  test.each(WRONG)('rejects %s without a request to TMDB', async (_, given, says) => {
    const world = await createWorld();
    const auth = world.client();
    await world.reaches(auth, 'idle.fresh');
    const failure = await failureOf(world, auth.adoptSession(given as AdoptOptions));
    expect(failure).toMatchObject({ code: 'session_invalid', retryable: false });
    expect(failure.message).toContain(says);
    expect(asked(world.tmdb)).toEqual([]);
    expect(auth.getView()).toMatchObject({ state: 'idle.fresh', failure: null });
  });
});

describe('a guest during an adoption', () => {
  test('stays beside the adopted user, who gets the guest’s ratings by a carry-over', async () => {
    const world = await createWorld();
    const auth = world.client();
    await auth.loginAsGuest();
    await auth.api('/3/movie/550/rating', { method: 'POST', body: { value: 8 } });
    const view = await viewOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    expect(view).toMatchObject({ status: 'user', guest: { used: true } });
    world.clock.advance(1_000);
    const { value } = (await ended(world, auth.carryOverGuestRatings())) as { value: unknown };
    expect(value).toMatchObject({ carried: 1, failed: [] });
    expect(world.tmdb.account().ratings).toMatchObject([{ media_id: 550, value: 8 }]);
    expect(auth.getView().guest).toBeNull();
  });

  test('stays a guest when the session is rejected', async () => {
    const world = await createWorld();
    const auth = world.client();
    const before = await auth.loginAsGuest();
    expect(await codeOf(world, auth.adoptSession({ sessionId: GONE }))).toBe('session_invalid');
    expect(auth.getView()).toEqual({
      ...before,
      failure: expect.objectContaining({ code: 'session_invalid' }),
    });
    const reloaded = world.client();
    await world.reaches(reloaded, 'guestActive.unused');
  });
});

describe('an adoption beside another user', () => {
  test('keeps the user who is already signed in, and sends no request', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    world.tmdb.resetRequests();
    const before = await secretsOf(world);
    expect(await auth.adoptSession({ sessionId: keptSession(world.tmdb) })).toEqual(auth.getView());
    expect(asked(world.tmdb)).toEqual([]);
    expect(await secretsOf(world)).toEqual(before);
  });

  test('gives way to a user who has signed in meanwhile in another client', async () => {
    const world = await createWorld();
    const [one, other] = [world.client(), world.client()];
    await world.reaches(one, 'idle.fresh');
    await world.signIn(other);
    const before = await secretsOf(world);
    expect(await viewOf(world, one.adoptSession({ sessionId: keptSession(world.tmdb) }))).toMatchObject({
      status: 'user',
    });
    expect(await secretsOf(world)).toEqual(before);
  });

  test('does not send the previous user’s access token with v4 requests', async () => {
    const world = await createWorld();
    const bearers: (string | null)[] = [];
    const auth = world.client({
      apiVersion: 4,
      fetch(input, init) {
        const { url, headers } = new Request(input, init);
        if (url.includes('/4/list')) bearers.push(headers.get('authorization'));
        return world.tmdb.fetch(input, init);
      },
    });
    await world.signIn(auth);
    world.tmdb.revoke();
    await viewOf(world, auth.verify());
    await viewOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
    await auth.fetch('/4/list/1');
    expect(bearers).toEqual([`Bearer ${world.tmdb.accessToken}`]);
  });
});

test('adoptSession() cancels a sign-in that waits for its approval', async () => {
  const world = await createWorld();
  const auth = world.client();
  const { done } = await toApproval(world, auth);
  const adopted = auth.adoptSession({ sessionId: keptSession(world.tmdb) });
  expect(await codeOf(world, done)).toBe('cancelled');
  expect(await viewOf(world, adopted)).toMatchObject({ status: 'user' });
});

test('a second call of adoptSession() joins the first', async () => {
  const world = await createWorld();
  const auth = world.client();
  const sessionId = keptSession(world.tmdb);
  const [one, other] = await Promise.all([
    auth.adoptSession({ sessionId }),
    auth.adoptSession({ sessionId }),
  ]);
  expect(one).toBe(other);
  expect(asked(world.tmdb)).toEqual([ACCOUNT]);
});

test('adoptSession() deletes the access token of an earlier sign-in that failed to convert it', async () => {
  const world = await createWorld();
  const auth = world.client({ apiVersion: 4 });
  const heal = world.tmdb.faults.add({ kind: 'status', status: 503, match: CONVERT, times: ALWAYS });
  await ended(world, world.signIn(auth));
  heal();
  expect(auth.getView().can.retry).toBe(true);
  await viewOf(world, auth.adoptSession({ sessionId: keptSession(world.tmdb) }));
  await allQuiet(world);
  expect(world.tmdb.accessTokens()).toEqual([]);
  expect(await secretsOf(world)).toMatchObject({ accessToken: null });
});

/** Channels that deliver each message to all the others. */
function createChannels(): () => ChannelPort {
  const all = new Map<object, (how?: 'written') => void>();
  return () => {
    const me = {};
    return {
      post(how) {
        for (const [other, changed] of all) if (other !== me) setTimeout(() => changed(how));
      },
      subscribe(changed) {
        all.set(me, changed);
        return () => void all.delete(me);
      },
    };
  };
}

describe('two clients that share one record', () => {
  const both = async (options: AdoptOptions, world: World) => {
    const channels = createChannels();
    const [one, other] = [DAY, 2 * DAY].map((sessionMaxAge) =>
      world.client({ sessionMaxAge, channel: channels() }),
    ) as [TmdbAuth, TmdbAuth];
    await Promise.all([one, other].map((auth) => world.reaches(auth, 'idle.fresh')));
    const views = Promise.all([one.adoptSession(options), other.adoptSession(options)]);
    await viewOf(world, views as never);
    await quiet();
    return [one, other] as const;
  };

  test('agree on one session when both adopt the same one, and one logout ends it', async () => {
    const world = await createWorld();
    const [one, other] = await both({ sessionId: keptSession(world.tmdb) }, world);
    const record = JSON.parse((await storedIn(world)) ?? '{}');
    for (const auth of [one, other])
      expect(auth.actor.getSnapshot().context.facts).toMatchObject({ session: record.facts.session });
    await one.logout();
    expect(await storedIn(world)).toBeNull();
    expect(world.tmdb.sessions()).toEqual([]);
  });

  test('end up with one session when both adopt the same access token', async () => {
    const world = await createWorld();
    await both({ accessToken: keptAccessToken(world.tmdb) }, world);
    await allQuiet(world);
    expect(world.tmdb.sessions()).toHaveLength(1);
    expect(world.tmdb.accessTokens()).toHaveLength(1);
    expect(timesAsked(world.tmdb, ACCESS_DELETE)).toBe(0);
  });
});
