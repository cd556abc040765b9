import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../../../machines/index.ts';

/** The paths in a state value, a parent's too: `{ idle: 'fresh' }` has `idle` and `idle.fresh`. */
type PathsOf<Value> = Value extends string
  ? Value
  : { [Key in keyof Value & string]-?: Key | `${Key}.${PathsOf<NonNullable<Value[Key]>>}` }[keyof Value &
      string];

export type StatePath = PathsOf<SnapshotFrom<typeof authMachine>['value']>;

export interface StateText {
  /** The meaning of the state. */
  means: string;
  /** Suggestion for a UI. */
  shows: string;
}

/** The meaning of each state, for the panel, the viewer and the tables in docs. */
export const STATE_TEXTS: Record<StatePath, StateText> = {
  restoring: {
    means: 'The stored record is being read',
    shows: 'nothing yet, or a placeholder: it is not known yet whether a user is signed in',
  },

  idle: {
    means: 'Nobody is signed in; the child state says why',
    shows: '“Sign in” and “Continue as guest”',
  },
  'idle.fresh': { means: 'Nothing has happened yet, or the sign-in was cancelled', shows: 'the two buttons' },
  'idle.loggedOut': { means: 'Signed out; all stored data is deleted', shows: '“You are signed out”' },
  'idle.approvalDenied': {
    means: 'The user denied the request on TMDB',
    shows: '“Not approved”, and the buttons',
  },
  'idle.tokenExpired': {
    means: 'The user did not approve in time',
    shows: '“That took too long”, and the buttons',
  },
  'idle.guestExpired': {
    means: 'The guest session ended',
    shows: '“Your guest session ended”, and the buttons',
  },
  'idle.sessionRevoked': {
    means: 'TMDB no longer knows the session',
    shows: '“You were signed out by TMDB”, and the buttons',
  },
  'idle.failed': { means: 'A request failed', shows: 'the failure, and “Try again” where `can.retry`' },

  tokenRequested: { means: 'A request token is being fetched', shows: 'a spinner and “Cancel”' },
  'tokenRequested.trying': { means: 'TMDB is being asked', shows: 'the same' },
  'tokenRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  awaitingApproval: {
    means: 'The user approves the request on TMDB',
    shows: 'the link to TMDB, a countdown to `expiresAt`, “Cancel”',
  },
  'awaitingApproval.waiting': {
    means: 'Waiting for the user to come back',
    shows: 'the link, the countdown, “Cancel”; “I approved it” where no return can be caught',
  },
  'awaitingApproval.checking': { means: 'TMDB is asked whether the user has approved', shows: 'a spinner' },

  loginSubmitted: {
    means: 'User name and password are sent to TMDB, once',
    shows: 'a spinner and “Cancel”',
  },

  sessionRequested: {
    means: 'The approved token is exchanged for a session',
    shows: 'a spinner and “Cancel”',
  },
  'sessionRequested.exchanging': { means: 'TMDB is being asked', shows: 'the same' },
  'sessionRequested.converting': {
    means: 'v4: a session is made from the access token',
    shows: 'the same',
  },
  'sessionRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  adoptionRequested: {
    means: 'TMDB is asked about a session that the app had stored',
    shows: 'a spinner and “Cancel”',
  },
  'adoptionRequested.trying': {
    means: 'TMDB is asked which account the session belongs to',
    shows: 'the same',
  },
  'adoptionRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  sessionActive: { means: 'Signed in', shows: 'the app, and “Sign out”' },
  'sessionActive.accountRequested': {
    means: 'Signed in; the account is being read',
    shows: 'the app, with a placeholder for the name',
  },
  'sessionActive.ready': {
    means: 'Signed in, and no step is running',
    shows: 'name and avatar; “Try again” if the account could not be read',
  },
  'sessionActive.verifying': {
    means: 'TMDB is asked whether the session still exists',
    shows: 'the app as before',
  },

  'sessionActive.carryingOver': {
    means: 'The guest’s ratings are carried over to the user',
    shows: 'the app, and the progress (`carryOver`)',
  },

  loggingOut: {
    means: 'Stored data is deleted; TMDB is asked to delete the session',
    shows: 'a spinner: “Signing out”',
  },

  guestRequested: { means: 'A guest session is being created', shows: 'a spinner and “Cancel”' },
  'guestRequested.trying': { means: 'TMDB is being asked', shows: 'the same' },
  'guestRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  guestActive: { means: 'A guest session is active', shows: 'the app, “Sign in” and “Leave”' },
  'guestActive.unused': {
    means: 'The guest has rated nothing yet: TMDB deletes the session soon',
    shows: 'a countdown to `expiresAt`: “rate something to stay”',
  },
  'guestActive.used': {
    means: 'The guest has rated something',
    shows: 'the end of the session (`expiresAt`)',
  },
};
