/** TMDB's API generation. v3 hands out a session id; v4 an access token, which is converted into a session as well. */
export type ApiVersion = 3 | 4;

/** The account TMDB reports for a session (`GET /3/account`). Every string but `username` may be empty. */
export interface Account {
  /** TMDB's number for it: what v3 paths such as `/3/account/548/favorite` take. */
  id: number;
  /** The name to sign in with. */
  username: string;
  /** The display name; often empty. */
  name: string;
  /** Path below TMDB's image host, e.g. `/abc.png`, or null. */
  avatarPath: string | null;
  /** Gravatar hash, or null. */
  gravatarHash: string | null;
  /** ISO 639-1, e.g. `en`, or empty. */
  language: string;
  /** ISO 3166-1, e.g. `CA`, or empty. */
  country: string;
  /** Whether the user wants adult films in searches. */
  includeAdult: boolean;
}

/** A request token that this client may still use. Its value lives in the vault. All times are epoch ms. */
export interface TokenFacts {
  /** The API it is for: the two approve and exchange tokens in different ways. */
  apiVersion: ApiVersion;
  /** When TMDB was asked for it. */
  requestedAt: number;
  /** When TMDB forgets it unless it is used. */
  expiresAt: number;
}

/** A v4 access token of the user. Its value lives in the vault. Epoch ms. It does not expire by itself. */
export interface AccessFacts {
  /** When the user approved it, or the app handed it over. */
  createdAt: number;
  /** The account's id in v4: 24 hex digits, or empty if TMDB did not say. */
  accountObjectId: string;
}

/** A session. Its id lives in the vault. Epoch ms. TMDB's v3 sessions do not expire by themselves. */
export interface SessionFacts {
  /** When it was made, or the app handed it over. */
  createdAt: number;
  /** When this app ends it by itself (`sessionMaxAge`), or null. */
  expiresAt: number | null;
}

/** A guest session. Its id lives in the vault. Epoch ms. TMDB deletes it at `unusedUntil` unless it was used. */
export interface GuestFacts {
  /** When it was made. */
  createdAt: number;
  /** It has rated something. */
  used: boolean;
  /** TMDB deletes it then if it has rated nothing: 60 minutes after it was made. */
  unusedUntil: number;
  /** TMDB deletes it then in any case: about 24 hours after it was made. */
  expiresAt: number;
}

/** The facts of this client, as plain JSON without secrets. The machine stores nothing else. */
export interface AuthFacts {
  /** The request token that waits for approval, or is about to be exchanged. */
  token: TokenFacts | null;
  /** The token is being exchanged: from now on TMDB may hold a session made from it. */
  exchanging: boolean;
  /** v4 only: exists before the session that is made from it, and as long as that. */
  access: AccessFacts | null;
  /** The session of the signed-in user. */
  session: SessionFacts | null;
  /** The account of the session, or null until TMDB has named it. */
  account: Account | null;
  /** The known guest. Stays beside a user while the guest's ratings can still be carried over. */
  guest: GuestFacts | null;
}

/** Why something failed. Codes are stable: a UI may choose its text by them. docs/reference.md explains each. */
export type FailureCode =
  | 'network'
  | 'timeout'
  | 'rate_limited'
  | 'unavailable'
  | 'bad_answer'
  | 'invalid_credentials'
  | 'invalid_api_key'
  | 'suspended_api_key'
  | 'session_denied'
  | 'session_invalid'
  | 'invalid_request_token'
  | 'not_approved'
  | 'no_write_permission'
  | 'invalid_login'
  | 'account_disabled'
  | 'email_not_verified'
  | 'user_suspended'
  | 'approval_denied'
  | 'token_expired'
  | 'cancelled'
  | 'callback_mismatch'
  | 'callback_invalid'
  | 'exchange_interrupted'
  | 'revoke_failed'
  | 'guest_gone'
  | 'storage_unavailable'
  | 'record_newer'
  | 'popup_blocked'
  | 'invalid_value'
  | 'not_found'
  | 'not_allowed'
  | 'disposed'
  | 'unexpected';

/** Why something failed. Contains no URL, header, body or secret. */
export interface Failure {
  /** The code, for programs. */
  code: FailureCode;
  /** One sentence for a developer or a log: what happened and what to do. */
  message: string;
  /** Repeating the call may succeed. */
  retryable: boolean;
  /** TMDB's own `status_code`, where it sent one. */
  tmdbCode?: number;
  /** The HTTP status of the answer, where there was one. */
  httpStatus?: number;
  /** How long TMDB asked clients to wait, in ms. */
  retryAfter?: number;
}

