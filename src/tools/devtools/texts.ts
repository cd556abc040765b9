import type { SnapshotFrom } from 'xstate';
import type { authMachine } from '../../../machines/index.ts';

/** The paths in a state value, a parent's too: `{ idle: 'fresh' }` has `idle` and `idle.fresh`. */
type PathsOf<Value> = Value extends string
  ? Value
  : { [Key in keyof Value & string]-?: Key | `${Key}.${PathsOf<NonNullable<Value[Key]>>}` }[keyof Value &
      string];

export type StatePath = PathsOf<SnapshotFrom<typeof authMachine>['value']>;

export interface StateText {
  /** What is true while the state lasts. */
  means: string;
  /** What a UI shows there. */
  shows: string;
}

/** What each state means, for tables and tools. */
export const STATE_TEXTS: Record<StatePath, StateText> = {
  restoring: {
    means: 'The stored record is being read',
    shows: 'nothing yet, or a placeholder: who is here is not known',
  },

  idle: { means: 'Nobody is signed in; the child says why', shows: '“Sign in” and “Continue as guest”' },
  'idle.fresh': { means: 'Nothing happened yet, or the sign-in was cancelled', shows: 'the two buttons' },
  'idle.loggedOut': { means: 'Signed out, everything here is wiped', shows: '“You are signed out”' },
  'idle.approvalDenied': { means: 'The user said no on TMDB', shows: '“Not approved”, and the buttons' },
  'idle.tokenExpired': { means: 'Nobody approved in time', shows: '“That took too long”, and the buttons' },
  'idle.guestExpired': {
    means: 'The guest session ended',
    shows: '“Your guest visit ended”, and the buttons',
  },
  'idle.sessionRevoked': {
    means: 'TMDB no longer knows the session',
    shows: '“You were signed out by TMDB”, and the buttons',
  },
  'idle.failed': { means: 'A request did not work', shows: 'the failure, and “Try again” where `can.retry`' },

  tokenRequested: { means: 'A request token is on its way', shows: 'a spinner and “Cancel”' },
  'tokenRequested.trying': { means: 'TMDB is being asked', shows: 'the same' },
  'tokenRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  awaitingApproval: {
    means: 'The user approves the request on TMDB',
    shows: 'the link to TMDB, a countdown to `expiresAt`, “Cancel”',
  },
  'awaitingApproval.waiting': {
    means: 'Until the user comes back',
    shows: 'the link, the countdown, “Cancel”; “I approved it” where no return can be caught',
  },
  'awaitingApproval.checking': { means: 'TMDB is asked whether it was approved', shows: 'a spinner' },

  loginSubmitted: {
    means: 'User name and password are with TMDB, once',
    shows: 'a spinner and “Cancel”',
  },

  sessionRequested: { means: 'The approved token becomes a session', shows: 'a spinner and “Cancel”' },
  'sessionRequested.exchanging': { means: 'TMDB is being asked', shows: 'the same' },
  'sessionRequested.converting': {
    means: 'v4: the access token becomes a session, too',
    shows: 'the same',
  },
  'sessionRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  adoptionRequested: {
    means: 'A session that the app had kept is shown to TMDB',
    shows: 'a spinner and “Cancel”',
  },
  'adoptionRequested.trying': { means: 'TMDB is asked whose it is', shows: 'the same' },
  'adoptionRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  sessionActive: { means: 'Signed in', shows: 'the app, and “Sign out”' },
  'sessionActive.accountRequested': {
    means: 'Signed in, the account is being read',
    shows: 'the app, with a placeholder for the name',
  },
  'sessionActive.ready': {
    means: 'Signed in, and nothing to do',
    shows: 'name and avatar; “Try again” if the account could not be read',
  },
  'sessionActive.verifying': {
    means: 'A call was refused: does the session still exist?',
    shows: 'the app as before',
  },

  'sessionActive.carryingOver': {
    means: 'What the guest rated is rated for the user',
    shows: 'the app, and how far it is (`carryOver`)',
  },

  loggingOut: { means: 'Wiped here, TMDB is being told', shows: 'a spinner: “Signing out”' },

  guestRequested: { means: 'A guest session is on its way', shows: 'a spinner and “Cancel”' },
  'guestRequested.trying': { means: 'TMDB is being asked', shows: 'the same' },
  'guestRequested.backoff': { means: 'A short wait before the next try', shows: 'the same' },

  guestActive: { means: 'A guest is here', shows: 'the app, “Sign in” and “Leave”' },
  'guestActive.unused': {
    means: 'Nothing rated yet: TMDB deletes it soon',
    shows: 'a countdown to `expiresAt`: “rate something to stay”',
  },
  'guestActive.used': { means: 'Has rated something', shows: 'the end of the visit (`expiresAt`)' },
};
