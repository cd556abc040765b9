import type { authDelays } from '../../../machines/auth.delays.ts';
import type { authGuards } from '../../../machines/auth.guards.ts';
import type { AuthEvent } from '../../../machines/auth.types.ts';
import type { StatePath } from './texts.ts';

/** Each event in a sentence. */
export const EVENT_WORDS: Record<AuthEvent['type'], string> = {
  'login.start': 'The app asked to sign in',
  'login.password': 'The app passed on user name and password',
  'login.cancel': 'The app asked to cancel',
  'approval.granted': 'TMDB sent the user back: approved',
  'approval.denied': 'TMDB sent the user back: denied',
  'approval.check': 'The app asked whether the user has approved',
  'approval.blocked': 'TMDB’s page could not be opened',
  'approval.shown': 'TMDB’s page is open after all',
  'guest.start': 'The app asked for a guest session',
  'session.adopt': 'The app handed over a session that it had stored',
  'guest.used': 'The guest rated something, so TMDB keeps the guest session',
  'guest.rejected': 'TMDB no longer knows the guest session',
  'session.rejected': 'TMDB refused a call: is the session gone?',
  'session.check': 'The app asked whether the session still exists',
  'ratings.carry': 'The app asked to carry over the guest’s ratings',
  'ratings.progress': 'More of the guest’s ratings are done',
  'record.changed': 'Another tab or process changed the record',
  'record.failed': 'The record could not be written',
  'login.lost': 'This client no longer knows the sign-in',
  retry: 'The app asked to try again',
  logout: 'The app asked to sign out',
};

/** The answers of each state's actor in a sentence. */
export const ANSWER_WORDS: Partial<Record<StatePath, { done: string; error: string }>> = {
  restoring: { done: 'The stored record was read', error: 'The stored record could not be read' },
  'tokenRequested.trying': { done: 'TMDB issued a request token', error: 'TMDB issued no request token' },
  'awaitingApproval.checking': {
    done: 'The user approved, and TMDB made a session',
    error: 'TMDB made no session',
  },
  loginSubmitted: { done: 'TMDB took the password', error: 'TMDB did not take the password' },
  'sessionRequested.exchanging': {
    done: 'TMDB exchanged the request token',
    error: 'TMDB did not exchange the request token',
  },
  'sessionRequested.converting': {
    done: 'TMDB made a session from the access token',
    error: 'TMDB made no session from the access token',
  },
  'adoptionRequested.trying': {
    done: 'TMDB knows the session and its account',
    error: 'TMDB did not confirm the session',
  },
  'sessionActive.accountRequested': {
    done: 'The account was read',
    error: 'The account could not be read',
  },
  'sessionActive.verifying': {
    done: 'The session is still valid',
    error: 'TMDB did not confirm the session',
  },
  'sessionActive.carryingOver': {
    done: 'The guest’s ratings were carried over',
    error: 'The guest’s ratings could not be carried over',
  },
  loggingOut: { done: 'TMDB deleted the session', error: 'TMDB did not delete the session' },
  'guestRequested.trying': { done: 'TMDB issued a guest session', error: 'TMDB issued no guest session' },
};

export const DELAY_WORDS: Record<keyof typeof authDelays, string> = {
  requestTokenLifetime: 'The user did not approve in time',
  guestUnusedLifetime: 'The guest rated nothing in time',
  guestLifetime: 'The guest session has ended',
  sessionMaxAge: 'The session has reached its maximum age',
  pollInterval: 'Time to ask TMDB again',
  requestTimeout: 'TMDB did not answer in time',
  carryOverTimeout: 'Carrying over took too long',
  storageTimeout: 'The storage did not answer in time',
  backoff: 'Time for the next try',
};

/** The reason for the transition, after "because". */
export const GUARD_WORDS: Record<keyof typeof authGuards, string> = {
  leadsTo: 'the stored record leads there',
  isKnown: 'the record holds nothing new',
  hasRest: 'a failed sign-in left a token',
  hasAccess: 'there is an access token already',
  isCarried: 'no rating failed',
  isFailure: 'this failure is final',
  mayCarryOn: 'this is the step that failed',
  isSession: 'TMDB’s answer holds a session',
  hasMaxAge: 'the app limits the age of sessions',
  hasSession: 'there was a session',
  hasGuest: 'there is still a guest session',
  guestIsUsed: 'the guest has rated something',
  guestIsUnused: 'it is the guest’s first rating',
  hasPassword: 'a password was given',
  failedAt: 'this is the step that failed',
  mayRepeat: 'another try can help',
  endsBy: 'this failure is final',
};
