// Signal-Desktop#2430, mattermost/desktop#1126: An older version found the record of a newer one and deleted it, so every user was signed out.
// Here: A record of a newer version is never removed and never overwritten. A running client goes on in memory, and no new sign-in begins. Fields that a later version added survive.
import { describe, expect, test } from 'vitest';
import { allQuiet, codeOf, resultOf, storageKeyOf, storedIn, toApproval, viewOf } from '../core/helpers.ts';
import { APP } from '../support/approval.ts';
import { createWorld, type World } from '../support/world.ts';

type Json = { v: number; facts: Record<string, object | null>; secrets: Record<string, string | null> };

/** Changes the stored record as another version of this package would. */
async function rewrite(world: World, change: (record: Json) => object): Promise<string> {
  const text = JSON.stringify(change(JSON.parse((await storedIn(world)) ?? '{}')));
  await world.storage.set(storageKeyOf(world), text);
  return text;
}

/** Stores a record as a newer version would write it, and clears the log of requests. */
async function withNewerRecord(world: World) {
  const newer = world.client();
  await world.signIn(newer);
  newer.dispose();
  const stored = await rewrite(world, (record) => ({ ...record, v: 2 }));
  world.tmdb.resetRequests();
  return stored;
}

describe('a record of a newer version', () => {
  test('stays as it is when a client starts, signs out, cancels and retries', async () => {
    const world = await createWorld();
    const stored = await withNewerRecord(world);
    const older = world.client();
    await world.reaches(older, 'idle.fresh');
    expect(older.getView()).toMatchObject({ status: 'signedOut', failure: { code: 'record_newer' } });
    await viewOf(world, older.logout());
    await viewOf(world, older.cancel());
    expect(await codeOf(world, older.retry())).toBe('record_newer');
    expect(await storedIn(world)).toBe(stored);
    expect(world.tmdb.requests).toEqual([]);
    expect(world.warnings).toMatchObject([{ code: 'record_newer' }]);
  });

  test.each([
    ['login', (auth: ReturnType<World['client']>) => auth.login({ redirectTo: APP })],
    [
      'loginWithPassword',
      (auth: ReturnType<World['client']>) =>
        auth.loginWithPassword({ username: 'sandra', password: 'a password' }),
    ],
    ['loginAsGuest', (auth: ReturnType<World['client']>) => auth.loginAsGuest()],
  ])('makes %s reject before the person is sent away or TMDB is asked', async (_, begin) => {
    const world = await createWorld();
    const stored = await withNewerRecord(world);
    const opened: string[] = [];
    let closed = 0;
    const older = world.client({
      navigator: {
        visit: () => ({
          redirectTo: APP,
          open: (url) => void opened.push(url),
          close: () => {
            closed += 1;
          },
        }),
      },
    });
    expect(await codeOf(world, begin(older))).toBe('record_newer');
    expect([opened, world.tmdb.requests]).toEqual([[], []]);
    expect(closed).toBe(_ === 'login' ? 1 : 0);
    expect(await storedIn(world)).toBe(stored);
  });

  test('leaves a running client signed in, in memory', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    const stored = await rewrite(world, (record) => ({ ...record, v: 2 }));
    expect((await viewOf(world, auth.verify())).status).toBe('user');
    expect((await auth.fetch('/3/account')).status).toBe(200);
    expect((await viewOf(world, auth.logout())).status).toBe('signedOut');
    expect(world.tmdb.sessions()).toEqual([]);
    expect(await storedIn(world)).toBe(stored);
    expect(world.warnings).toMatchObject([{ code: 'record_newer' }]);
  });

  test('keeps a running client from spending an approved token', async () => {
    const world = await createWorld();
    const auth = world.client();
    const { done, requestToken } = await toApproval(world, auth);
    await rewrite(world, (record) => ({ ...record, v: 2 }));
    world.tmdb.approve(requestToken);
    await viewOf(world, auth.handleCallback(`${APP}?request_token=${requestToken}&approved=true`));
    expect(await codeOf(world, done)).toBe('record_newer');
    expect(world.tmdb.sessions()).toEqual([]);
  });
});

describe('fields that a later version has added to a record', () => {
  const added = (record: Json) => ({
    ...record,
    later: 1,
    facts: { ...record.facts, mood: { is: 'good' }, session: { ...record.facts.session, device: 'tv' } },
    secrets: { ...record.secrets, cookie: 'sealed' },
  });

  test('survive a write of this version', async () => {
    const world = await createWorld();
    const auth = world.client();
    await viewOf(world, auth.loginAsGuest());
    await world.signIn(auth);
    await rewrite(world, added);
    const other = world.client();
    await world.reaches(other, 'sessionActive.ready');
    await resultOf(world, other.carryOverGuestRatings());
    await allQuiet(world);
    const record = JSON.parse((await storedIn(world)) ?? '{}');
    expect(record.facts.guest).toBeUndefined();
    expect(record).toMatchObject({
      v: 1,
      later: 1,
      facts: { mood: { is: 'good' }, session: { device: 'tv' } },
      secrets: { cookie: 'sealed' },
    });
  });

  test('are removed by a logout and do not return with another sign-in', async () => {
    const world = await createWorld();
    const auth = world.client();
    await world.signIn(auth);
    await rewrite(world, added);
    await viewOf(world, auth.logout());
    expect(await storedIn(world)).toBeNull();
    await world.signIn(auth);
    expect(await storedIn(world)).not.toContain('later');
  });
});
