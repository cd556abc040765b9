import { describe, expect, test } from 'vitest';
import { type Decision, decide, type Occasion, type Situation } from '../../src/record/decide.ts';
import { EMPTY_RECORD, type SessionRecord } from '../../src/record/session-record.ts';
import { access, account, guest, NOW, endlessSession as session, token } from '../machine/facts.ts';

const recordWith = (
  facts: Partial<SessionRecord['facts']>,
  secrets: Partial<SessionRecord['secrets']>,
): SessionRecord => ({
  v: 1,
  facts: { ...EMPTY_RECORD.facts, ...facts },
  secrets: { ...EMPTY_RECORD.secrets, ...secrets },
});
const claim = { by: 'other', at: NOW, asking: false, isInterrupted: false };
const ownClaim = { ...claim, by: 'me' };
const withClaim = (record: SessionRecord, exchanging = claim): SessionRecord => ({
  ...record,
  facts: { ...record.facts, exchanging },
});

const nothing = EMPTY_RECORD;
const waiting = recordWith({ token }, { requestToken: 'token-1' });
const converting = recordWith({ access }, { accessToken: 'access-1' });
const signedIn = recordWith({ session, account }, { sessionId: 'session-1' });
const incomplete = recordWith({ session }, { sessionId: 'session-1' });
const signedInByV4 = recordWith(
  { access, session, account },
  { accessToken: 'access-1', sessionId: 'session-1' },
);
const asGuest = recordWith({ guest }, { guestId: 'guest-1' });

const when = (
  occasion: Occasion,
  found: SessionRecord,
  base: SessionRecord,
  ours: SessionRecord,
  more: Partial<Situation> = {},
): Decision =>
  decide(occasion, { found, base, ours, me: 'me', now: NOW, patience: 6_000, spent: 'token-1', ...more });

const SAVE = { to: 'save' } as const;
const CLAIM = { to: 'claim' } as const;
const look = (scope: 'all' | 'token' | 'session', isUnannounced = false) =>
  ({ to: 'look', scope, isUnannounced }) as const;

describe('a claim on an access token', () => {
  test.each<[string, SessionRecord, SessionRecord]>([
    ['made', withClaim(converting), converting],
    ['withdrawn', converting, withClaim(converting)],
  ])('is not adopted once another client has %s it', (_, found, base) => {
    expect(when(look('all'), found, base, base).do).toBe('nothing');
  });

  test.each<[string, SessionRecord]>([
    ['a session made of it', signedInByV4],
    ['another access token', recordWith({ access }, { accessToken: 'access-2' })],
    ['another guest', recordWith({ access, guest }, { accessToken: 'access-1', guestId: 'guest-1' })],
    ['the end of the sign-in', nothing],
  ])('does not hide %s', (_, found) => {
    expect(when(look('all'), found, converting, converting).do).toBe('adopt');
  });

  test('differs from a claim on a request token, which every waiting client adopts', () => {
    expect(when(look('all'), withClaim(waiting), waiting, waiting).do).toBe('adopt');
    expect(when(look('all'), withClaim(signedInByV4), signedInByV4, signedInByV4).do).toBe('adopt');
  });
});

describe('a sign-in that another client has ended', () => {
  test.each<[string, string, SessionRecord, SessionRecord]>([
    ['not claimed once its request token is gone', 'adopt', nothing, waiting],
    ['not claimed once its access token is gone', 'adopt', nothing, converting],
    ['claimed while it still waits', 'claim', waiting, waiting],
  ])('is %s', (_, decided, found, base) => {
    expect(when(CLAIM, found, base, base).do).toBe(decided);
  });

  test('gives way to the access token that another client got', () => {
    expect(when(CLAIM, converting, waiting, waiting)).toEqual({
      do: 'take',
      granted: { session: null, access },
    });
  });

  test.each<[string, string, SessionRecord]>([
    ['a client with a session just made of it', 'write', signedIn],
    ['a client that still waits', 'adopt', waiting],
    ['a client that holds its access token', 'adopt', converting],
  ])('makes %s %s on its next save', (_, decided, ours) => {
    const base = ours === converting ? converting : waiting;
    expect(when(SAVE, nothing, base, ours).do).toBe(decided);
  });
});

