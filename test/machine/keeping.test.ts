import { describe, expect, test } from 'vitest';
import { authDelays, failure, NEVER, NOTHING, placeOf, toView } from '../../machines/index.ts';
import { MINUTE } from '../support/clock.ts';
import {
  access,
  account,
  endlessSession,
  errors,
  expiredGuest,
  expiredToken,
  guest,
  guestUsed,
  otherErrors,
  record,
  session,
  token,
} from './facts.ts';
import {
  again,
  approved,
  asGuest,
  asked,
  awaiting,
  carrying,
  changed,
  converting,
  fresh,
  guestApproved,
  guestAsked,
  guestAwaiting,
  guestReady,
  ready,
  submitted,
} from './scenes.ts';
import { done, fails, type Move, play, step, timer } from './world.ts';

describe('the facts', () => {
  const kept = (...moves: Move[]) => play(...moves).context.facts;

  test('lose the old token at a start, but not at a retry', () => {
    const failed = [...approved, timer('requestTimeout')];
    expect(kept(...failed).token).toEqual(token);
    expect(kept(...failed, 'retry')).toMatchObject({ token, exchanging: true });
    for (const start of ['login.start', 'login.password', 'session.adopt', 'guest.start']) {
      expect(kept(...failed, start).token).toBeNull();
    }
  });

  test('hold no token after a failed exchange and then a guest', () => {
    const { facts: left } = play(...approved, timer('requestTimeout'), 'guest.start', done(guest)).context;
    expect(left).toEqual({ ...NOTHING, guest });
  });

  test('hold no token after a failed exchange and then a logout', () => {
    expect(kept(...approved, timer('requestTimeout'), 'logout')).toEqual(NOTHING);
    expect(kept(...guestApproved, timer('requestTimeout'), 'logout')).toEqual(NOTHING);
  });

  test('keep a guest after a login, until the logout', () => {
    expect(kept(...guestReady)).toEqual({ ...NOTHING, session, account, guest });
    expect(kept(...guestReady, 'guest.rejected').guest).toBeNull();
    expect(kept(...guestReady, 'logout')).toEqual(NOTHING);
  });

  test.each<[string, Parameters<typeof record>[0], Parameters<typeof record>[0]]>([
    ['nothing', {}, {}],
    ['a request and a guest', { token, guest }, { token, guest }],
    ['an expired request', { token: expiredToken, guest: guestUsed }, { guest: guestUsed }],
    ['an expired request and an expired guest', { token: expiredToken, guest: expiredGuest }, {}],
    ['an expired guest', { guest: expiredGuest }, {}],
    ['an exchange', { token, exchanging: true, guest }, { token, exchanging: true, guest }],
    ['an access token', { access, guest }, { access, exchanging: true, guest }],
    ['a session', { session, account, guest }, { session, account, guest }],
    ['a session without its account', { session, access }, { session, access }],
    [
      'a session and the token it was made of',
      { token, exchanging: true, session, account },
      { session, account },
    ],
    ['an account without a session', { account }, {}],
    ['an exchange of nothing', { exchanging: true }, {}],
  ])('hold only what fits together after reading a record with %s', (_, stored, left) => {
    expect(kept(done(record(stored)))).toEqual({ ...NOTHING, ...left });
  });

  test('exclude a token or a guest that expires at this very moment', () => {
    const { at } = record();
    expect(placeOf(record({ token: { ...token, expiresAt: at } }))).toBe('tokenExpired');
    expect(placeOf(record({ guest: { ...guest, unusedUntil: at } }))).toBe('guestExpired');
    expect(placeOf(record({ guest: { ...guest, unusedUntil: at + 1 } }))).toBe('guestActive');
    expect(placeOf(record())).toBe('fresh');
  });

  test('of v4 hold the access token until its session arrives, and together with it', () => {
    expect(kept(...converting)).toEqual({ ...NOTHING, access, exchanging: true });
    expect(kept(...converting, done(session))).toEqual({ ...NOTHING, access, session });
    expect(kept(...converting, timer('requestTimeout'))).toEqual({ ...NOTHING, access });
    expect(kept(...converting, fails(errors.final))).toEqual(NOTHING);
    expect(kept(...approved, timer('requestTimeout'))).toEqual({ ...NOTHING, token });
    expect(kept(...converting, timer('requestTimeout'), 'login.start')).toEqual(NOTHING);
    expect(kept(...converting, timer('requestTimeout'), 'logout')).toEqual(NOTHING);
  });

  test('hold nothing, and offer no retry, once a guest’s time has ended', () => {
    const failed = [...guestApproved, timer('requestTimeout')];
    for (const end of [timer('guestUnusedLifetime'), 'guest.rejected']) {
      const after = play(...failed, end);
      expect(after.context).toMatchObject({ facts: NOTHING, failedStep: null });
      expect(toView(after).can.retry).toBe(false);
    }
    const used = play(...failed, 'guest.used', timer('guestLifetime'));
    expect(used.context).toMatchObject({ facts: NOTHING, failedStep: null });
  });

  test('do not interrupt a running step when the record says the same', () => {
    const checking = play(...awaiting, 'approval.check');
    expect(step(checking, changed({ token }))).toMatchObject({ value: { awaitingApproval: 'checking' } });
    expect(step(checking, changed({ token, guest }))).toMatchObject({
      value: { awaitingApproval: 'waiting' },
    });
  });

  test('a page that could not be shown is a failure until it is shown', () => {
    const blocked: Move = { type: 'approval.blocked', failure: failure('popup_blocked') };
    const told = play(...awaiting, blocked);
    expect(told.context.failure).toEqual(failure('popup_blocked'));
    expect(step(told, { type: 'approval.shown' }).context.failure).toBeNull();
    expect(step(told, { type: 'approval.granted' }).context.failure).toBeNull();
  });

  test('a sign-in is by approval unless it began with a password', () => {
    expect(play().context.method).toBe('approval');
    expect(play(...submitted).context.method).toBe('password');
    expect(play(...submitted, 'login.cancel', 'login.start').context.method).toBe('approval');
  });

  test('the failure of a step is cleared when the next step begins', () => {
    const failed = [...asked, timer('requestTimeout')];
    for (const next of ['retry', 'login.start', 'session.adopt', 'guest.start']) {
      expect(play(...failed, next).context).toMatchObject({ failure: null, failedStep: null });
    }
    const unread = play(timer('storageTimeout'), 'retry');
    expect(unread.context).toMatchObject({ failure: null, failedStep: null });
    const away = play(...ready, 'session.check', timer('requestTimeout'), 'session.check');
    expect(away.context).toMatchObject({ failure: null, failedStep: null });
  });

  test('a record that cannot be written is reported, unless a login has just ended with another failure', () => {
    const failed = { type: 'record.failed', failure: otherErrors.storage.failure };
    expect(play(...ready, failed).context.failure).toMatchObject({ code: 'storage_unavailable' });
    for (const end of ['approval.denied', timer('requestTokenLifetime'), 'login.cancel']) {
      const why = play(...guestAwaiting, end).context.failure;
      expect(play(...guestAwaiting, end, failed).context.failure).toEqual(why);
    }
  });

  test('a record of another tab clears the old failure and its retry', () => {
    for (const other of [changed(), changed({ guest }), changed({ session, account })]) {
      const after = play(...approved, timer('requestTimeout'), other);
      expect(toView(after)).toMatchObject({ failure: null, can: { retry: false } });
      expect(after.context.facts).toEqual(other.output.facts);
    }
  });
});

