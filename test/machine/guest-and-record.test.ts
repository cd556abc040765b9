import {
  account,
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
import { again, asGuest, fresh, guestApproved, guestAsked, guestAwaiting, rows } from './scenes.ts';
import { done, fails, timer } from './world.ts';

rows('a record leads', [
  ['to idle.fresh when it is empty', fresh, 'idle.fresh', null],
  [
    'to the session and its account, without a request',
    [done(record({ session, account }))],
    'sessionActive.ready',
    null,
  ],
  [
    'to a request for the account it lacks',
    [done(record({ session }))],
    'sessionActive.accountRequested',
    null,
  ],
  [
    'to the exchange that was interrupted',
    [done(record({ token, exchanging: true }))],
    'sessionRequested.exchanging',
    null,
  ],
  ['to the approval it waited for', [done(record({ token, guest }))], 'awaitingApproval.waiting', null],
  [
    'to tokenExpired when the token has expired',
    [done(record({ token: expiredToken }))],
    'idle.tokenExpired',
    'token_expired',
  ],
  [
    'to its guest when the token has expired',
    [done(record({ token: expiredToken, guest }))],
    'guestActive.unused',
    'token_expired',
  ],
  ['to a used guest', [done(record({ guest: guestUsed }))], 'guestActive.used', null],
  [
    'to guestExpired when the guest has expired',
    [done(record({ guest: expiredGuest }))],
    'idle.guestExpired',
    null,
  ],
  ['to idle.fresh when the storage fails', [fails(otherErrors.storage)], 'idle.fresh', 'storage_unavailable'],
  [
    'to idle.fresh when the storage does not answer',
    [timer('storageTimeout')],
    'idle.fresh',
    'storage_unavailable',
  ],
  [
    'to its guest once a retry has read it',
    [timer('storageTimeout'), 'retry', done(record({ guest }))],
    'guestActive.unused',
    null,
  ],
]);

rows('a guest', [
  ['begins unused', asGuest, 'guestActive.unused', null],
  ['is used from the first rating on', [...asGuest, 'guest.used'], 'guestActive.used', null],
  ['ends after an hour when unused', [...asGuest, timer('guestUnusedLifetime')], 'idle.guestExpired', null],
  [
    'ends after a day when used',
    [...asGuest, 'guest.used', timer('guestLifetime')],
    'idle.guestExpired',
    null,
  ],
  ['ends when TMDB says so', [...asGuest, 'guest.rejected'], 'idle.guestExpired', null],
  [
    'is requested 4 times',
    [...guestAsked, ...again(3, errors.wait), fails(errors.wait)],
    'idle.failed',
    'rate_limited',
  ],
  ['fails when the request times out', [...guestAsked, timer('requestTimeout')], 'idle.failed', 'timeout'],
  [
    'can be requested again',
    [...guestAsked, timer('requestTimeout'), 'retry'],
    'guestRequested.trying',
    null,
  ],
  [
    'remains when the approval is denied, with the failure',
    [...guestAwaiting, 'approval.denied'],
    'guestActive.unused',
    'approval_denied',
  ],
  [
    'remains when the token expires',
    [...guestAwaiting, timer('requestTokenLifetime')],
    'guestActive.unused',
    'token_expired',
  ],
  [
    'remains when the exchange fails',
    [...guestApproved, fails(errors.final)],
    'guestActive.unused',
    'invalid_api_key',
  ],
  [
    'remains when the token is too old',
    [...guestApproved, fails(errors.tokenExpired)],
    'guestActive.unused',
    'token_expired',
  ],
  [
    'can retry the exchange',
    [...guestApproved, timer('requestTimeout'), 'retry'],
    'sessionRequested.exchanging',
    null,
  ],
  [
    'who is used meanwhile remains as used',
    [...guestAwaiting, 'guest.used', 'login.cancel'],
    'guestActive.used',
    'cancelled',
  ],
  [
    'who ended meanwhile does not come back',
    [...guestAwaiting, 'guest.rejected', 'login.cancel'],
    'idle.fresh',
    'cancelled',
  ],
]);