describe('a stale record', () => {
  const other = recordWith({ token }, { requestToken: 'token-2' });
  const otherAccess = recordWith({ access }, { accessToken: 'access-2' });

  test.each<[string, boolean, SessionRecord, SessionRecord]>([
    ['waits for the token that our session was made of', true, waiting, signedIn],
    ['claims the token that our session was made of', true, withClaim(waiting), signedIn],
    ['claims the token that our access token was made of', true, withClaim(waiting), converting],
    ['has the access token that our session was made of', true, converting, signedInByV4],
    ['claims the access token that our session was made of', true, withClaim(converting), signedInByV4],
    ['does not wait for another token', false, other, signedIn],
    ['does not have another access token', false, otherAccess, signedInByV4],
    ['has no session any more', false, nothing, signedIn],
  ])('is one that %s: %s', (_, isStale, found, ours) => {
    expect(when(look('session'), found, ours, ours).do).toBe(
      isStale ? 'write' : found.secrets.sessionId === ours.secrets.sessionId ? 'nothing' : 'adopt',
    );
  });

  test.each<[string, SessionRecord, SessionRecord]>([
    ['waits for the same token', withClaim(waiting), waiting],
    ['holds the same access token', withClaim(converting), converting],
    ['begins after our end', waiting, nothing],
  ])('is not one that %s', (_, found, ours) => {
    expect(when(look('session'), found, ours, ours).do).toBe('nothing');
  });

  test('cannot be recognised when no token was ever known', () => {
    const found = recordWith({ guest }, { guestId: 'guest-1' });
    expect(when(look('session'), found, signedIn, signedIn, { spent: null }).do).toBe('adopt');
  });
});

describe('a written record', () => {
  const written = (...situation: Parameters<typeof when>) => {
    const decision = when(...situation);
    return decision.do === 'write' || decision.do === 'claim' ? decision.record : decision;
  };

  test('keeps the account that another client has stored for the same session', () => {
    expect(written(SAVE, signedIn, waiting, incomplete)).toEqual(signedIn);
    const otherSession = recordWith({ session }, { sessionId: 'session-2' });
    expect(written(SAVE, nothing, waiting, otherSession)).toEqual(otherSession);
  });

  test('keeps the guest that another client has changed, unless this client changed it, too', () => {
    const used = recordWith({ guest: { ...guest, used: true } }, { guestId: 'guest-1' });
    const both = recordWith({ token, guest }, { requestToken: 'token-1', guestId: 'guest-1' });
    expect(written(SAVE, used, asGuest, both)).toMatchObject({ facts: { token, guest: { used: true } } });
    expect(written(SAVE, used, asGuest, waiting)).toEqual(waiting);
  });

  test('keeps the claim of another client on the same token', () => {
    const both = recordWith({ token, guest }, { requestToken: 'token-1', guestId: 'guest-1' });
    expect(written(SAVE, withClaim(waiting), waiting, both)).toEqual(withClaim(both));
  });

  test('has no claim once there is a session', () => {
    expect(written(SAVE, withClaim(signedInByV4), converting, signedInByV4)).toEqual(signedInByV4);
  });

  test('has no claim that this client or another has given up', () => {
    expect(written(SAVE, withClaim(waiting, ownClaim), withClaim(waiting, ownClaim), waiting)).toEqual(
      waiting,
    );
    const both = recordWith({ token, guest }, { requestToken: 'token-1', guestId: 'guest-1' });
    expect(written(SAVE, waiting, withClaim(waiting), withClaim(both))).toEqual(both);
  });
});

describe('a claim on a request token', () => {
  const ours = withClaim(waiting, ownClaim);
  const late = { now: NOW + 6_000 };

  test('waits while another client exchanges it', () => {
    expect(when(CLAIM, withClaim(waiting), waiting, ours).do).toBe('wait');
    expect(when(CLAIM, withClaim(waiting), waiting, ours, { now: NOW + 5_999 }).do).toBe('wait');
  });

  test('is made over a claim that is too old, and notes that the exchange was interrupted', () => {
    const decision = when(CLAIM, withClaim(waiting), waiting, ours, late);
    expect(decision).toMatchObject({
      do: 'claim',
      record: { facts: { exchanging: { by: 'me', at: NOW + 6_000, asking: false, isInterrupted: true } } },
    });
  });

  test('is made at once after a clock was set back', () => {
    expect(when(CLAIM, withClaim(waiting), waiting, ours, { now: NOW - 1 }).do).toBe('claim');
  });

  test('still notes that the exchange was interrupted after a client gave it back', () => {
    const note = { by: null, at: NOW, asking: true, isInterrupted: true };
    const found = recordWith({ token, exchanging: note }, { requestToken: 'token-1' });
    expect(when(CLAIM, found, waiting, ours)).toMatchObject({
      do: 'claim',
      record: { facts: { exchanging: { by: 'me', isInterrupted: true } } },
    });
  });

  test('is not made by a client that followed one which was given up', () => {
    expect(when(CLAIM, waiting, withClaim(waiting), withClaim(waiting)).do).toBe('adopt');
  });
});