describe('after a step fails, retry is offered', () => {
  test.each<[string, Move[], string]>([
    ['reading the record', [], 'storageTimeout'],
    ['a token', asked, 'requestTimeout'],
    ['an exchange', approved, 'requestTimeout'],
    ['a conversion', converting, 'requestTimeout'],
    ['a guest', guestAsked, 'requestTimeout'],
    ['an account', [...approved, done({ session, access: null })], 'requestTimeout'],
    ['a verification', [...ready, 'session.check'], 'requestTimeout'],
    ['ratings', carrying, 'carryOverTimeout'],
  ])('when it timed out: %s', (_, moves, name) => {
    const view = toView(play(...moves, timer(name)));
    expect(view).toMatchObject({ failure: {}, can: { retry: true } });
    expect(['idle.fresh', 'idle.failed', 'sessionActive.ready']).toContain(view.state);
    expect(toView(play(...moves, timer(name), 'retry')).failure).toBeNull();
  });

  test.each<[string, Move[], unknown]>([
    ['reading the record', [], otherErrors.storage],
    ['a token', [...asked, ...again(3, errors.retryable)], errors.retryable],
    ['an exchange', [...approved, ...again(3, errors.retryable)], errors.retryable],
    ['a conversion', [...converting, ...again(3, errors.retryable)], errors.retryable],
    ['a guest', [...guestAsked, ...again(3, errors.retryable)], errors.retryable],
    ['an account', [...approved, done({ session, access: null })], errors.retryable],
    ['a verification', [...ready, 'session.check'], errors.retryable],
    ['ratings', carrying, errors.retryable],
  ])('when it was rejected: %s', (_, moves, error) => {
    expect(toView(play(...moves, fails(error)))).toMatchObject({ failure: {}, can: { retry: true } });
    expect(toView(play(...moves, fails(error), 'retry'))).toMatchObject({ failure: null });
  });

  test('when the user cancelled a carry-over', () => {
    expect(toView(play(...carrying, 'login.cancel')).can.retry).toBe(true);
  });
});

