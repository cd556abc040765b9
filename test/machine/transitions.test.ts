import {
  access,
  account,
  carried,
  endlessSession,
  errors,
  granted,
  otherErrors,
  record,
  session,
} from './facts.ts';
import {
  again,
  approved,
  asked,
  awaiting,
  converting,
  fresh,
  guestReady,
  ready,
  rows,
  signedIn,
  submitted,
} from './scenes.ts';
import { done, fails, timer } from './world.ts';

rows('a login by approval', [
  ['asks for a token first', asked, 'tokenRequested.trying', null],
  ['waits for the approval then', awaiting, 'awaitingApproval.waiting', null],
  ['exchanges an approved token', approved, 'sessionRequested.exchanging', null],
  ['asks for the account', signedIn, 'sessionActive.accountRequested', null],
  ['ends with an account', ready, 'sessionActive.ready', null],
  ['is not begun twice', [...awaiting, 'login.start'], 'awaitingApproval.waiting', null],
  ['ends when it is denied', [...awaiting, 'approval.denied'], 'idle.approvalDenied', 'approval_denied'],
  [
    'ends when nobody approves in time',
    [...awaiting, timer('requestTokenLifetime')],
    'idle.tokenExpired',
    'token_expired',
  ],
  [
    'can be checked, which is an exchange',
    [...awaiting, 'approval.check', done(granted)],
    'sessionActive.accountRequested',
    null,
  ],
  [
    'goes on waiting when the check fails',
    [...awaiting, timer('pollInterval'), fails(errors.final)],
    'awaitingApproval.waiting',
    null,
  ],
  [
    'goes on waiting when the check does not end',
    [...awaiting, 'approval.check', timer('requestTimeout')],
    'awaitingApproval.waiting',
    null,
  ],
  ['does not repeat what cannot help', [...asked, fails(errors.final)], 'idle.failed', 'invalid_api_key'],
  ['waits before it asks again', [...asked, fails(errors.retryable)], 'tokenRequested.backoff', null],
  ['asks for a token 4 times', [...asked, ...again(3, errors.retryable)], 'tokenRequested.trying', null],
  [
    'does not ask a fifth time',
    [...asked, ...again(3, errors.retryable), fails(errors.retryable)],
    'idle.failed',
    'network',
  ],
  [
    'retries code 17 right after the approval',
    [...approved, fails(otherErrors.early)],
    'sessionRequested.backoff',
    null,
  ],
  [
    'retries it at most 4 times',
    [...approved, ...again(3, otherErrors.early), fails(otherErrors.early)],
    'idle.failed',
    'session_denied',
  ],
  [
    'retries code 41 as well',
    [...approved, fails(otherErrors.notApproved)],
    'sessionRequested.backoff',
    null,
  ],
  [
    'ends when the token is too old to be exchanged',
    [...approved, fails(errors.tokenExpired)],
    'idle.tokenExpired',
    'token_expired',
  ],
  ['fails when the exchange does not end', [...approved, timer('requestTimeout')], 'idle.failed', 'timeout'],
  [
    'can retry the exchange',
    [...approved, timer('requestTimeout'), 'retry'],
    'sessionRequested.exchanging',
    null,
  ],
  ['can retry the token', [...asked, timer('requestTimeout'), 'retry'], 'tokenRequested.trying', null],
  [
    'has nothing to retry after a final error',
    [...approved, fails(errors.final), 'retry'],
    'idle.failed',
    'invalid_api_key',
  ],
]);

rows('a login by password', [
  ['submits name and password with the token', submitted, 'loginSubmitted', null],
  ['exchanges the token then', [...submitted, done()], 'sessionRequested.exchanging', null],
  [
    'is tried once, as the password is dropped',
    [...submitted, fails(errors.retryable)],
    'idle.failed',
    'network',
  ],
  ['cannot be retried', [...submitted, fails(errors.retryable), 'retry'], 'idle.failed', 'network'],
  [
    'cannot be retried even if there was no token',
    [...fresh, 'login.password', timer('requestTimeout'), 'retry'],
    'idle.failed',
    'timeout',
  ],
  [
    'can retry its exchange',
    [...submitted, done(), timer('requestTimeout'), 'retry'],
    'sessionRequested.exchanging',
    null,
  ],
]);

