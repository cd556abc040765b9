/** The one way out of the vault: `tmdb-auth/unsafe`. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { withSession } from '../../src/client/unsafe/index.ts';
import { createTmdbAuth, type TmdbAuth, TmdbAuthError } from '../../src/index.ts';
import { createBrowserAuth } from '../../src/platforms/browser/index.ts';
import { createTestAuth } from '../../src/tools/testing/index.ts';
import { callback } from '../support/approval.ts';
import { keptAccessToken, keptSession } from '../support/kept.ts';
import { createWorld } from '../support/world.ts';
import { codeOf, quiet, resultOf, secretsOf, toCallback, viewOf } from './helpers.ts';

const secretsFrom = (auth: TmdbAuth) => withSession(auth, (secrets) => secrets);

describe('withSession()', () => {
  test('lends the stored session id, and no access token when there is none', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    const { sessionId } = await secretsOf(world);
    expect(await secretsFrom(auth)).toEqual({ sessionId });
  });

  test('lends the access token as well when the user signed in with v4', async () => {
    const world = await createWorld();
    const auth = world.client({ apiVersion: 4 });
    await world.signIn(auth);
    const { sessionId, accessToken } = await secretsOf(world);
    expect(accessToken).not.toBeNull();
    expect(await secretsFrom(auth)).toEqual({ sessionId, accessToken });
  });

  test('lends no access token of an earlier session', async () => {
    const world = await createWorld();
    const auth = world.client({ apiVersion: 4 });
    await viewOf(world, auth.adoptSession({ accessToken: keptAccessToken(world.tmdb) }));
    world.tmdb.revoke();
    await viewOf(world, auth.verify());
    const sessionId = keptSession(world.tmdb);
    await viewOf(world, auth.adoptSession({ sessionId }));
    expect(await secretsFrom(auth)).toEqual({ sessionId });
  });

  test('resolves to the callback’s result, and rejects with the library’s own error', async () => {
    const auth = createTestAuth('user');
    expect(await withSession(auth, async ({ sessionId }) => sessionId.length)).toBe(40);
    const thrown = new Error('GET /3/account?session_id=…');
    const rejected = await withSession(auth, () => {
      throw thrown;
    }).catch((error: unknown) => error);
    expect(rejected).toBe(thrown);
  });

  test('waits for the stored record to be read', async () => {
    const world = await createWorld();
    await world.signIn(world.client());
    const { sessionId } = await secretsOf(world);
    const auth = world.client();
    expect(auth.getView().state).toBe('restoring');
    expect(await resultOf(world, secretsFrom(auth))).toEqual({ sessionId });
  });

  test('waits for a sign-in that is under way', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done, requestToken } = await toCallback(world, auth);
    let lent: unknown = null;
    const lending = withSession(auth, (secrets) => {
      lent = secrets;
    });
    await quiet();
    expect(lent).toBeNull();
    await auth.handleCallback(callback(requestToken));
    await Promise.all([done, lending]);
    expect(lent).toEqual({ sessionId: (await secretsOf(world)).sessionId });
  });

  test.each(['signedOut', 'guest', 'idle.sessionRevoked'] as const)(
    'rejects with session_invalid when nobody is signed in: %s',
    async (state) => {
      const error = await secretsFrom(createTestAuth(state)).catch((thrown: unknown) => thrown);
      expect(TmdbAuthError.is(error) && error.code).toBe('session_invalid');
      expect((error as Error).message).toContain('Sign in first');
    },
  );

  test('rejects with session_invalid once the user has signed out, and TMDB rejects the lent session', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    const status = await withSession(auth, async ({ sessionId }) => {
      await auth.logout();
      const address = `${world.tmdb.baseURL}/3/account?session_id=${sessionId}`;
      const headers = { authorization: `Bearer ${world.tmdb.accessToken}` };
      return (await world.tmdb.fetch(address, { headers })).status;
    });
    expect(status).toBe(401);
    expect(await codeOf(world, secretsFrom(auth))).toBe('session_invalid');
  });

  test('rejects with disposed, also while it waits', async () => {
    const world = await createWorld();
    const auth = world.client();
    const early = codeOf(world, secretsFrom(auth));
    auth.dispose();
    expect(await early).toBe('disposed');
    expect(await codeOf(world, secretsFrom(auth))).toBe('disposed');
  });

  test('rejects a client of another copy of the package with an Error that says why', async () => {
    const auth = createTestAuth('user');
    await expect(secretsFrom({ ...auth })).rejects.toThrow('another copy of the package');
    await expect(secretsFrom({} as TmdbAuth)).rejects.toThrow('another copy of the package');
  });

  test('rejects when there is no page, instead of waiting for one', async () => {
    const auth = createBrowserAuth({ credentials: { apiKey: '0'.repeat(32) } });
    await expect(secretsFrom(auth)).rejects.toThrow('no page');
    auth.dispose();
  });

  test('leaves nothing of the session on the client, nor in what it prints', async () => {
    const world = await createWorld();
    const auth = createTmdbAuth({
      credentials: { accessToken: world.tmdb.accessToken },
      baseURL: world.tmdb.baseURL,
      webURL: world.tmdb.webURL,
      fetch: world.tmdb.fetch,
    });
    const sessionId = keptSession(world.tmdb);
    await auth.adoptSession({ sessionId });
    await withSession(auth, () => {});
    expect(inspect(auth, { depth: 8, showHidden: true })).not.toContain(sessionId);
    auth.dispose();
  });
});
