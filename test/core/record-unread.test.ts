import { describe, expect, test } from 'vitest';
import { access, account, NOW, endlessSession as session, token } from '../machine/facts.ts';
import { awaited, createPair, facts, KEY, SECRETS, signal, signedIn } from './record.stage.ts';

/** Claimed by somebody who had not read what stood there. */
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

describe('on a storage that knows no turns', () => {
  test('a session is written again over a late claim of the token it was made of', async () => {
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

  test('so is one that is not known whole, as soon as its account is', async () => {
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

  test('so is a v4 session over a late claim of its access token', async () => {
    const { one, memory, stored } = createPair();
    await one.save(facts({ access }), SECRETS);
    await one.save(facts({ access, session, account }));
    await memory.set(KEY, claimOfAccess);
    await one.record.refresh('all');
    expect(await stored()).toMatchObject({ facts: { access, session }, secrets: { sessionId: 'session-1' } });
    expect(one.heard).toEqual([]);
  });

  test('whoever makes a session of an access token does not wait for a late claim of the request token', async () => {
    const { one, memory, stored } = createPair();
    await one.save(awaited, SECRETS);
    await one.save(facts({ token, exchanging: true }));
    expect(await one.record.claim(signal())).toBeNull();
    await one.save(facts({ access, exchanging: true }));
    await memory.set(KEY, claimOfToken);
    expect(await one.record.claim(signal())).toBeNull();
    expect(await stored()).toMatchObject({ facts: { token: null, access, exchanging: { by: 'one' } } });
  });

  test('their claim stands again where a late one was written while the session is made', async () => {
    const { one, memory, stored } = createPair();
    await one.save(facts({ access }), SECRETS);
    await one.save(facts({ access, exchanging: true }));
    await one.record.claim(signal());
    await memory.set(KEY, claimOfToken);
    await one.record.refresh('session');
    expect(await stored()).toMatchObject({ facts: { token: null, access, exchanging: { by: 'one' } } });
  });

  test('a session that is gone before anybody was told of it is to be undone', async () => {
    const { one, memory } = createPair();
    await one.save(facts({ access, session }), SECRETS);
    await memory.remove(KEY);
    await one.record.refresh('session');
    expect(one.heard).toMatchObject([{ facts: facts(), orphans: ['session-1', 'access-1'] }]);
  });

  test('one that they were told of is theirs to undo', async () => {
    const { one, memory } = createPair();
    await one.save(facts({ session }), SECRETS);
    one.record.announce();
    await memory.remove(KEY);
    await one.record.refresh('session');
    expect(one.heard).toMatchObject([{ facts: facts(), orphans: [] }]);
  });

  test('one that was adopted is theirs to undo, whatever was news here before', async () => {
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
