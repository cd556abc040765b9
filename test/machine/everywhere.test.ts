import { describe, expect, test } from 'vitest';
import { NOTHING, pathOf } from '../../machines/index.ts';
import { errors, SENTINEL } from './facts.ts';
import { brokenByChange, brokenInState } from './invariants.ts';
import {
  adopting,
  approved,
  asGuest,
  asked,
  awaiting,
  carrying,
  converting,
  fresh,
  guestAdopting,
  guestApproved,
  guestAsked,
  guestAwaiting,
  guestReady,
  ready,
  signedIn,
  submitted,
} from './scenes.ts';
import { eventsAt, fails, keyOf, type Move, play, say, step, timer } from './world.ts';

/** For each state: moves that lead there, and the state after a cancel and after a logout. */
const everywhere: [state: string, moves: Move[], cancel: string, logout: string][] = [
  ['restoring', [], 'restoring', 'restoring'],
  ['idle.fresh', fresh, 'idle.fresh', 'idle.fresh'],
  ['idle.loggedOut', [...asGuest, 'logout'], 'idle.loggedOut', 'idle.loggedOut'],
  ['idle.approvalDenied', [...awaiting, 'approval.denied'], 'idle.approvalDenied', 'idle.approvalDenied'],
  [
    'idle.tokenExpired',
    [...awaiting, timer('requestTokenLifetime')],
    'idle.tokenExpired',
    'idle.tokenExpired',
  ],
  ['idle.guestExpired', [...asGuest, 'guest.rejected'], 'idle.guestExpired', 'idle.guestExpired'],
  [
    'idle.sessionRevoked',
    [...signedIn, fails(errors.sessionInvalid)],
    'idle.sessionRevoked',
    'idle.sessionRevoked',
  ],
  ['idle.failed', [...asked, fails(errors.final)], 'idle.failed', 'idle.failed'],
  ['tokenRequested.trying', asked, 'idle.fresh', 'idle.loggedOut'],
  ['tokenRequested.backoff', [...asked, fails(errors.wait)], 'idle.fresh', 'idle.loggedOut'],
  ['awaitingApproval.waiting', awaiting, 'idle.fresh', 'idle.loggedOut'],
  ['awaitingApproval.checking', [...guestAwaiting, 'approval.check'], 'guestActive.unused', 'idle.loggedOut'],
  ['loginSubmitted', submitted, 'idle.fresh', 'idle.loggedOut'],
  ['adoptionRequested.trying', guestAdopting, 'guestActive.unused', 'idle.loggedOut'],
  ['adoptionRequested.backoff', [...adopting, fails(errors.wait)], 'idle.fresh', 'idle.loggedOut'],
  ['sessionRequested.exchanging', guestApproved, 'guestActive.unused', 'idle.loggedOut'],
  ['sessionRequested.backoff', [...approved, fails(errors.wait)], 'idle.fresh', 'idle.loggedOut'],
  ['sessionActive.accountRequested', signedIn, 'sessionActive.accountRequested', 'loggingOut'],
  ['sessionActive.ready', guestReady, 'sessionActive.ready', 'loggingOut'],
  ['sessionActive.verifying', [...ready, 'session.rejected'], 'sessionActive.verifying', 'loggingOut'],
  ['loggingOut', [...ready, 'logout'], 'loggingOut', 'loggingOut'],
  ['guestRequested.trying', guestAsked, 'idle.fresh', 'idle.loggedOut'],
  ['guestRequested.backoff', [...guestAsked, fails(errors.wait)], 'idle.fresh', 'idle.loggedOut'],
  ['guestActive.unused', asGuest, 'guestActive.unused', 'idle.loggedOut'],
  ['guestActive.used', [...asGuest, 'guest.used'], 'guestActive.used', 'idle.loggedOut'],
];

test.each(everywhere)(
  'cancel and logout lead from %s to the right state, or are ignored',
  (state, moves, cancel, logout) => {
    const here = play(...moves);
    expect(pathOf(here.value)).toBe(state);
    expect(pathOf(step(here, { type: 'login.cancel' }).value)).toBe(cancel);
    const out = step(here, { type: 'logout' });
    expect(pathOf(out.value)).toBe(logout);
    expect(out.context.facts).toEqual(NOTHING);
  },
);

test.each([...everywhere, ['converting', converting], ['carryingOver', carrying]] as [string, Move[]][])(
  'no event in %s breaks a rule of the walk',
  (_, moves) => {
    const before = play(...moves);
    for (const event of eventsAt(before)) {
      const after = step(before, event);
      if (keyOf(after) === keyOf(before)) continue;
      const broken = [...brokenByChange({ before, event, after }), ...brokenInState(after)];
      expect(broken.map((name) => `${name}: ${say(event)}`)).toEqual([]);
    }
  },
);

describe('an error', () => {
  const states = everywhere.filter(([, moves]) =>
    play(...moves)._nodes.some((node) => node.invoke.length > 0),
  );

  test.each(states)('in %s never stops the machine', (_, moves) => {
    for (const error of [
      ...Object.values(errors),
      undefined,
      null,
      'text',
      { failure: 'text' },
      { failure: { code: 'toString' } },
    ]) {
      expect(play(...moves, fails(error)).status).toBe('active');
    }
  });

  test('without a failure becomes `unexpected`, and nothing of it is kept', () => {
    const { context } = play(...asked, fails(errors.unknown));
    expect(context.failure).toMatchObject({ code: 'unexpected', retryable: false });
    expect(JSON.stringify(context)).not.toContain(SENTINEL);
  });

  test('with a failure keeps TMDB’s code and HTTP status', () => {
    expect(play(...asked, fails(errors.final)).context.failure).toMatchObject({
      tmdbCode: 7,
      httpStatus: 401,
    });
  });
});
