import { describe, expect, test } from 'vitest';
import { type AuthFacts, NOTHING } from '../../machines/index.ts';
import { access, account, guest, NOW, endlessSession as session, token } from '../machine/facts.ts';
import { awaited, createPair, createStage, facts, SECRETS, signal, signedIn } from './record.stage.ts';

describe('a session of another client', () => {
  const others = { sessionId: 'session-2', accessToken: 'access-2' };

  test('wins when it was written first, and the session just made here is reported as an orphan', async () => {
    const { one, other, stored } = createPair();
    await one.save(facts({ access, session, account }), others);
    await other.save(facts({ access, session }), { sessionId: 'session-1', accessToken: 'access-1' });
    expect((await stored())?.secrets.sessionId).toBe('session-2');
    expect(other.heard).toEqual([
      { at: NOW, facts: facts({ access, session, account }), orphans: ['session-1', 'access-1'] },
    ]);
    expect(other.vault.read('sessionId')).toBe('session-2');
  });

  test('leaves no orphan when it is the same session', async () => {
    const { one, other } = createPair();
    await one.save(facts({ access, session }), SECRETS);
    await other.restore();
    await one.save(facts({ access, session, account }));
    await other.record.refresh('all');
    expect(other.heard).toMatchObject([{ facts: { account }, orphans: [] }]);
  });

  test('leaves no orphan when this client had no session', async () => {
    const { one, other } = createPair();
    await other.save(awaited, SECRETS);
    await one.restore();
    await one.save(signedIn, { sessionId: 'session-2' });
    await other.record.refresh('session');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: [] }]);
  });

  test('leaves no orphan when this client knew of nothing', async () => {
    const { one, other } = createPair();
    await one.save(signedIn, SECRETS);
    await other.record.refresh('all');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: [] }]);
  });

  test('leaves no orphan to a client that is signing out', async () => {
    const { one, other } = createPair();
    await other.save(facts({ access, session, account }), SECRETS);
    await one.restore();
    other.vault.take('sessionId');
    other.vault.take('accessToken');
    await one.save(facts());
    await one.save(signedIn, { sessionId: 'session-2' });
    await other.record.refresh('all');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: [] }]);
  });

  test('is kept when both clients were given the same one at once, without an orphan', async () => {
    const { one, other, stored } = createPair();
    await one.save(facts({ session }), SECRETS);
    await other.save(signedIn, SECRETS);
    expect(other.heard).toEqual([]);
    expect(await stored()).toMatchObject({ facts: { account }, secrets: { sessionId: 'session-1' } });
  });

  test('does not overwrite what came after both have ended it', async () => {
    const { one, other, stored } = createPair();
    await one.save(signedIn, SECRETS);
    await other.restore();
    await one.save(facts());
    await other.save(facts({ guest }), { guestId: 'guest-1' });
    expect((await stored())?.facts.guest).toEqual(guest);
    expect(other.heard).toEqual([]);
  });

  test('is adopted when it was made after the shared one had ended, and the old one is an orphan', async () => {
    const { one, other, stored } = createPair();
    await one.save(facts({ session }), SECRETS);
    await other.restore();
    await one.save(facts());
    await one.save(signedIn, { sessionId: 'session-2' });
    await other.save(signedIn);
    expect((await stored())?.secrets.sessionId).toBe('session-2');
    expect(other.heard).toMatchObject([{ facts: signedIn, orphans: ['session-1'] }]);
  });

  test('is not written again here once it has ended there', async () => {
    const { one, other, stored } = createPair();
    await one.save(facts({ session }), SECRETS);
    await other.restore();
    await one.save(facts());
    await other.save(signedIn);
    expect(await stored()).toBeNull();
    expect(other.heard).toEqual([{ at: NOW, facts: NOTHING, orphans: [] }]);
  });

  test('that has ended does not keep a new session from being written', async () => {
    const { one, other, stored } = createPair();
    await one.save(signedIn, SECRETS);
    await other.restore();
    await one.save(facts());
    await other.save(facts({ session: { ...session, createdAt: NOW + 1 }, account }), {
      sessionId: 'session-3',
    });
    expect((await stored())?.secrets.sessionId).toBe('session-3');
    expect(other.heard).toEqual([]);
  });

  test('is not overwritten with facts from before it was heard of', async () => {
    const { one, other, stored } = createPair();
    await other.restore();
    await one.save(signedIn, SECRETS);
    const refreshed = other.record.refresh('all');
    await other.save(facts({ guest }), { guestId: 'guest-1' });
    await refreshed;
    expect(await stored()).toMatchObject({ facts: { session, guest: null } });
  });

  test('takes no secret from a client that may still have to delete something', async () => {
    const { one, other } = createPair();
    await one.save(facts({ token, access, session, account, guest }), SECRETS);
    await other.restore();
    await one.save(facts());
    await other.record.refresh('all');
    for (const name of Object.keys(SECRETS) as (keyof typeof SECRETS)[]) {
      expect(other.vault.read(name)).toBe(SECRETS[name]);
    }
  });
});

