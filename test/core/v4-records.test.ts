/** v3, v4 and older clients on one storage, also at the same time. */
import { describe, expect, test } from 'vitest';
import { APP, callback } from '../support/approval.ts';
import { ACCESS_NEW, CONVERT, SESSION_NEW, timesAsked } from '../support/requests.ts';
import { createWorld } from '../support/world.ts';
import {
  ALWAYS,
  allQuiet,
  codeOf,
  secretsOf,
  storageKeyOf,
  storedIn,
  toApproval,
  viewOf,
} from './helpers.ts';

const V4 = { apiVersion: 4 } as const;

describe('two v4 clients on one storage', () => {
  test('end with one session and one access token when both take the return', async () => {
    const world = await createWorld();
    const [one, other] = [world.client(V4), world.client(V4)];
    const { requestToken } = await toApproval(world, one);
    other.login({ redirectTo: APP }).catch(() => {});
    await world.reaches(other, 'awaitingApproval.waiting');
    expect(world.token(other)).toBe(requestToken);
    world.tmdb.approve(requestToken);
    const [first, second] = [one.handleCallback(APP), other.handleCallback(APP)];
    expect((await viewOf(world, first)).state).toBe('sessionActive.ready');
    expect((await viewOf(world, second)).state).toBe('sessionActive.ready');
    await allQuiet(world);
    expect(world.tmdb.accessTokens()).toHaveLength(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
    expect(other.getView().account?.objectId).toBe(one.getView().account?.objectId);
    await viewOf(world, one.logout());
    expect([...world.tmdb.accessTokens(), ...world.tmdb.sessions()]).toEqual([]);
  });

  test('end with one session and one access token when both poll', async () => {
    const world = await createWorld();
    const polling = { ...V4, pollInterval: 3_000 };
    const [one, other] = [world.client(polling), world.client(polling)];
    const { done, requestToken } = await toApproval(world, one);
    const theirs = other.login({ redirectTo: APP });
    theirs.catch(() => {});
    await world.until(() => other.approvalUrl !== null);
    world.tmdb.approve(requestToken);
    expect((await viewOf(world, done)).state).toBe('sessionActive.ready');
    expect((await viewOf(world, theirs)).state).toBe('sessionActive.ready');
    await allQuiet(world);
    expect(world.tmdb.accessTokens()).toHaveLength(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
  });

  test('sign in with the access token of the client that failed to convert it, and report no denial', async () => {
    const world = await createWorld();
    const [one, other] = [world.client(V4), world.client(V4)];
    const { done, requestToken } = await toApproval(world, one);
    const theirs = other.login({ redirectTo: APP });
    theirs.catch(() => {});
    await world.until(() => other.approvalUrl !== null);
    world.tmdb.approve(requestToken);
    const heal = world.tmdb.faults.add({ kind: 'status', status: 503, match: CONVERT, times: ALWAYS });
    one.handleCallback(APP).catch(() => {});
    expect(await codeOf(world, done)).toBe('unavailable');
    one.dispose();
    heal();
    expect((await secretsOf(world)).accessToken).not.toBeNull();
    await viewOf(world, other.handleCallback(APP));
    expect(await codeOf(world, theirs)).toBe('resolved');
    expect(world.tmdb.accessTokens()).toHaveLength(1);
    expect(world.tmdb.sessions()).toHaveLength(1);
  });
});

describe('a record', () => {
  test('of a v3 sign-in that waits for approval is continued by a v4 client, in v3', async () => {
    const world = await createWorld();
    const v3 = world.client();
    const { requestToken } = await toApproval(world, v3);
    v3.dispose();
    const v4 = world.client(V4);
    const done = v4.login({ redirectTo: APP });
    done.catch(() => {});
    await world.until(() => v4.approvalUrl !== null);
    expect(new URL(v4.approvalUrl ?? '').pathname).toBe(`/authenticate/${requestToken}`);
    world.tmdb.approve(requestToken);
    expect(await codeOf(world, v4.handleCallback(APP))).toBe('callback_invalid');
    expect((await viewOf(world, v4.handleCallback(callback(requestToken)))).state).toBe(
      'sessionActive.ready',
    );
    expect(timesAsked(world.tmdb, ACCESS_NEW)).toBe(0);
    expect(v4.getView().account?.objectId).toBeNull();
  });

  test('of a v4 sign-in that waits for approval is continued by a v3 client, in v4', async () => {
    const world = await createWorld();
    const v4 = world.client(V4);
    const { requestToken } = await toApproval(world, v4);
    expect(JSON.parse((await storedIn(world)) ?? '{}').facts.token.apiVersion).toBe(4);
    v4.dispose();
    const v3 = world.client();
    await world.reaches(v3, 'awaitingApproval.waiting');
    expect(new URL(v3.approvalUrl ?? '').pathname).toBe('/auth/access');
    world.tmdb.approve(requestToken);
    expect((await viewOf(world, v3.handleCallback(APP))).state).toBe('sessionActive.ready');
    expect(timesAsked(world.tmdb, SESSION_NEW)).toBe(0);
    await viewOf(world, v3.logout());
    expect([...world.tmdb.accessTokens(), ...world.tmdb.sessions()]).toEqual([]);
  });

  test('of a user, v3 or v4, signs in clients of both versions', async () => {
    for (const [first, second] of [
      [{}, V4],
      [V4, {}],
    ]) {
      const world = await createWorld();
      await world.signIn(world.client(first));
      world.tmdb.resetRequests();
      const auth = world.client(second);
      await world.reaches(auth, 'sessionActive.ready');
      expect(world.tmdb.requests).toEqual([]);
      await viewOf(world, auth.logout());
      expect([...world.tmdb.accessTokens(), ...world.tmdb.sessions()]).toEqual([]);
    }
  });

  test('of an access token alone is converted by a v3 client, too', async () => {
    const world = await createWorld();
    const v4 = world.client(V4);
    const heal = world.tmdb.faults.add({ kind: 'status', status: 503, match: CONVERT, times: ALWAYS });
    const { done, requestToken } = await toApproval(world, v4);
    world.tmdb.approve(requestToken);
    v4.handleCallback(APP).catch(() => {});
    expect(await codeOf(world, done)).toBe('unavailable');
    v4.dispose();
    heal();
    await world.reaches(world.client(), 'sessionActive.ready');
    expect(world.tmdb.accessTokens()).toHaveLength(1);
  });

  test.each(['awaitingApproval.waiting', 'sessionActive.ready'])(
    'without the fields of v4, as older versions wrote it, is read: %s',
    async (state) => {
      const world = await createWorld();
      const old = world.client();
      if (state === 'sessionActive.ready') await world.signIn(old);
      else await toApproval(world, old);
      old.dispose();
      const record = JSON.parse((await storedIn(world)) ?? '{}');
      delete record.facts.access;
      delete record.secrets.accessToken;
      if (record.facts.token) delete record.facts.token.apiVersion;
      await world.storage.set(storageKeyOf(world), JSON.stringify(record));
      for (const options of [{}, V4]) {
        const auth = world.client(options);
        await world.reaches(auth, state);
        if (auth.approvalUrl) expect(new URL(auth.approvalUrl).pathname).toMatch(/^\/authenticate\//);
        auth.dispose();
      }
      expect(world.warnings).toEqual([]);
    },
  );
});
