import { describe, expect, test } from 'vitest';
import { isBehind, isEnded, isOnlyTurn, mayWrite } from '../../src/record/rules.ts';
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

describe('a record that was written by somebody who had not read ours', () => {
  const other = recordWith({ token }, { requestToken: 'token-2' });
  const claimed = { ...waiting, facts: { ...waiting.facts, exchanging: claim } };
  const onlySession = recordWith({ session }, { sessionId: 'session-1' });
  const otherAccess = recordWith({ access }, { accessToken: 'access-2' });

  test.each<[string, boolean, SessionRecord, SessionRecord]>([
    ['waits for the token that our session was made of', true, waiting, onlySession],
    ['claims the token that our session was made of', true, claimed, onlySession],
    ['claims the token that our access token was made of', true, claimed, halfWay],
    ['has the access token that our session was made of', true, halfWay, signedIn],
    ['claims the access token that our session was made of', true, halfWayAtIt, signedIn],
    ['does not wait for another token', false, other, onlySession],
    ['does not have another access token', false, otherAccess, signedIn],
    ['has no session', false, onlySession, signedIn],
    ['is not what waits here as well', false, claimed, waiting],
    ['is not the access token that waits here as well', false, halfWayAtIt, halfWay],
    ['is not an end of it', false, nothing, onlySession],
    ['is not what somebody begins after our end', false, waiting, nothing],
  ])('%s', (_, behind, found, ours) => {
    expect(isBehind(found, ours, 'token-1')).toBe(behind);
  });

  test('cannot be told where no token was ever known', () => {
    expect(isBehind(nothing, onlySession, null)).toBe(false);
    expect(isBehind(recordWith({ guest }, { guestId: 'guest-1' }), onlySession, null)).toBe(false);
  });
});
