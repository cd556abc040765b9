import { describe, expect, test } from 'vitest';
import { access, account, NOW, endlessSession as session, token } from '../machine/facts.ts';
import { awaited, createPair, facts, KEY, SECRETS, signal, signedIn } from './record.stage.ts';

/** A claim by a client that had not read the newer record. */
const exchanging = { by: 'other', at: NOW, asking: false, isInterrupted: false };
const claimOfToken = JSON.stringify({
  v: 1,
  facts: { token, exchanging },
  secrets: { requestToken: 'token-1' },
});
const claimOfAccess = JSON.stringify({
  v: 1,
  facts: { access, exchanging },
  secrets: { accessToken: 'access-1' },
});

describe('on a storage without locks', () => {
  test('a session is written again over a stale claim on the token it was made of', async () => {
    const { one, memory, stored } = createPair();
    await one.save(awaited, SECRETS);
    await one.save(signedIn);
    await memory.set(KEY, claimOfToken);
    await one.record.refresh('session');
    expect(await stored()).toMatchObject({
      facts: { session, account },
      secrets: { sessionId: 'session-1' },
    });
    expect(one.heard).toEqual([]);
    expect(one.posts).toHaveLength(3);
  });

  test('an incomplete session is written again over a stale claim as soon as its account is known', async () => {
    const { one, memory, stored } = createPair();
    await one.save(awaited, SECRETS);
    await one.save(facts({ session }));
    await memory.set(KEY, claimOfToken);
    await one.save(signedIn);
    expect(await stored()).toMatchObject({
      facts: { session, account },
      secrets: { sessionId: 'session-1' },
    });
    expect(one.heard).toEqual([]);
  });

  test('a v4 session is written again over a stale claim on its access token', async () => {
    const { one, memory, stored } = createPair();
    await one.save(facts({ access }), SECRETS);
    await one.save(facts({ access, session, account }));
    await memory.set(KEY, claimOfAccess);
    await one.record.refresh('all');
    expect(await stored()).toMatchObject({ facts: { access, session }, secrets: { sessionId: 'session-1' } });
    expect(one.heard).toEqual([]);
  });

  test('a client that converts an access token does not wait for a stale claim on the request token', async () => {
    const { one, memory, stored } = createPair();
    await one.save(awaited, SECRETS);
    await one.save(facts({ token, exchanging: true }));
    expect(await one.record.claim(signal())).toBeNull();
    await one.save(facts({ access, exchanging: true }));
    await memory.set(KEY, claimOfToken);
    expect(await one.record.claim(signal())).toBeNull();
    expect(await stored()).toMatchObject({ facts: { token: null, access, exchanging: { by: 'one' } } });
  });

  test('the claim of a converting client is written again over a stale one', async () => {
    const { one, memory, stored } = createPair();
    await one.save(facts({ access }), SECRETS);
    await one.save(facts({ access, exchanging: true }));
    await one.record.claim(signal());
    await memory.set(KEY, claimOfToken);
    await one.record.refresh('session');
    expect(await stored()).toMatchObject({ facts: { token: null, access, exchanging: { by: 'one' } } });
  });

  test('a session that vanishes before it was announced is an orphan', async () => {
    const { one, memory } = createPair();
    await one.save(facts({ access, session }), SECRETS);
    await memory.remove(KEY);
    await one.record.refresh('session');
    expect(one.heard).toMatchObject([{ facts: facts(), orphans: ['session-1', 'access-1'] }]);
  });

  test('a session that vanishes after it was announced is no orphan, as another client ended it', async () => {
    const { one, memory } = createPair();
    await one.save(facts({ session }), SECRETS);
    one.record.announce();
    await memory.remove(KEY);
    await one.record.refresh('session');
    expect(one.heard).toMatchObject([{ facts: facts(), orphans: [] }]);
  });

  test('an adopted session is no orphan, although this client had an unannounced one before', async () => {
    const { one, other, memory } = createPair();
    await one.save(facts({ session }), SECRETS);
    await memory.remove(KEY);
    await other.save(signedIn, { sessionId: 'session-2' });
    await one.record.refresh('all');
    await other.save(facts());
    await one.record.refresh('all');
    expect(one.heard).toMatchObject([
      { facts: signedIn, orphans: ['session-1'] },
      { facts: facts(), orphans: [] },
    ]);
  });
});