rows('a login to v4', [
  ['has a session made of its access token', converting, 'sessionRequested.converting', null],
  ['is signed in then', [...converting, done(session)], 'sessionActive.accountRequested', null],
  ['tries that again', [...converting, fails(errors.retryable)], 'sessionRequested.backoff', null],
  [
    'comes back to it after the wait',
    [...converting, ...again(1, errors.retryable)],
    'sessionRequested.converting',
    null,
  ],
  [
    'has 4 tries for it, whatever the exchange took',
    [
      ...approved,
      ...again(3, errors.retryable),
      done({ session: null, access }),
      ...again(3, errors.retryable),
    ],
    'sessionRequested.converting',
    null,
  ],
  [
    'fails after them, and can retry',
    [...converting, ...again(3, errors.retryable), fails(errors.retryable), 'retry'],
    'sessionRequested.converting',
    null,
  ],
  ['fails when it does not end', [...converting, timer('requestTimeout')], 'idle.failed', 'timeout'],
  ['is called off at once', [...converting, 'login.cancel'], 'idle.fresh', 'cancelled'],
  ['goes on after a restart', [done(record({ access }))], 'sessionRequested.converting', null],
  [
    'may be found approved by asking',
    [...awaiting, 'approval.check', done({ session: null, access })],
    'sessionRequested.converting',
    null,
  ],
  [
    'is denied where TMDB no longer knows the token, by asking',
    [...awaiting, 'approval.check', fails(errors.denied)],
    'idle.approvalDenied',
    'approval_denied',
  ],
  ['and by the way back', [...approved, fails(errors.denied)], 'idle.approvalDenied', 'approval_denied'],
]);

const carrying = [...guestReady, { type: 'ratings.carry', overwrite: false }];
rows('the ratings of a guest', [
  ['are carried over when somebody asks', carrying, 'sessionActive.carryingOver', null],
  [
    'where there was a guest',
    [...ready, { type: 'ratings.carry', overwrite: false }],
    'sessionActive.ready',
    null,
  ],
  [
    'are told on the way',
    [...carrying, { type: 'ratings.progress', carryOver: carried }],
    'sessionActive.carryingOver',
    null,
  ],
  ['are over when all of them are', [...carrying, done(carried)], 'sessionActive.ready', null],
  ['can be called off', [...carrying, 'login.cancel'], 'sessionActive.ready', 'cancelled'],
  [
    'can be gone on with',
    [...carrying, fails(errors.retryable), 'retry'],
    'sessionActive.carryingOver',
    null,
  ],
  ['end in time', [...carrying, timer('carryOverTimeout')], 'sessionActive.ready', 'timeout'],
  [
    'are gone with the guest',
    [...carrying, fails(errors.guestGone), 'retry'],
    'sessionActive.ready',
    'guest_gone',
  ],
  ['do not outlive a logout', [...carrying, 'logout'], 'loggingOut', null],
  [
    'nor a session that is gone',
    [...carrying, fails(errors.sessionInvalid)],
    'guestActive.unused',
    'session_invalid',
  ],
]);

rows('a session', [
  ['outlives a failed account', [...signedIn, fails(errors.final)], 'sessionActive.ready', 'invalid_api_key'],
  [
    'whose account can be asked for again',
    [...signedIn, fails(errors.final), 'retry'],
    'sessionActive.accountRequested',
    null,
  ],
  [
    'ends with 401/3 to the account',
    [...signedIn, fails(errors.sessionInvalid)],
    'idle.sessionRevoked',
    'session_invalid',
  ],
  ['is verified when somebody asks', [...ready, 'session.check'], 'sessionActive.verifying', null],
  ['is verified when it is rejected', [...ready, 'session.rejected'], 'sessionActive.verifying', null],
  [
    'is kept when TMDB still knows it',
    [...ready, 'session.rejected', done(account)],
    'sessionActive.ready',
    null,
  ],
  [
    'is kept when TMDB cannot be asked',
    [...ready, 'session.rejected', timer('requestTimeout')],
    'sessionActive.ready',
    'timeout',
  ],
  [
    'ends with 401/3 to the question',
    [...ready, 'session.rejected', fails(errors.sessionInvalid)],
    'idle.sessionRevoked',
    'session_invalid',
  ],
  [
    'ends for a guest as a guest',
    [...guestReady, 'session.rejected', fails(errors.sessionInvalid)],
    'guestActive.unused',
    'session_invalid',
  ],
  ['ends at its greatest age', [...ready, timer('sessionMaxAge')], 'loggingOut', null],
  [
    'does not end by itself if it has none',
    [...approved, done(endlessSession), timer('sessionMaxAge')],
    'sessionActive.accountRequested',
    null,
  ],
  ['is deleted at TMDB', [...ready, 'logout', done()], 'idle.loggedOut', null],
  [
    'is forgotten even if TMDB cannot be told',
    [...ready, 'logout', fails(errors.final)],
    'idle.loggedOut',
    'revoke_failed',
  ],
  [
    'is forgotten even if TMDB does not answer',
    [...ready, 'logout', timer('requestTimeout')],
    'idle.loggedOut',
    'revoke_failed',
  ],
  [
    'does not come back by a record while it is deleted',
    [...ready, 'logout', { type: 'record.changed', output: record({ session }) }],
    'loggingOut',
    null,
  ],
  [
    'ends where another tab ends it',
    [...ready, { type: 'record.changed', output: record() }],
    'idle.loggedOut',
    null,
  ],
  [
    'begins where another tab begins it',
    [...awaiting, { type: 'record.changed', output: record({ session, account }) }],
    'sessionActive.ready',
    null,
  ],
]);
