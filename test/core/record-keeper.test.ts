import { describe, expect, test } from 'vitest';
import { type AuthFacts, type Failure, NOTHING } from '../../machines/index.ts';
import { createWallClock } from '../../src/clock.ts';
import { memoryStorage, type StoragePort } from '../../src/index.ts';
import { commonSettingsOf } from '../../src/options.ts';
import { createRecordKeeper } from '../../src/record-keeper.ts';
import type { SessionRecord } from '../../src/session-record.ts';
import { createVault, type Secrets } from '../../src/vault.ts';
import { createTestClock, HOUR, MINUTE, SECOND } from '../support/clock.ts';
import { brokenStorage, quiet } from './helpers.ts';

const KEY = 'record';
const NOW = createTestClock().now();
const token = { apiVersion: 3, requestedAt: NOW, expiresAt: NOW + HOUR } as const;
const session = { createdAt: NOW, expiresAt: null };
const access = { createdAt: NOW, accountObjectId: '4bc8' };
const guest = { createdAt: NOW, used: false, unusedUntil: NOW + HOUR, expiresAt: NOW + 24 * HOUR };
const account = {
  id: 548,
  username: 'ann',
  name: '',
  avatarPath: null,
  gravatarHash: null,
  language: 'en',
  country: 'CA',
  includeAdult: false,
};
const SECRETS = {
  requestToken: 'token-1',
  redirectTo: 'http://app.test',
  accessToken: 'access-1',
  sessionId: 'session-1',
  guestId: 'guest-1',
};
const facts = (some: Partial<AuthFacts> = {}): AuthFacts => ({ ...NOTHING, ...some });
const awaited = facts({ token });
const signedIn = facts({ session, account });

/** Clients on one storage and one simulated clock; `operations` is what that storage was asked. */
function createStage() {
  const host = createTestClock();
  const memory = memoryStorage();
  const operations: string[] = [];
  const storage: StoragePort = {
    get: (key) => memory.get(key),
    set(key, value) {
      operations.push('set');
      return memory.set(key, value);
    },
    remove(key) {
      operations.push('remove');
      return memory.remove(key);
    },
  };
  const passes = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      await quiet(2);
      host.advance(Math.min(250, ms - passed));
    }
    await quiet(2);
  };
  const client = (id: string, broken: Partial<StoragePort> = {}, isAlone = false) => {
    const vault = createVault();
    const heard: { at: number; facts: AuthFacts; orphans: string[] }[] = [];
    const failures: Failure[] = [];
    const warnings: Failure[] = [];
    const posts: string[] = [];
    const settings = commonSettingsOf({
      storage: brokenStorage(storage, broken),
      storageKey: KEY,
      clock: host,
      ...(!isAlone && { channel: { post: () => void posts.push(id), subscribe: () => () => {} } }),
      onWarning: (failure) => warnings.push(failure),
    });
    const record = createRecordKeeper({
      id,
      settings,
      clock: createWallClock(host),
      vault,
      onForeign: (restored, orphans) => heard.push({ ...restored, orphans }),
      onNews: () => {},
      onFailure: (failure) => failures.push(failure),
    });
    return {
      vault,
      record,
      heard,
      failures,
      warnings,
      posts,
      restore: () => record.restore(new AbortController().signal),
      async save(now: AuthFacts, secrets: Partial<Secrets> = {}) {
        vault.put(secrets);
        record.save(now);
        await record.flush();
      },
    };
  };
  const stored = async () => {
    const text = await memory.get(KEY);
    return text === null ? null : (JSON.parse(text) as SessionRecord);
  };
  return { host, memory, operations, passes, client, stored };
}

const signal = () => new AbortController().signal;

/** How a promise has ended by now. */
function watch<Value>(promise: Promise<Value>) {
  const end: { value?: Value; error?: unknown } = {};
  promise.then(
    (value) => {
      end.value = value;
    },
    (error) => {
      end.error = error;
    },
  );
  return end;
}

