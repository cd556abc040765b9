import { describe, expect, test } from 'vitest';
import { RESTORING, toView } from '../../machines/index.ts';
import { access, account, carried, endlessSession, guest, record, session, token } from './facts.ts';
import { asGuest, awaiting, carry, fresh, guestAwaiting, guestReady, ready } from './scenes.ts';
import { done, fails, type Move, play, timer } from './world.ts';

const viewOf = (...moves: Move[]) => toView(play(...moves));
const NOTHING_CAN = { login: false, loginAsGuest: false, cancel: false, retry: false, logout: false };

describe('a view', () => {
  test('begins with nothing known and nothing to call', () => {
    expect(viewOf()).toEqual({
      state: 'restoring',
      status: 'pending',
      account: null,
      guest: null,
      expiresAt: null,
      carryOver: null,
      failure: null,
      can: NOTHING_CAN,
    });
    expect(RESTORING).toEqual(viewOf());
  });

  test.each<[string, Move[], string]>([
    ['a signed-out user', fresh, 'signedOut'],
    ['a user who is asked to approve', awaiting, 'pending'],
    ['a guest', asGuest, 'guest'],
    ['a guest who signs in', guestAwaiting, 'pending'],
    ['a user', ready, 'user'],
    ['a user who signs out', [...ready, 'logout'], 'pending'],
    ['a user who has signed out', [...ready, 'logout', done()], 'signedOut'],
  ])('shows the right status for %s', (_, moves, status) => {
    expect(viewOf(...moves).status).toBe(status);
  });

  test('shows the account, with its v4 id when that is known', () => {
    expect(viewOf(...ready).account).toEqual({ ...account, objectId: null });
    const inV4 = viewOf(done(record({ session, access, account })));
    expect(inV4.account).toEqual({ ...account, objectId: access.accountObjectId });
    const unsaid = { ...access, accountObjectId: '' };
    expect(viewOf(done(record({ session, access: unsaid, account }))).account?.objectId).toBeNull();
  });

  test('shows a guest’s times, but not when it began', () => {
    const { used, unusedUntil, expiresAt } = guest;
    expect(viewOf(...asGuest).guest).toEqual({ used, unusedUntil, expiresAt });
    expect(viewOf(...guestReady).guest).toEqual({ used, unusedUntil, expiresAt });
  });

  test.each<[string, Move[], number | null]>([
    ['a request', awaiting, token.expiresAt],
    ['a request by a guest', guestAwaiting, token.expiresAt],
    ['a session with a maximum age', ready, session.expiresAt],
    ['a session without one', [done(record({ session: endlessSession, account }))], null],
    ['a guest who starts to sign in', [...asGuest, 'login.start'], null],
    ['a guest who rates nothing', asGuest, guest.unusedUntil],
    ['a guest who has rated', [...asGuest, 'guest.used'], guest.expiresAt],
    [
      'a guest who expires before that',
      [done(record({ guest: { ...guest, expiresAt: guest.unusedUntil - 1 } }))],
      guest.unusedUntil - 1,
    ],
    ['a signed-out user', fresh, null],
    ['a logout in progress', [...ready, 'logout'], null],
  ])('shows when the state ends: %s', (_, moves, expiresAt) => {
    expect(viewOf(...moves).expiresAt).toBe(expiresAt);
  });

  test.each<[string, Move[], Partial<typeof NOTHING_CAN>]>([
    ['nobody is signed in', fresh, { login: true, loginAsGuest: true }],
    ['a sign-in waits for approval', awaiting, { cancel: true, logout: true }],
    ['a user is signed in', ready, { logout: true }],
    ['a guest is active', asGuest, { login: true, logout: true }],
    [
      'a request has timed out',
      [...fresh, 'login.start', timer('requestTimeout')],
      { login: true, loginAsGuest: true, retry: true },
    ],
    ['a user is signing out', [...ready, 'logout'], {}],
  ])('shows what can be called while %s', (_, moves, can) => {
    expect(viewOf(...moves).can).toEqual({ ...NOTHING_CAN, ...can });
  });
});

describe('a carry-over', () => {
  const carrying: Move[] = [...guestReady, carry(true)];
  const told = { ...carried, total: 9 };
  const told9: Move = { type: 'ratings.progress', carryOver: told };

  test('begins with nothing counted, continues, and ends with its result and without the guest', () => {
    expect(viewOf(...carrying).carryOver).toEqual({ total: null, carried: 0, kept: 0, failed: [] });
    expect(viewOf(...carrying, told9).carryOver).toEqual(told);
    const end = viewOf(...carrying, told9, done(carried));
    expect(end).toMatchObject({ carryOver: carried, guest: null, status: 'user' });
  });

  test('with failures leaves the guest, for another try', () => {
    const inPart = { ...carried, failed: [{ media: 'movie/550', code: 'network' as const }] };
    expect(viewOf(...carrying, done(inPart))).toMatchObject({ carryOver: inPart, guest: { used: false } });
  });

  test('overwrites when asked to, also when it is retried', () => {
    expect(play(...carrying).context.overwrites).toBe(true);
    expect(play(...carrying, 'login.cancel', 'retry').context.overwrites).toBe(true);
    expect(play(...guestReady).context.overwrites).toBe(false);
    const without = play(...guestReady, carry());
    expect(without.context.overwrites).toBe(false);
  });

  test('is forgotten with the session', () => {
    const { context } = play(...carrying, told9, 'logout');
    expect(context).toMatchObject({ carryOver: null, overwrites: false });
  });

  test('cannot be retried without its guest', () => {
    expect(viewOf(...carrying, 'login.cancel').can.retry).toBe(true);
    expect(viewOf(...carrying, 'login.cancel', 'guest.rejected').can.retry).toBe(false);
    expect(viewOf(...guestReady, 'session.check', fails(new Error('x'))).state).toBe('sessionActive.ready');
  });
});