describe('refresh()', () => {
  type What = 'all' | 'token' | 'session';
  /** The facts that a client with `before` adopts once another has saved `after`. */
  async function heardOf(before: AuthFacts, after: AuthFacts, what: What, how?: 'written') {
    const { one, other } = createPair();
    await one.save(before, SECRETS);
    await other.restore();
    await one.save(after);
    await other.record.refresh(what, how);
    return other.heard.map((each) => each.facts);
  }

  test.each<What>(['all', 'token', 'session'])('with the scope %s adopts another session', async (what) => {
    expect(await heardOf(awaited, signedIn, what)).toEqual([signedIn]);
    expect(await heardOf(signedIn, facts(), what)).toEqual([NOTHING]);
  });

  test('with the scope token adopts the end of a request, with the scope session does not', async () => {
    expect(await heardOf(awaited, facts({ guest }), 'token')).toEqual([facts({ guest })]);
    expect(await heardOf(awaited, facts({ guest }), 'session')).toEqual([]);
  });

  test('with the scope all adopts every change, with a narrower one only changes of its kind', async () => {
    const used = facts({ guest: { ...guest, used: true } });
    expect(await heardOf(facts({ guest }), used, 'all')).toEqual([used]);
    expect(await heardOf(facts({ guest }), used, 'token')).toEqual([used]);
    expect(await heardOf(facts({ guest }), used, 'session')).toEqual([]);
    expect(await heardOf(facts({ guest }), facts({ guest, token }), 'token')).toEqual([]);
  });

  test('adopts nothing when the record is the same', async () => {
    for (const what of ['all', 'token', 'session'] as const) {
      expect(await heardOf(awaited, awaited, what)).toEqual([]);
    }
  });

  test('waits for the account after a `written` message', async () => {
    expect(await heardOf(awaited, facts({ session }), 'all', 'written')).toEqual([]);
    expect(await heardOf(awaited, facts({ session }), 'all')).toEqual([facts({ session })]);
    expect(await heardOf(awaited, signedIn, 'all', 'written')).toEqual([signedIn]);
    expect(await heardOf(awaited, facts({ guest }), 'all', 'written')).toEqual([facts({ guest })]);
  });

  test('changes nothing when the storage fails', async () => {
    const { client } = createStage();
    const one = client('one', { get: () => Promise.reject(new Error('EACCES')) });
    await one.record.refresh('all');
    expect(one.heard).toEqual([]);
  });
});

describe('a grant to another client', () => {
  const grantedTo = async (theirs: AuthFacts) => {
    const { one, other } = createPair();
    await one.save(theirs, SECRETS);
    return { granted: await other.record.adoptGranted(signal()), other };
  };

  test('can be a session', async () => {
    const { granted, other } = await grantedTo(facts({ session, access, account }));
    expect(granted).toEqual({ session, access });
    expect(other.vault.read('sessionId')).toBe('session-1');
  });

  test('can be an access token', async () => {
    const { granted, other } = await grantedTo(facts({ access }));
    expect(granted).toEqual({ session: null, access });
    expect(other.vault.read('accessToken')).toBe('access-1');
  });

  test('is null when nothing was granted', async () => {
    const { granted, other } = await grantedTo(awaited);
    expect(granted).toBeNull();
    expect(other.vault.read('requestToken')).toBeNull();
  });

  test('is not taken when the caller has given up', async () => {
    const { other } = await grantedTo(facts({ access }));
    await expect(other.record.adoptGranted(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  });
});
