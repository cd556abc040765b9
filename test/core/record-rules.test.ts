import { describe, expect, test } from 'vitest';
import { isEnded, isOnlyTurn, mayWrite } from '../../src/record-rules.ts';
import { EMPTY_RECORD, type SessionRecord } from '../../src/session-record.ts';
import { access, account, guest, NOW, endlessSession as session, token } from '../machine/facts.ts';

const recordWith = (
  facts: Partial<SessionRecord['facts']>,
  secrets: Partial<SessionRecord['secrets']>,
): SessionRecord => ({
  v: 1,
  facts: { ...EMPTY_RECORD.facts, ...facts },
  secrets: { ...EMPTY_RECORD.secrets, ...secrets },
});
const claim = { by: 'other', at: NOW, asking: false };
const nothing = EMPTY_RECORD;
const halfWay = recordWith({ access }, { accessToken: 'access-1' });
const halfWayAtIt = recordWith({ access, exchanging: claim }, { accessToken: 'access-1' });
const waiting = recordWith({ token }, { requestToken: 'token-1' });
const signedIn = recordWith(
  { access, session, account },
  { accessToken: 'access-1', sessionId: 'session-1' },
);

describe('only a turn at making a session of an access token', () => {
  test('is that somebody began, or gave up', () => {
    expect(isOnlyTurn(halfWayAtIt, halfWay)).toBe(true);
    expect(isOnlyTurn(halfWay, halfWayAtIt)).toBe(true);
  });

  test.each<[string, SessionRecord]>([
    ['a session made of it', signedIn],
    ['another access token', recordWith({ access }, { accessToken: 'access-2' })],
    ['another guest', recordWith({ access, guest }, { accessToken: 'access-1', guestId: 'guest-1' })],
    ['its end', nothing],
  ])('is not %s', (_, found) => {
    expect(isOnlyTurn(found, halfWay)).toBe(false);
  });

  test('is no turn at exchanging a request token, which whoever waits for it has to know', () => {
    const atIt = { ...waiting, facts: { ...waiting.facts, exchanging: claim } };
    expect(isOnlyTurn(atIt, waiting)).toBe(false);
    const signedInAtIt = { ...signedIn, facts: { ...signedIn.facts, exchanging: claim } };
    expect(isOnlyTurn(signedInAtIt, signedIn)).toBe(false);
  });
});

describe('a sign-in that was ended', () => {
  test.each<[string, boolean, SessionRecord, SessionRecord]>([
    ['is one whose token is gone', true, nothing, waiting],
    ['is one whose access token is gone', true, nothing, halfWay],
    ['is not one that got as far as an access token', false, halfWay, waiting],
    ['is not one that waits as before', false, waiting, waiting],
    ['is not nothing that was nothing before', false, nothing, nothing],
  ])('%s', (_, ended, found, known) => {
    expect(isEnded(found, known)).toBe(ended);
  });

  test.each<[string, boolean, SessionRecord]>([
    ['a session that was just made of it', true, signedIn],
    ['that it waits', false, waiting],
    ['that it is half-way', false, halfWay],
  ])('is written over by %s: %s', (_, may, ours) => {
    const known = ours === halfWay ? halfWay : waiting;
    expect(mayWrite(nothing, known, ours)).toBe(may);
  });
});
