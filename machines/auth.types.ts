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

/** A request token that is still ours to use. Its value lives in the vault. All times are epoch ms. */
export interface TokenFacts {
  /** Which API it is for: the two are approved and exchanged in different ways. */
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

/** What is true about this client, as plain JSON without secrets. This, and nothing else, is stored. */
export interface AuthFacts {
  /** Waiting for approval, or about to be exchanged. */
  token: TokenFacts | null;
  /** The token is being exchanged: from here on TMDB may hold a session made from it. */
  exchanging: boolean;
  /** v4 only: there before the session that is made of it, and as long. */
  access: AccessFacts | null;
  /** There while a user is signed in. */
  session: SessionFacts | null;
  /** Whose session it is, or null while TMDB has not said. */
  account: Account | null;
  /** There while a guest is known, also beside a user whose guest ratings can still be carried over. */
  guest: GuestFacts | null;
}

/** Why something did not work. Stable: a UI may choose its sentence by it. What each means is in the README's table. */
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

/** Why something did not work. Carries no URL, header, body or secret. */
export interface Failure {
  /** What happened, for programs. */
  code: FailureCode;
  /** One sentence for a developer or a log: what happened and what to do. */
  message: string;
  /** Doing the same again may work. */
  retryable: boolean;
  /** TMDB's own `status_code`, where it sent one. */
  tmdbCode?: number;
  /** The answer's HTTP status, where there was one. */
  httpStatus?: number;
  /** How long TMDB asked us to wait, in ms. */
  retryAfter?: number;
}

/** The states that ask TMDB (or storage) and can therefore be asked again by `retry`. */
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

/** What became of a guest's ratings, so far or in the end. */
export interface CarryOver {
  /** Ratings the guest has, or null while they are counted, and where none was found and a list could not be read. */
  total: number | null;
  /** On the account now, with the guest's value. */
  carried: number;
  /** The user had rated that otherwise, which stays. */
  kept: number;
  /** Could not be rated, and why. Calling it again tries these. */
  failed: { media: MediaPath; code: FailureCode }[];
}

/** What the machine remembers beside its state: plain JSON without secrets. */
export interface AuthContext {
  /** What the next sign-in will be for. */
  apiVersion: ApiVersion;
  /** What is true, and stored. */
  facts: AuthFacts;
  /** How the token gets its approval: on TMDB's page, or by user name and password. */
  method: 'approval' | 'password';
  /** Tries made in the present step. */
  tries: number;
  /** What TMDB's last answer asked us to wait, in ms, or null. */
  retryAfter: number | null;
  /** Why the last thing did not work, until the next begins. */
  failure: Failure | null;
  /** The step `retry` goes back to, or null where there is nothing to retry. */
  failedStep: Step | null;
  /** The last carry-over of a guest's ratings, or null. */
  carryOver: CarryOver | null;
  /** It replaces what the user has rated otherwise. */
  overwrites: boolean;
}

/** What the machine is started with. */
export interface AuthInput {
  /** What sign-ins are for. */
  apiVersion: ApiVersion;
}

/** A session that the app had kept: TMDB knows it, and the account is its. */
export interface Adopted {
  /** As old as the adoption: TMDB does not say when it was made. */
  session: SessionFacts;
  /** Where the app had kept a v4 access token. */
  access: AccessFacts | null;
  /** Whose session it is. */
  account: Account;
}

/** What an approved token was exchanged for: v3 a session, v4 an access token, or both if another client had them. */
export type Granted =
  | { session: SessionFacts; access: AccessFacts | null }
  | { session: null; access: AccessFacts };

/** What `restore` found in storage, and the time (epoch ms) to check it against. */
export interface Restored {
  /** The time of reading, epoch ms. */
  at: number;
  /** What the record says; nothing of it has been checked against the time. */
  facts: AuthFacts;
}

/** Every event a caller or an adapter may send. None carries a secret. */
export type AuthEvent =
  | { type: 'login.start' }
  | { type: 'login.password' }
  | { type: 'login.cancel' }
  | { type: 'approval.granted' }
  | { type: 'approval.denied' }
  | { type: 'approval.check' }
  /** TMDB's page could not be shown: the user has to open it by hand. */
  | { type: 'approval.blocked'; failure: Failure }
  /** It is shown after all. */
  | { type: 'approval.shown' }
  | { type: 'guest.start' }
  /** The app had kept a session, which is in the vault now. */
  | { type: 'session.adopt' }
  | { type: 'guest.used' }
  /** TMDB said that the guest session is gone: 401 with code 3 for a rating, and then for the rated list. */
  | { type: 'guest.rejected' }
  /** TMDB said on some call that the session is gone (401, code 3): it is verified before it is believed. */
  | { type: 'session.rejected' }
  /** Somebody wants to know whether the session still exists. */
  | { type: 'session.check' }
  /** The guest's ratings are to be the user's. */
  | { type: 'ratings.carry'; overwrite: boolean }
  /** So far. */
  | { type: 'ratings.progress'; carryOver: CarryOver }
  /** Somebody else (a tab, a process) changed the stored record: this is what it says now. */
  | { type: 'record.changed'; output: Restored }
  /** The record could not be written: what is true now will not survive a restart. */
  | { type: 'record.failed'; failure: Failure }
  /** The user came back from TMDB, and the sign-in that this belongs to is not known here or has ended. */
  | { type: 'login.lost'; failure: Failure }
  | { type: 'retry' }
  | { type: 'logout' };

/** The facts of a client that nobody has used yet. */
export const NOTHING: AuthFacts = {
  token: null,
  exchanging: false,
  access: null,
  session: null,
  account: null,
  guest: null,
};

/** What the machine begins with. */
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
