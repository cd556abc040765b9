import type { authDelays } from '../../../machines/auth.delays.ts';
import type { authGuards } from '../../../machines/auth.guards.ts';
import type { AuthEvent } from '../../../machines/auth.types.ts';
import type { StatePath } from './texts.ts';

/** What an event says, for people. */
export const EVENT_WORDS: Record<AuthEvent['type'], string> = {
  'login.start': 'Somebody asked to sign in',
  'login.password': 'Somebody gave user name and password',
  'login.cancel': 'The sign-in was called off',
  'approval.granted': 'TMDB sent the user back with a yes',
  'approval.denied': 'TMDB sent the user back with a no',
  'approval.check': 'Somebody asked whether the user has approved',
  'approval.blocked': 'TMDB’s page could not be opened',
  'approval.shown': 'TMDB’s page is open after all',
  'guest.start': 'Somebody asked to go on as a guest',
  'session.adopt': 'The app handed over a session that it had kept',
  'guest.used': 'The guest rated something, so TMDB keeps the guest session',
  'guest.rejected': 'TMDB no longer knows the guest session',
  'session.rejected': 'TMDB refused a call: is the session gone?',
  'session.check': 'Somebody asked whether the session still exists',
  'ratings.carry': 'Somebody asked to carry over the guest’s ratings',
  'ratings.progress': 'More of the guest’s ratings are done',
  'record.changed': 'Another tab or process changed the record',
  'record.failed': 'The record could not be written',
  'login.lost': 'The sign-in is not known here any more',
  retry: 'Somebody asked to try again',
  logout: 'Somebody asked to sign out',
};

/** What the actor of a state answered. */
export const ANSWER_WORDS: Partial<Record<StatePath, { done: string; error: string }>> = {
  restoring: { done: 'The stored record was read', error: 'The stored record could not be read' },
  'tokenRequested.trying': { done: 'TMDB gave a request token', error: 'TMDB gave no request token' },
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
    done: 'TMDB made the access token a session',
    error: 'TMDB made no session of the access token',
  },
  'adoptionRequested.trying': {
    done: 'TMDB knows the session, and said whose it is',
    error: 'The session was not confirmed',
  },
  'sessionActive.accountRequested': {
    done: 'TMDB said whose account it is',
    error: 'TMDB did not say whose account it is',
  },
  'sessionActive.verifying': { done: 'The session is still good', error: 'The session was not confirmed' },
  'sessionActive.carryingOver': {
    done: 'The guest’s ratings were carried over',
    error: 'The guest’s ratings could not be carried over',
  },
  loggingOut: { done: 'TMDB deleted the session', error: 'TMDB could not be told' },
  'guestRequested.trying': { done: 'TMDB gave a guest session', error: 'TMDB gave no guest session' },
};

export const DELAY_WORDS: Record<keyof typeof authDelays, string> = {
  requestTokenLifetime: 'Nobody approved in time',
  guestUnusedLifetime: 'The guest rated nothing in time',
  guestLifetime: 'The guest’s day is over',
  sessionMaxAge: 'The session is as old as this app allows',
  pollInterval: 'Time to ask TMDB again',
  requestTimeout: 'TMDB did not answer in time',
  carryOverTimeout: 'Carrying over took too long',
  storageTimeout: 'The storage did not answer in time',
  backoff: 'The wait before the next try is over',
};

/** Why this way and not another, where the event leaves a choice. */
export const GUARD_WORDS: Record<keyof typeof authGuards, string> = {
  leadsTo: 'that is where the record leads',
  isKnown: 'the record says what is known already',
  hasRest: 'something of an earlier try is still there to drop',
  hasAccess: 'the access token is here already',
  isCarried: 'nothing of it failed',
  isFailure: 'that answer ends it',
  mayCarryOn: 'that is the step that failed',
  isSession: 'it brought a session',
  hasMaxAge: 'the session has an end',
  hasSession: 'there was a session',
  hasGuest: 'a guest is still here',
  guestIsUsed: 'the guest has rated',
  guestIsUnused: 'it is the guest’s first rating',
  hasPassword: 'a password was given',
  failedAt: 'that is the step that failed',
  mayRepeat: 'another try can help',
  endsBy: 'that answer ends it',
};
