import { describe, expect, test } from 'vitest';
import { type FailureCode, pathOf } from '../../machines/index.ts';
import { account, adopted, granted, grantedAccess, guest, record, token } from './facts.ts';
import { done, fails, type Move, play, timer } from './world.ts';

/** How far a login or a guest has come, as the shortest moves that lead there. */
export const fresh: Move[] = [done(record())];
export const asked = [...fresh, 'login.start'];
export const awaiting = [...asked, done(token)];
export const approved = [...awaiting, 'approval.granted'];
/** v4: the access token has arrived, its session has not. */
export const converting = [...approved, done(grantedAccess)];
export const signedIn = [...approved, done(granted)];
export const ready = [...signedIn, done(account)];
export const submitted = [...fresh, 'login.password', done(token)];
/** The app has handed over a stored session. */
export const adopting = [...fresh, 'session.adopt'];
export const guestAsked = [...fresh, 'guest.start'];
export const asGuest = [...guestAsked, done(guest)];
export const guestAwaiting = [...asGuest, 'login.start', done(token)];
export const guestApproved = [...guestAwaiting, 'approval.granted'];
export const guestReady = [...guestApproved, done(granted), done(account)];
export const guestAdopting = [...asGuest, 'session.adopt'];
export const adoptedReady = [...adopting, done(adopted)];
export const carry = (overwrite = false) => ({ type: 'ratings.carry', overwrite });
export const carrying = [...guestReady, carry()];

/** A change of the record by another client. */
export const changed = (facts: Parameters<typeof record>[0] = {}) => ({
  type: 'record.changed',
  output: record(facts),
});

/** The same error this many times, each with the backoff that follows. */
export const again = (times: number, error: unknown) =>
  Array.from({ length: times }, () => [fails(error), timer('backoff')]).flat();

export type Row = [sentence: string, moves: Move[], state: string, failure: FailureCode | null];
/** One test for each row: these moves from the start lead to this state, with this failure. */
export const rows = (title: string, table: Row[]) =>
  describe(title, () => {
    test.each(table)('%s', (_, moves, state, code) => {
      const after = play(...moves);
      expect(pathOf(after.value)).toBe(state);
      expect(after.context.failure?.code ?? null).toBe(code);
    });
  });
