import { describe, expect, test } from 'vitest';
import { authDelays, NOTHING, toView } from '../../machines/index.ts';
import { account, errors, guest, otherErrors, record, session, token } from './facts.ts';
import { again, approved, asked, guestApproved, guestAwaiting, guestReady, ready } from './scenes.ts';
import { done, fails, type Move, play, timer } from './world.ts';

describe('what is kept', () => {
  const kept = (...moves: Move[]) => play(...moves).context.facts;

  test('a start drops the old token, only retry keeps it', () => {
    const failed = [...approved, timer('requestTimeout')];
    expect(kept(...failed).token).toEqual(token);
    expect(kept(...failed, 'retry')).toMatchObject({ token, exchanging: true });
    for (const start of ['login.start', 'login.password', 'guest.start']) {
      expect(kept(...failed, start).token).toBeNull();
    }
  });

  test('a failed exchange and then a guest leaves no token', () => {
    const { facts: left } = play(...approved, timer('requestTimeout'), 'guest.start', done(guest)).context;
    expect(left).toEqual({ ...NOTHING, guest });
  });

  test('a failed exchange and then a logout leaves no token', () => {
    expect(kept(...approved, timer('requestTimeout'), 'logout')).toEqual(NOTHING);
    expect(kept(...guestApproved, timer('requestTimeout'), 'logout')).toEqual(NOTHING);
  });

  test('a guest stays known after a login, until logout', () => {
    expect(kept(...guestReady)).toEqual({ ...NOTHING, session, account, guest });
    expect(kept(...guestReady, 'guest.rejected').guest).toBeNull();
    expect(kept(...guestReady, 'logout')).toEqual(NOTHING);
  });

  test('a record that cannot be written is reported, but never instead of why a login ended', () => {
    const failed = { type: 'record.failed', failure: otherErrors.storage.failure };
    expect(play(...ready, failed).context.failure).toMatchObject({ code: 'storage_unavailable' });
    for (const end of ['approval.denied', timer('requestTokenLifetime'), 'login.cancel']) {
      const why = play(...guestAwaiting, end).context.failure;
      expect(play(...guestAwaiting, end, failed).context.failure).toEqual(why);
    }
  });

  test('a record of another tab brings its own reasons: an old failure and its retry are over', () => {
    const other = (output: unknown) => ({ type: 'record.changed', output });
    for (const found of [record(), record({ guest }), record({ session, account })]) {
      const after = play(...approved, timer('requestTimeout'), other(found));
      expect(toView(after)).toMatchObject({ failure: null, can: { retry: false } });
      expect(after.context.facts).toEqual(found.facts);
    }
  });
});

describe('time between tries', () => {
  const wait = (...moves: Move[]) => authDelays.backoff(play(...moves));

  test('doubles: 0.4, 0.8, 1.6 s', () => {
    const waits = [0, 1, 2].map((times) =>
      wait(...approved, ...again(times, otherErrors.early), fails(otherErrors.early)),
    );
    expect(waits).toEqual([400, 800, 1600]);
  });

  test('follows Retry-After, 60 s at most, and only once', () => {
    expect(wait(...asked, fails(otherErrors.waitShort))).toBe(30_000);
    expect(wait(...asked, fails(errors.wait))).toBe(60_000);
    expect(wait(...asked, ...again(1, errors.wait), fails(errors.retryable))).toBe(800);
  });
});