/** The steps that ask TMDB or storage, so that `retry` can repeat them. */
export type Step =
  | 'restoring'
  | 'tokenRequested'
  | 'sessionRequested'
  | 'converting'
  | 'accountRequested'
  | 'carryingOver'
  | 'guestRequested';

/** A film, series or episode, as TMDB names it: `movie/550`, `tv/1396/season/1/episode/2`. */
export type MediaPath = string;

/** The outcome of carrying over a guest's ratings, so far or in the end. */
export interface CarryOver {
  /** How many ratings the guest has. Null while they are counted, or if none was found and a list could not be read. */
  total: number | null;
  /** Ratings that the account now has with the guest's value. */
  carried: number;
  /** Ratings that the user had already given another value, which stays. */
  kept: number;
  /** Ratings that could not be stored, and why. Calling it again tries these. */
  failed: { media: MediaPath; code: FailureCode }[];
}

/** The machine's memory beside its state: plain JSON without secrets. */
export interface AuthContext {
  /** The API version of the next sign-in. */
  apiVersion: ApiVersion;
  /** The facts, as they are stored. */
  facts: AuthFacts;
  /** How the token gets its approval: on TMDB's page, or by user name and password. */
  method: 'approval' | 'password';
  /** Tries of the current step so far. */
  tries: number;
  /** How long TMDB's last answer asked clients to wait, in ms, or null. */
  retryAfter: number | null;
  /** Why the last step failed, until the next one begins. */
  failure: Failure | null;
  /** The step that `retry` repeats, or null if there is nothing to retry. */
  failedStep: Step | null;
  /** The last carry-over of a guest's ratings, or null. */
  carryOver: CarryOver | null;
  /** The carry-over replaces the values of the user's own ratings. */
  overwrites: boolean;
}

/** Input of the machine. */
export interface AuthInput {
  /** The API version of sign-ins. */
  apiVersion: ApiVersion;
}

/** A session that the app had stored, and the account that TMDB named for it. */
export interface Adopted {
  /** As old as the adoption: TMDB does not say when the session was made. */
  session: SessionFacts;
  /** Not null if the app had stored a v4 access token. */
  access: AccessFacts | null;
  /** The account of the session. */
  account: Account;
}

/** The result of an exchange: v3 a session, v4 an access token, or both if another client already had them. */
export type Granted =
  | { session: SessionFacts; access: AccessFacts | null }
  | { session: null; access: AccessFacts };

/** The stored facts that `restore` found, and the time (epoch ms) to check them against. */
export interface Restored {
  /** When the record was read, epoch ms. */
  at: number;
  /** The facts of the record, not checked against the time. */
  facts: AuthFacts;
}

/** Every event that a caller or an adapter may send. None carries a secret. */
export type AuthEvent =
  | { type: 'login.start' }
  | { type: 'login.password' }
  | { type: 'login.cancel' }
  | { type: 'approval.granted' }
  | { type: 'approval.denied' }
  | { type: 'approval.check' }
  /** TMDB's page could not be opened: the user has to open it by hand. */
  | { type: 'approval.blocked'; failure: Failure }
  /** TMDB's page is open after all. */
  | { type: 'approval.shown' }
  | { type: 'guest.start' }
  /** The app handed over a session, which is in the vault now. */
  | { type: 'session.adopt' }
  | { type: 'guest.used' }
  /** TMDB said that the guest session is gone: 401 with code 3 for a rating, and then for the rated list. */
  | { type: 'guest.rejected' }
  /** TMDB said on some call that the session is gone (401, code 3). The machine verifies it first. */
  | { type: 'session.rejected' }
  /** A caller asks whether the session still exists. */
  | { type: 'session.check' }
  /** Carries the guest's ratings over to the user. */
  | { type: 'ratings.carry'; overwrite: boolean }
  /** How far the carry-over is. */
  | { type: 'ratings.progress'; carryOver: CarryOver }
  /** Another client (a tab, a process) changed the stored record to this. */
  | { type: 'record.changed'; output: Restored }
  /** The record could not be written: the current facts will not survive a restart. */
  | { type: 'record.failed'; failure: Failure }
  /** The user came back from TMDB, but the sign-in is unknown here or has ended. */
  | { type: 'login.lost'; failure: Failure }
  | { type: 'retry' }
  | { type: 'logout' };

/** The facts of a new client. */
export const NOTHING: AuthFacts = {
  token: null,
  exchanging: false,
  access: null,
  session: null,
  account: null,
  guest: null,
};

/** The context of a new machine. */
export const contextAtFirst = ({ apiVersion }: AuthInput): AuthContext => ({
  apiVersion,
  facts: NOTHING,
  method: 'approval',
  tries: 0,
  retryAfter: null,
  failure: null,
  failedStep: null,
  carryOver: null,
  overwrites: false,
});
