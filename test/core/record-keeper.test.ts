import { describe, expect, test } from 'vitest';
import { NOTHING } from '../../machines/index.ts';
import { access, account, guest, NOW, endlessSession as session, token } from '../machine/facts.ts';
import { MINUTE, SECOND } from '../support/clock.ts';
import { quiet } from './helpers.ts';
import {
  awaited,
  createPair,
  createStage,
  facts,
  KEY,
  SECRETS,
  signal,
  signedIn,
  watch,
} from './record.stage.ts';

/** A client with a storage that is full until `disk.isFull` is false. */
function createFull() {
  const { client, memory, stored } = createStage();
  const disk = { isFull: true, tries: 0 };
  const one = client('one', {
    set(key, value) {
      disk.tries += 1;
      if (disk.isFull) throw new Error('full');
      return memory.set(key, value);
    },
  });
  return { one, disk, stored };
}

describe('a saved record', () => {
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

  test('is removed when nothing is left to keep', async () => {
    const { client, stored, operations } = createStage();
    const one = client('one');
    await one.save(signedIn, SECRETS);
    await one.save(facts());
    expect(await stored()).toBeNull();
    await one.save(facts({ token: null }));
    expect(operations).toEqual(['set', 'remove']);
  });

  test('is written and announced once', async () => {
    const { client, operations } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.save({ ...awaited });
    expect(operations).toEqual(['set']);
    expect(one.posts).toHaveLength(1);
  });

  test('is not written again by a client that has just read it', async () => {
    const { client, operations } = createStage();
    await client('one').save(awaited, SECRETS);
    const next = client('next');
    const { facts: found } = await next.restore();
    await next.save(found);
    next.record.announce();
    expect(operations).toEqual(['set']);
    expect(next.posts).toEqual([]);
  });

  test('is not written again by a client that has just adopted it', async () => {
    const { one, other, operations } = createPair();
    await other.save(awaited, SECRETS);
    await one.restore();
    await one.save(facts({ token, guest }), SECRETS);
    await other.record.refresh('all');
    await other.save(facts({ token, guest }));
    expect(operations).toEqual(['set', 'set']);
    expect(other.posts).toHaveLength(1);
  });

  test('is not announced when the client has no channel', async () => {
    const { client, stored } = createStage();
    const one = client('one', {}, true);
    await one.save(facts({ session }), SECRETS);
    one.record.announce();
    await one.save(signedIn);
    expect(one.failures).toEqual([]);
    expect((await stored())?.facts.account).toEqual(account);
  });

  test('is announced when its account is known, or with announce()', async () => {
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

  test('is not written while a token is exchanged, as the claim is written instead', async () => {
    const { client, operations, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.save(facts({ token, exchanging: true }));
    expect(operations).toEqual(['set']);
    await one.record.claim(signal());
    expect((await stored())?.facts).toMatchObject({
      token,
      exchanging: { by: 'one', at: NOW, asking: false, isInterrupted: false },
    });
  });

  test('is written as soon as an access token arrives, as the client may end before it claims that token', async () => {
    const { client, stored } = createStage();
    const one = client('one');
    await one.save(awaited, SECRETS);
    await one.save(facts({ token, exchanging: true }));
    await one.record.claim(signal());
    await one.save(facts({ access, exchanging: true }), SECRETS);
    expect((await stored())?.facts).toMatchObject({
      token: null,
      access,
      exchanging: { by: 'one', asking: false, isInterrupted: false },
    });
  });

  test('is written with the next change after a failure, which is reported', async () => {
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

  test('is written by the next flush() after a failure, once, and reported once', async () => {
    const { one, disk, stored } = createFull();
    await one.save(awaited, SECRETS);
    const tried = disk.tries;
    await one.record.flush();
    expect(disk.tries).toBe(tried + 1);
    disk.isFull = false;
    await one.record.flush();
    expect((await stored())?.facts).toMatchObject({ token, exchanging: null });
    await one.record.flush();
    expect(disk.tries).toBe(tried + 2);
    expect(one.failures).toHaveLength(1);
  });

  test('is not written after a failure while the token is exchanged', async () => {
    const { one, disk } = createFull();
    await one.save(awaited, SECRETS);
    disk.isFull = false;
    const tried = disk.tries;
    await one.save(facts({ token, exchanging: true }));
    expect(disk.tries).toBe(tried);
  });
});

describe('restoring', () => {
  test('brings nothing when it is cancelled', async () => {
    const { client } = createStage();
    await client('one').save(awaited, SECRETS);
    const next = client('next');
    await expect(next.record.restore(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
    expect(next.vault.read('requestToken')).toBeNull();
  });

  test('continues an interrupted exchange, but not a poll', async () => {
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

  test('removes and reports a record that is not readable', async () => {
    const { client, memory } = createStage();
    await memory.set(KEY, '<html>');
    const one = client('one');
    expect((await one.restore()).facts).toEqual(NOTHING);
    expect(one.warnings).toMatchObject([
      { code: 'storage_unavailable', message: expect.stringContaining('unreadable') },
    ]);
    expect(await memory.get(KEY)).toBeNull();
  });
});

describe('a storage that does not answer', () => {
  test('is given up after 5 s, and not asked again for a minute unless restore() does', async () => {
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

  test('leaves no timer when it answers in the end', async () => {
    const { client, host } = createStage();
    await client('one', { get: async () => null }).restore();
    await quiet(2);
    expect(host.pending().timers).toBe(0);
  });

  test('gets no timer when it answers at once', async () => {
    const { host, client } = createStage();
    const { setTimeout } = host;
    let timers = 0;
    host.setTimeout = (run, ms) => {
      timers += 1;
      return setTimeout(run, ms);
    };
    const one = client('one');
    await one.restore();
    await one.save(signedIn, SECRETS);
    expect(timers).toBe(0);
  });
});