describe('what is saved', () => {
  test('is read by the next client, facts and secrets', async () => {
    const { client, host } = createStage();
    const all = facts({ token, access, session, account, guest });
    await client('one').save(all, SECRETS);
    const next = client('next');
    expect(await next.restore()).toEqual({ at: host.now(), facts: all });
    for (const name of Object.keys(SECRETS) as (keyof typeof SECRETS)[]) {
      expect(next.vault.read(name)).toBe(SECRETS[name]);
    }
  });

  test('holds no secret without its fact', async () => {
    const { client, stored } = createStage();
    await client('one').save(facts({ guest }), SECRETS);
    expect((await stored())?.secrets).toEqual({
      requestToken: null,
      redirectTo: null,
      accessToken: null,
      sessionId: null,
      guestId: 'guest-1',
    });
  });

  test('is no record where nothing is left to keep', async () => {
    const { client, stored, operations } = createStage();
    const one = client('one');
    await one.save(signedIn, SECRETS);
    await one.save(facts());
    expect(await stored()).toBeNull();
    await one.save(facts({ token: null }));
    expect(operations).toEqual(['set', 'remove']);
  });

  test('is written once, and told once', async () => {
    const { client, operations } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.save({ ...awaited });
    expect(operations).toEqual(['set']);
    expect(one.posts).toHaveLength(1);
  });

  test('is not written again by whoever has just read it', async () => {
    const { client, operations } = createStage();
    await client('one').save(awaited, SECRETS);
    const next = client('next');
    const { facts: found } = await next.restore();
    await next.save(found);
    next.record.announce();
    expect(operations).toEqual(['set']);
    expect(next.posts).toEqual([]);
  });

  test('is not written again by whoever has just heard of it', async () => {
    const { client, operations } = createStage();
    const [one, other] = [client('one'), client('other')];
    await other.save(awaited, SECRETS);
    await one.restore();
    await one.save(facts({ token, guest }), SECRETS);
    await other.record.refresh('all');
    await other.save(facts({ token, guest }));
    expect(operations).toEqual(['set', 'set']);
    expect(other.posts).toHaveLength(1);
  });

  test('is told to nobody where nobody can be told', async () => {
    const { client, stored } = createStage();
    const one = client('one', {}, true);
    await one.save(facts({ session }), SECRETS);
    one.record.announce();
    await one.save(signedIn);
    expect(one.failures).toEqual([]);
    expect((await stored())?.facts.account).toEqual(account);
  });

  test('is told when its account is known, or when nobody waits for that any more', async () => {
    const { client } = createStage();
    const one = client('one');
    await one.save(facts({ session }), SECRETS);
    expect(one.posts).toEqual([]);
    one.record.announce();
    expect(one.posts).toHaveLength(1);
    one.record.announce();
    expect(one.posts).toHaveLength(1);
    await one.save(signedIn);
    expect(one.posts).toHaveLength(2);
    one.record.announce();
    expect(one.posts).toHaveLength(2);
  });

  test('is not written while a token is exchanged: the claim is', async () => {
    const { client, operations, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.save(facts({ token, exchanging: true }));
    await one.save(facts({ access, exchanging: true }));
    expect(operations).toEqual(['set']);
    await one.record.claim(signal());
    expect((await stored())?.facts).toMatchObject({
      access,
      exchanging: { by: 'one', at: NOW, asking: false },
    });
  });

  test('and cannot be written is reported, and written with the next change', async () => {
    const { client, memory, stored } = createStage();
    let isFull = true;
    const one = client('one', {
      set(key, value) {
        if (isFull) throw new Error('full');
        return memory.set(key, value);
      },
    });
    await one.save(awaited, SECRETS);
    expect(one.failures).toMatchObject([{ code: 'storage_unavailable' }]);
    expect(one.warnings).toEqual(one.failures);
    isFull = false;
    await one.save(facts({ token, guest }));
    expect((await stored())?.facts).toMatchObject({ token, guest });
  });
});

describe('restoring', () => {
  test('that was left brings nothing', async () => {
    const { client } = createStage();
    await client('one').save(awaited, SECRETS);
    const next = client('next');
    await expect(next.record.restore(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
    expect(next.vault.read('requestToken')).toBeNull();
  });

  test('goes on with an exchange, but not with a mere question', async () => {
    const { client } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.record.claim(signal());
    expect((await client('next').restore()).facts.exchanging).toBe(false);
    await one.save(awaited);
    await one.save(facts({ token, exchanging: true }));
    await one.record.claim(signal());
    expect((await client('next').restore()).facts.exchanging).toBe(true);
  });

  test('of what is no record removes and reports it', async () => {
    const { client, memory } = createStage();
    await memory.set(KEY, '<html>');
    const one = client('one');
    expect((await one.restore()).facts).toEqual(NOTHING);
    expect(one.warnings).toMatchObject([
      { code: 'storage_unavailable', message: expect.stringContaining('not readable') },
    ]);
    expect(await memory.get(KEY)).toBeNull();
  });
});

describe('a storage that does not answer', () => {
  test('is given up after 5 s, and not asked again for a minute unless on purpose', async () => {
    const { client, passes, host } = createStage();
    const asked: number[] = [];
    const one = client('one', {
      get: () => {
        asked.push(host.now() - NOW);
        return new Promise(() => {});
      },
    });
    const first = watch(one.restore());
    await passes(4_750);
    expect(first).toEqual({});
    await passes(250);
    expect(first.error).toMatchObject({ code: 'storage_unavailable' });
    host.advance(MINUTE - 1);
    await one.record.refresh('all');
    expect(asked).toEqual([0]);
    host.advance(1);
    const second = one.record.refresh('all');
    await passes(5 * SECOND);
    await second;
    expect(asked).toEqual([0, 65 * SECOND]);
    const last = watch(one.restore());
    await passes(5 * SECOND);
    expect(last.error).toMatchObject({ code: 'storage_unavailable' });
    expect(asked).toEqual([0, 65 * SECOND, 70 * SECOND]);
  });

  test('leaves no timer behind once it has', async () => {
    const { client, host } = createStage();
    await client('one').restore();
    await quiet(2);
    expect(host.pending().timers).toBe(0);
  });
});

/** Somebody who waits for an approval and has claimed the token, and another who waits for the same. */
async function claimed(some: Partial<AuthFacts> = {}) {
  const stage = createStage();
  const [one, other] = [stage.client('one'), stage.client('other')];
  await one.save(awaited, SECRETS);
  await other.restore();
  await one.save(facts({ token, ...some }));
  expect(await one.record.claim(signal())).toBeNull();
  return { ...stage, one, other };
}

describe('a claim', () => {
  test('says whose it is, since when, and that nobody has said that the token was approved', async () => {
    const { stored } = await claimed();
    expect((await stored())?.facts).toMatchObject({
      token,
      exchanging: { by: 'one', at: NOW, asking: true },
    });
  });

  test('can be made again by whoever made it', async () => {
    const { one } = await claimed();
    expect(await one.record.claim(signal())).toBeNull();
    expect(one.record.wasInterrupted()).toBe(false);
  });

  test('is taken back when the facts come to rest', async () => {
    const { one, stored } = await claimed();
    await one.save(awaited);
    expect((await stored())?.facts.exchanging).toBeNull();
  });

  test('of another is waited for, for six tenths of a request; then that was interrupted', async () => {
    const { other, passes } = await claimed({ exchanging: true });
    const end = watch(other.record.claim(signal()));
    await passes(5_750);
    expect(end).toEqual({});
    expect(other.record.wasInterrupted()).toBe(false);
    await passes(250);
    expect(end).toEqual({ value: null });
    expect(other.record.wasInterrupted()).toBe(true);
  });

  test('of a client with another token was no interruption of ours', async () => {
    const { other, passes } = await claimed();
    other.vault.put({ requestToken: 'token-2' });
    const end = watch(other.record.claim(signal()));
    await passes(6 * SECOND);
    expect(end).toEqual({ value: null });
    expect(other.record.wasInterrupted()).toBe(false);
  });

  test('is no interruption of the next request', async () => {
    const { other, passes } = await claimed();
    const end = watch(other.record.claim(signal()));
    await passes(6 * SECOND);
    expect(end).toEqual({ value: null });
    other.vault.put({ requestToken: 'token-2' });
    expect(other.record.wasInterrupted()).toBe(false);
  });

  test('that was an interruption stays one, whoever claims another token since', async () => {
    const { one, other, passes } = await claimed();
    const first = watch(other.record.claim(signal()));
    await passes(6 * SECOND);
    expect(first).toEqual({ value: null });
    await one.save(facts({ token: { ...token, requestedAt: NOW + 1 } }), { requestToken: 'token-2' });
    expect(await one.record.claim(signal())).toBeNull();
    const second = watch(other.record.claim(signal()));
    await passes(6 * SECOND);
    expect(second).toEqual({ value: null });
    expect(other.record.wasInterrupted()).toBe(true);
  });

  test('of nobody is no interruption', () => {
    const { client } = createStage();
    expect(client('one').record.wasInterrupted()).toBe(false);
  });

  test('from a clock that was set back since is not waited for', async () => {
    const { other, host } = await claimed();
    host.set(NOW - HOUR);
    expect(await other.record.claim(signal())).toBeNull();
  });

  test('that was given up while it waited is not made', async () => {
    const { other, passes, stored } = await claimed();
    const leaving = new AbortController();
    const end = watch(other.record.claim(leaving.signal));
    await passes(250);
    leaving.abort(new Error('left'));
    await passes(SECOND);
    expect(end.error).toMatchObject({ message: 'left' });
    expect((await stored())?.facts.exchanging?.by).toBe('one');
  });

  test('that was given up before is not made', async () => {
    const { client, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await expect(one.record.claim(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
    expect((await stored())?.facts.exchanging).toBeNull();
  });

  test('that was given up adopts nothing over what began since', async () => {
    const { client } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    const other = client('other');
    await other.restore();
    await one.save(facts());
    const left = new AbortController();
    const claim = other.record.claim(left.signal);
    left.abort(new Error('left'));
    await expect(claim).rejects.toThrow('left');
    expect(other.heard).toEqual([]);
  });

  test('is not made for another who has let go: what the record says then is adopted', async () => {
    const { client, passes, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.save(facts({ token, exchanging: true }));
    await one.record.claim(signal());
    const other = client('other');
    await other.restore();
    await one.save(awaited);
    const claim = watch(other.record.claim(signal()));
    await passes(0);
    expect(other.heard).toMatchObject([{ facts: { token, exchanging: false } }]);
    expect(claim).toEqual({});
    expect((await stored())?.facts.exchanging).toBeNull();
  });

  test('is not made for what was ended meanwhile', async () => {
    const { client, passes, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    const other = client('other');
    await other.restore();
    await one.save(facts());
    const claim = watch(other.record.claim(signal()));
    await passes(0);
    expect(other.heard).toMatchObject([{ facts: NOTHING }]);
    expect(claim).toEqual({});
    expect(await stored()).toBeNull();
  });

  test('brings the session that another made meanwhile, with its secrets', async () => {
    const { one, other, passes } = await claimed();
    const end = watch(other.record.claim(signal()));
    await passes(250);
    await one.save(signedIn);
    await passes(250);
    expect(end).toEqual({ value: { session, access: null } });
    expect(other.vault.read('sessionId')).toBe('session-1');
  });

  test('brings the access token that another got, to go on with', async () => {
    const { one, other, passes } = await claimed();
    const end = watch(other.record.claim(signal()));
    await one.save(facts({ access }));
    await passes(250);
    expect(end).toEqual({ value: { session: null, access } });
    expect(other.vault.read('accessToken')).toBe('access-1');
  });

  test('brings it to whoever has just begun, too', async () => {
    const { client } = createStage();
    await client('one').save(facts({ access }), SECRETS);
    const other = client('other');
    expect(await other.record.claim(signal())).toEqual({ session: null, access });
    expect(other.warnings).toEqual([]);
  });

  test('of whoever has the access token is to convert it', async () => {
    const { client, stored } = createStage();
    const one = client('one');
    await one.save(facts({ access }), SECRETS);
    expect(await one.record.claim(signal())).toBeNull();
    expect((await stored())?.facts).toMatchObject({ access, exchanging: { by: 'one' } });
  });

  test.each([
    ['by a claim', /"by":"one"/, '"by":"two"'],
    ['by what was true before', /"exchanging":\{[^}]*\}/, '"exchanging":null'],
  ])('that another has overwritten at the same moment is lost: %s', async (_, ours, theirs) => {
    const { client, memory, passes, stored } = createStage();
    let isOvertaken = true;
    const one = client('one', {
      async set(key, value) {
        await memory.set(key, isOvertaken ? value.replace(ours, theirs) : value);
      },
    });
    await one.save(awaited, SECRETS);
    const end = watch(one.record.claim(signal()));
    await passes(SECOND);
    expect(end).toEqual({});
    expect(one.warnings).toEqual([]);
    isOvertaken = false;
    await passes(6 * SECOND);
    expect(end).toEqual({ value: null });
    expect((await stored())?.facts.exchanging?.by).toBe('one');
  });

  test('on a storage that fails is made without it, and reported', async () => {
    const { client } = createStage();
    const one = client('one', { get: () => Promise.reject(new Error('EACCES')) });
    expect(await one.record.claim(signal())).toBeNull();
    expect(one.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
  });

  test('on a storage whose lock fails is made without it, and reported', async () => {
    const { client } = createStage();
    const one = client('one', { exclusively: () => Promise.reject(new Error('EDEADLK')) });
    expect(await one.record.claim(signal())).toBeNull();
    expect(one.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
  });
});

describe('a session of somebody else', () => {
  const others = { sessionId: 'session-2', accessToken: 'access-2' };

  test('that was written first wins over one that was just made, which is to be undone', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(facts({ access, session, account }), others);
    await other.save(facts({ access, session }), { sessionId: 'session-1', accessToken: 'access-1' });
    expect((await stored())?.secrets.sessionId).toBe('session-2');
    expect(other.heard).toEqual([
      { at: NOW, facts: facts({ access, session, account }), orphans: ['session-1', 'access-1'] },
    ]);
    expect(other.vault.read('sessionId')).toBe('session-2');
  });

  test('that is the same one leaves nothing to undo', async () => {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(facts({ access, session }), SECRETS);
    await other.restore();
    await one.save(facts({ access, session, account }));
    await other.record.refresh('all');
    expect(other.heard).toMatchObject([{ facts: { account }, orphans: [] }]);
  });

  test('leaves nothing to undo where nobody was signed in', async () => {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await other.save(awaited, SECRETS);
    await one.restore();
    await one.save(signedIn, { sessionId: 'session-2' });
    await other.record.refresh('session');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: [] }]);
  });

  test('leaves nothing to undo where nothing was known at all', async () => {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(signedIn, SECRETS);
    await other.record.refresh('all');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: [] }]);
  });

  test('leaves nothing to undo to whoever is signing out', async () => {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await other.save(facts({ access, session, account }), SECRETS);
    await one.restore();
    other.vault.take('sessionId');
    other.vault.take('accessToken');
    await one.save(facts());
    await one.save(signedIn, { sessionId: 'session-2' });
    await other.record.refresh('all');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: [] }]);
  });

  test('that both were given at once is written by both, and nobody undoes it', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(facts({ session }), SECRETS);
    await other.save(signedIn, SECRETS);
    expect(other.heard).toEqual([]);
    expect(await stored()).toMatchObject({ facts: { account }, secrets: { sessionId: 'session-1' } });
  });

  test('that both have ended leaves what came after', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(signedIn, SECRETS);
    await other.restore();
    await one.save(facts());
    await other.save(facts({ guest }));
    expect((await stored())?.facts.guest).toEqual(guest);
    expect(other.heard).toEqual([]);
  });

  test('that was made there after ours had ended is the truth here, too', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(facts({ session }), SECRETS);
    await other.restore();
    await one.save(facts());
    await one.save(signedIn, { sessionId: 'session-2' });
    await other.save(signedIn);
    expect((await stored())?.secrets.sessionId).toBe('session-2');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: ['session-1'] }]);
  });

  test('that ended there is not written again here', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(facts({ session }), SECRETS);
    await other.restore();
    await one.save(facts());
    await other.save(signedIn);
    expect(await stored()).toBeNull();
    expect(other.heard).toEqual([{ at: NOW, facts: NOTHING, orphans: [] }]);
  });

  test('that ended there does not keep a new one from being written', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(signedIn, SECRETS);
    await other.restore();
    await one.save(facts());
    await other.save(facts({ session: { ...session, createdAt: NOW + 1 }, account }), {
      sessionId: 'session-3',
    });
    expect((await stored())?.secrets.sessionId).toBe('session-3');
    expect(other.heard).toEqual([]);
  });

  test('is not written over by what was true before it was heard of', async () => {
    const { client, stored } = createStage();
    const [one, other] = [client('one'), client('other')];
    await other.restore();
    await one.save(signedIn, SECRETS);
    const refreshed = other.record.refresh('all');
    await other.save(facts({ guest }), { guestId: 'guest-1' });
    await refreshed;
    expect(await stored()).toMatchObject({ facts: { session, guest: null } });
  });

  test('takes no secret from whoever may still have to delete something', async () => {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(facts({ token, access, session, account, guest }), SECRETS);
    await other.restore();
    await one.save(facts());
    await other.record.refresh('all');
    for (const name of Object.keys(SECRETS) as (keyof typeof SECRETS)[]) {
      expect(other.vault.read(name)).toBe(SECRETS[name]);
    }
  });
});

