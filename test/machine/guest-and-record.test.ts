import {
  account,
  errors,
  guest,
  guestOver,
  guestUsed,
  otherErrors,
  record,
  session,
  token,
  tokenOver,
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
    'to a request of the account it lacks',
    [done(record({ session }))],
    'sessionActive.accountRequested',
    null,
  ],
  [
    'to the exchange it died in',
    [done(record({ token, exchanging: true }))],
    'sessionRequested.exchanging',
    null,
  ],
  ['to the approval it waited for', [done(record({ token, guest }))], 'awaitingApproval.waiting', null],
  [
    'to tokenExpired when that is too late',
    [done(record({ token: tokenOver }))],
    'idle.tokenExpired',
    'token_expired',
  ],
  [
    'back to the guest then, if there is one',
    [done(record({ token: tokenOver, guest }))],
    'guestActive.unused',
    'token_expired',
  ],
  ['to a guest who was used', [done(record({ guest: guestUsed }))], 'guestActive.used', null],
  ['to guestExpired when the guest is over', [done(record({ guest: guestOver }))], 'idle.guestExpired', null],
  ['nowhere when storage fails', [fails(otherErrors.storage)], 'idle.fresh', 'storage_unavailable'],
  ['nowhere when storage does not answer', [timer('storageTimeout')], 'idle.fresh', 'storage_unavailable'],
  [
    'somewhere once it is read again',
    [timer('storageTimeout'), 'retry', done(record({ guest }))],
    'guestActive.unused',
    null,
  ],
]);

rows('a guest', [
  ['begins unused', asGuest, 'guestActive.unused', null],
  ['is used from the first rating on', [...asGuest, 'guest.used'], 'guestActive.used', null],
  ['unused, ends after an hour', [...asGuest, timer('guestUnusedLifetime')], 'idle.guestExpired', null],
  ['used, ends after a day', [...asGuest, 'guest.used', timer('guestLifetime')], 'idle.guestExpired', null],
  ['ends when TMDB says so', [...asGuest, 'guest.rejected'], 'idle.guestExpired', null],
  [
    'is asked for 4 times',
    [...guestAsked, ...again(3, errors.wait), fails(errors.wait)],
    'idle.failed',
    'rate_limited',
  ],
  ['is not waited for without an end', [...guestAsked, timer('requestTimeout')], 'idle.failed', 'timeout'],
  [
    'can be asked for again',
    [...guestAsked, timer('requestTimeout'), 'retry'],
    'guestRequested.trying',
    null,
  ],
  [
    'remains when the approval is denied, and hears why',
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
    'who is used meanwhile comes back as used',
    [...guestAwaiting, 'guest.used', 'login.cancel'],
    'guestActive.used',
    'cancelled',
  ],
  [
    'whose session ended meanwhile does not come back',
    [...guestAwaiting, 'guest.rejected', 'login.cancel'],
    'idle.fresh',
    'cancelled',
  ],
]);