describe('the delays', () => {
  test('are TMDB’s lifetimes, and times that a person will wait', () => {
    const { backoff: _, ...lengths } = authDelays;
    expect(lengths).toEqual({
      requestTokenLifetime: 60 * MINUTE,
      guestUnusedLifetime: 60 * MINUTE,
      guestLifetime: 24 * 60 * MINUTE,
      sessionMaxAge: NEVER,
      pollInterval: NEVER,
      requestTimeout: 10_000,
      carryOverTimeout: 15 * MINUTE,
      storageTimeout: 5_000,
    });
  });

  test('use the longest time that a plain timer holds for NEVER', () => {
    expect(NEVER).toBe(0x7fffffff);
  });

  test('end a session by sessionMaxAge only if it has an end', () => {
    expect(play(...ready, timer('sessionMaxAge'))).toMatchObject({ value: 'loggingOut' });
    const endless = [done(record({ session: endlessSession, account }))];
    expect(play(...endless, timer('sessionMaxAge'))).toMatchObject({ value: { sessionActive: 'ready' } });
  });
});

describe('polling', () => {
  const question = (error: unknown) => ['approval.check', fails(error)];

  test('counts its tries from the first, up to MAX_TRIES', () => {
    const tries = (times: number) =>
      play(...awaiting, ...Array.from({ length: times }, () => question(otherErrors.early)).flat()).context
        .tries;
    expect([0, 1, 2, 3, 4, 5, 9].map(tries)).toEqual([0, 1, 2, 3, 4, 4, 4]);
    expect(play(...asked, ...again(2, errors.retryable), done(token)).context.tries).toBe(0);
  });

  test('waits once as long as TMDB asks for', () => {
    const [slow, next] = [question(otherErrors.waitShort), question(otherErrors.early)];
    expect(play(...awaiting, ...slow).context.retryAfter).toBe(30_000);
    expect(play(...awaiting, ...slow, ...next).context.retryAfter).toBeNull();
  });

  test('ends when an earlier exchange was interrupted', () => {
    expect(toView(play(...awaiting, ...question(errors.interrupted)))).toMatchObject({
      state: 'idle.failed',
      failure: { code: 'exchange_interrupted' },
    });
    expect(toView(play(...guestAwaiting, ...question(errors.interrupted)))).toMatchObject({
      state: 'guestActive.unused',
      failure: { code: 'exchange_interrupted' },
    });
  });
});

describe('a guest', () => {
  test('is not used twice, and `guest.used` is ignored without a guest', () => {
    const used = play(...asGuest, 'guest.used');
    expect(step(used, { type: 'guest.used' })).toBe(used);
    expect(play(...ready, 'guest.used').context.facts.guest).toBeNull();
    expect(play(...fresh, 'guest.used').can({ type: 'guest.used' })).toBe(false);
    expect(play(...fresh).can({ type: 'guest.rejected' })).toBe(false);
  });

  test('who is rejected while a user is signed in leaves the user signed in', () => {
    expect(play(...guestReady, 'guest.rejected')).toMatchObject({ value: { sessionActive: 'ready' } });
  });
});

describe('a password sign-in', () => {
  test('that gets no answer in time fails and cannot be retried', () => {
    expect(toView(play(...submitted, timer('requestTimeout')))).toMatchObject({
      state: 'idle.failed',
      failure: { code: 'timeout' },
      can: { retry: false },
    });
  });
});

describe('the wait between tries', () => {
  const wait = (...moves: Move[]) => authDelays.backoff(play(...moves));

  test('doubles: 0.4, 0.8, 1.6 s', () => {
    const waits = [0, 1, 2].map((times) =>
      wait(...approved, ...again(times, otherErrors.early), fails(otherErrors.early)),
    );
    expect(waits).toEqual([400, 800, 1600]);
  });

  test('follows Retry-After once, up to 60 s', () => {
    expect(wait(...asked, fails(otherErrors.waitShort))).toBe(30_000);
    expect(wait(...asked, fails(errors.wait))).toBe(60_000);
    expect(wait(...asked, ...again(1, errors.wait), fails(errors.retryable))).toBe(800);
  });

  test.each([
    ['a request token', asked],
    ['a session', approved],
    ['a guest', guestAsked],
  ])(
    'is refused when Retry-After is longer: the request for %s fails at once and says when to try again',
    (_, moves) => {
      const { value, context } = play(...moves, fails(otherErrors.waitTooLong));
      expect(value).toEqual({ idle: 'failed' });
      expect(context.failure).toMatchObject({ code: 'rate_limited', retryable: true, retryAfter: 60_001 });
      expect(context.failedStep).not.toBeNull();
    },
  );
});
