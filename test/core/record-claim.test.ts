import { describe, expect, test } from 'vitest';
import { type AuthFacts, NOTHING } from '../../machines/index.ts';
import { access, NOW, endlessSession as session, token } from '../machine/facts.ts';
import { HOUR, SECOND } from '../support/clock.ts';
import { awaited, createPair, createStage, facts, SECRETS, signal, signedIn, watch } from './record.stage.ts';

/** Two clients that wait for the same approval. The first has claimed the token. */
async function claimed(some: Partial<AuthFacts> = {}) {
  const { one, other, ...stage } = createPair();
  await one.save(awaited, SECRETS);
  await other.restore();
  await one.save(facts({ token, ...some }));
  expect(await one.record.claim(signal())).toBeNull();
  return { ...stage, one, other };
}

describe('a claim', () => {
  test('names its owner and its time, and says that the approval is not certain', async () => {
    const { stored } = await claimed();
    expect((await stored())?.facts).toMatchObject({
      token,
      exchanging: { by: 'one', at: NOW, asking: true },
    });
  });

  test('can be made again by its owner', async () => {
    const { one } = await claimed();
    expect(await one.record.claim(signal())).toBeNull();
    expect(one.record.wasInterrupted()).toBe(false);
  });

  test('is taken back when the facts come to rest', async () => {
    const { one, stored } = await claimed();
    await one.save(awaited);
    expect((await stored())?.facts.exchanging).toBeNull();
  });

  test('of another client is waited for, six tenths of a request’s timeout, and then counts as interrupted', async () => {
    const { other, passes } = await claimed({ exchanging: true });
    const end = watch(other.record.claim(signal()));
    await passes(5_750);
    expect(end).toEqual({});
    expect(other.record.wasInterrupted()).toBe(false);
    await passes(250);
    expect(end).toEqual({ value: null });
    expect(other.record.wasInterrupted()).toBe(true);
  });

  test('does not count as interrupted when it was on another token', async () => {
    const { other, passes } = await claimed();
    other.vault.put({ requestToken: 'token-2' });
    const end = watch(other.record.claim(signal()));
    await passes(6 * SECOND);
    expect(end).toEqual({ value: null });
    expect(other.record.wasInterrupted()).toBe(false);
  });

  test('does not count as interrupted for the next request', async () => {
    const { other, passes } = await claimed();
    const end = watch(other.record.claim(signal()));
    await passes(6 * SECOND);
    expect(end).toEqual({ value: null });
    other.vault.put({ requestToken: 'token-2' });
    expect(other.record.wasInterrupted()).toBe(false);
  });

  test('that was interrupted stays so when another token is claimed later', async () => {
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

  test('counts as not interrupted when none was ever made', () => {
    const { client } = createStage();
    expect(client('one').record.wasInterrupted()).toBe(false);
  });

  test('is not waited for when the clock was set back since', async () => {
    const { other, host } = await claimed();
    host.set(NOW - HOUR);
    expect(await other.record.claim(signal())).toBeNull();
  });

  test('is not made when its caller gives up while waiting', async () => {
    const { other, passes, stored } = await claimed();
    const leaving = new AbortController();
    const end = watch(other.record.claim(leaving.signal));
    await passes(250);
    leaving.abort(new Error('left'));
    await passes(SECOND);
    expect(end.error).toMatchObject({ message: 'left' });
    expect((await stored())?.facts.exchanging?.by).toBe('one');
  });

  test('is not made when its caller gave up before', async () => {
    const { client, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await expect(one.record.claim(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
    expect((await stored())?.facts.exchanging).toBeNull();
  });

  test('adopts nothing when its caller gives up, even if the record changed', async () => {
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

  test('is not made once the other client has let go: its record is adopted instead', async () => {
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

  test('is not made for a sign-in that another client ended meanwhile', async () => {
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

  test('resolves to the session that another client made meanwhile, with its secrets', async () => {
    const { one, other, passes } = await claimed();
    const end = watch(other.record.claim(signal()));
    await passes(250);
    await one.save(signedIn);
    await passes(250);
    expect(end).toEqual({ value: { session, access: null } });
    expect(other.vault.read('sessionId')).toBe('session-1');
  });

  test('resolves to the access token that another client got, for the conversion', async () => {
    const { one, other, passes } = await claimed();
    const end = watch(other.record.claim(signal()));
    await one.save(facts({ access }));
    await passes(250);
    expect(end).toEqual({ value: { session: null, access } });
    expect(other.vault.read('accessToken')).toBe('access-1');
  });

  test('resolves to that access token for a client that has just started, too', async () => {
    const { client } = createStage();
    await client('one').save(facts({ access }), SECRETS);
    const other = client('other');
    expect(await other.record.claim(signal())).toEqual({ session: null, access });
    expect(other.warnings).toEqual([]);
  });

  test('of the client that holds the access token starts the conversion', async () => {
    const { client, stored } = createStage();
    const one = client('one');
    await one.save(facts({ access }), SECRETS);
    expect(await one.record.claim(signal())).toBeNull();
    expect((await stored())?.facts).toMatchObject({ access, exchanging: { by: 'one' } });
  });

  test.each([
    ['by a claim', /"by":"one"/, '"by":"two"'],
    ['by what was true before', /"exchanging":\{[^}]*\}/, '"exchanging":null'],
  ])('that another client has overwritten at the same moment is lost: %s', async (_, ours, theirs) => {
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

  test('succeeds without the storage when that fails, and the failure is reported', async () => {
    const { client } = createStage();
    const one = client('one', { get: () => Promise.reject(new Error('EACCES')) });
    expect(await one.record.claim(signal())).toBeNull();
    expect(one.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
  });

  test('succeeds without the lock when that fails, and the failure is reported', async () => {
    const { client, stored } = createStage();
    const one = client('one', { exclusively: () => Promise.reject(new Error('EDEADLK')) });
    await one.save(awaited, SECRETS);
    expect(await one.record.claim(signal())).toBeNull();
    expect((await stored())?.facts.exchanging?.by).toBe('one');
    expect(one.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
  });
});