describe('a refresh', () => {
  type What = 'all' | 'token' | 'session';
  /** What a client that knew `before` hears of `after`. */
  async function heardOf(before: AuthFacts, after: AuthFacts, what: What, how?: 'written') {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(before, SECRETS);
    await other.restore();
    await one.save(after);
    await other.record.refresh(what, how);
    return other.heard.map((each) => each.facts);
  }

  test.each<What>(['all', 'token', 'session'])('of %s hears of another session', async (what) => {
    expect(await heardOf(awaited, signedIn, what)).toEqual([signedIn]);
    expect(await heardOf(signedIn, facts(), what)).toEqual([NOTHING]);
  });

  test('of a token hears that the request was ended, of a session does not', async () => {
    expect(await heardOf(awaited, facts({ guest }), 'token')).toEqual([facts({ guest })]);
    expect(await heardOf(awaited, facts({ guest }), 'session')).toEqual([]);
  });

  test('of all hears of everything, others only of what they are about', async () => {
    const used = facts({ guest: { ...guest, used: true } });
    expect(await heardOf(facts({ guest }), used, 'all')).toEqual([used]);
    expect(await heardOf(facts({ guest }), used, 'token')).toEqual([used]);
    expect(await heardOf(facts({ guest }), used, 'session')).toEqual([]);
    expect(await heardOf(facts({ guest }), facts({ guest, token }), 'token')).toEqual([]);
  });

  test('hears nothing of what it knows', async () => {
    for (const what of ['all', 'token', 'session'] as const) {
      expect(await heardOf(awaited, awaited, what)).toEqual([]);
    }
  });

  test('of what was only written waits for the account', async () => {
    expect(await heardOf(awaited, facts({ session }), 'all', 'written')).toEqual([]);
    expect(await heardOf(awaited, facts({ session }), 'all')).toEqual([facts({ session })]);
    expect(await heardOf(awaited, signedIn, 'all', 'written')).toEqual([signedIn]);
    expect(await heardOf(awaited, facts({ guest }), 'all', 'written')).toEqual([facts({ guest })]);
  });

  test('on a storage that fails changes nothing', async () => {
    const { client } = createStage();
    const one = client('one', { get: () => Promise.reject(new Error('EACCES')) });
    await one.record.refresh('all');
    expect(one.heard).toEqual([]);
  });
});

describe('what somebody else was granted', () => {
  const grantedTo = async (theirs: AuthFacts) => {
    const { client } = createStage();
    const [one, other] = [client('one'), client('other')];
    await one.save(theirs, SECRETS);
    return { granted: await other.record.adoptGranted(signal()), other };
  };

  test('is a session', async () => {
    const { granted, other } = await grantedTo(facts({ session, access, account }));
    expect(granted).toEqual({ session, access });
    expect(other.vault.read('sessionId')).toBe('session-1');
  });

  test('is an access token', async () => {
    const { granted, other } = await grantedTo(facts({ access }));
    expect(granted).toEqual({ session: null, access });
    expect(other.vault.read('accessToken')).toBe('access-1');
  });

  test('is nothing where nobody was', async () => {
    const { granted, other } = await grantedTo(awaited);
    expect(granted).toBeNull();
    expect(other.vault.read('requestToken')).toBeNull();
  });

  test('is not taken by whoever was left meanwhile', async () => {
    const { other } = await grantedTo(facts({ access }));
    await expect(other.record.adoptGranted(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  });
});
