import { describe, expect, test } from 'vitest';
import { type AuthFacts, NOTHING } from '../../machines/index.ts';
import { access, NOW, endlessSession as session, token } from '../machine/facts.ts';
import { HOUR, SECOND } from '../support/clock.ts';
import { awaited, createPair, createStage, facts, SECRETS, signal, signedIn, watch } from './record.stage.ts';

/** Somebody who waits for an approval and has claimed the token, and another who waits for the same. */
async function claimed(some: Partial<AuthFacts> = {}) {
  const { one, other, ...stage } = createPair();
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
    const { client, stored } = createStage();
    const one = client('one', { exclusively: () => Promise.reject(new Error('EDEADLK')) });
    await one.save(awaited, SECRETS);
    expect(await one.record.claim(signal())).toBeNull();
    expect((await stored())?.facts.exchanging?.by).toBe('one');
    expect(one.warnings).toMatchObject([{ code: 'storage_unavailable' }]);
  });
});
