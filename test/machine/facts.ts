import {
  type AccessFacts,
  type Account,
  type Adopted,
  type AuthFacts,
  type authActors,
  type CarryOver,
  type Failure,
  failure,
  type Granted,
  type GuestFacts,
  NOTHING,
  type Restored,
  type SessionFacts,
  type TokenFacts,
} from '../../machines/index.ts';
import { HOUR } from '../support/clock.ts';

/** One output of each kind for actors and records. Times are fixed numbers, as the machine reads no clock. */
export const NOW = 1_750_000_000_000;
/** A moment before all expiries of these facts. */
export const BEFORE_ALL_EXPIRIES = NOW - 48 * HOUR;
/** Stands where a careless actor would put a secret. It must not appear anywhere. */
export const SENTINEL = 'SENTINEL-1f0c';

export const token: TokenFacts = { apiVersion: 3, requestedAt: NOW, expiresAt: NOW + HOUR };
export const expiredToken: TokenFacts = { apiVersion: 4, requestedAt: NOW - 2 * HOUR, expiresAt: NOW - HOUR };
export const session: SessionFacts = { createdAt: NOW, expiresAt: NOW + 24 * HOUR };
export const endlessSession: SessionFacts = { createdAt: NOW, expiresAt: null };
export const access: AccessFacts = { createdAt: NOW, accountObjectId: '4bc8892a017a3c0f92000002' };
/** The results of an exchange in v3 and in v4. */
export const granted: Granted = { session, access: null };
export const grantedAccess: Granted = { session: null, access };
export const carried: CarryOver = { total: 2, carried: 1, kept: 1, failed: [] };
export const carriedInPart: CarryOver = {
  total: 1,
  carried: 0,
  kept: 0,
  failed: [{ media: 'movie/550', code: 'bad_answer' }],
};
export const account: Account = {
  id: 1,
  username: 'ann',
  name: '',
  avatarPath: null,
  gravatarHash: null,
  language: 'en',
  country: 'CA',
  includeAdult: false,
};
/** The result of adopting a session that the app had stored. */
export const adopted: Adopted = { session, access: null, account };
const unusedUntil = NOW + HOUR;
const expiresAt = NOW + 24 * HOUR;
export const guest: GuestFacts = { createdAt: NOW, used: false, unusedUntil, expiresAt };
export const guestUsed: GuestFacts = { ...guest, used: true };
export const expiredGuest: GuestFacts = { ...guest, createdAt: NOW - 2 * HOUR, unusedUntil: NOW - HOUR };

/** A stored record with these facts, read now. */
export const record = (facts: Partial<AuthFacts> = {}): Restored => ({
  at: NOW,
  facts: { ...NOTHING, ...facts },
});

/** The last three are inconsistent records, which no client writes: the machine must drop what does not fit. */
export const records: Restored[] = [
  record(),
  record({ guest }),
  record({ guest: guestUsed }),
  record({ guest: expiredGuest }),
  record({ token }),
  record({ token, guest }),
  record({ token: expiredToken }),
  record({ token: expiredToken, guest: guestUsed }),
  record({ token: expiredToken, guest: expiredGuest }),
  record({ token, exchanging: true }),
  record({ token: expiredToken, exchanging: true, guest }),
  record({ access }),
  record({ access, exchanging: true, guest }),
  record({ access, session, account }),
  record({ session }),
  record({ session, account }),
  record({ session, account, guest }),
  record({ session, guest: expiredGuest }),
  record({ token, exchanging: true, session, account, guest }),
  record({ account }),
  record({ exchanging: true }),
];

/** An error as our actors reject with it: only its `failure` may be shown. */
const rejection = (code: Failure['code'], details: Partial<Failure> = {}) =>
  Object.assign(new Error(`GET https://api/?session_id=${SENTINEL}`), { failure: failure(code, details) });

export const errors = {
  retryable: rejection('network'),
  /** The longest wait that a step accepts. */
  wait: rejection('rate_limited', { httpStatus: 429, retryAfter: 60_000 }),
  final: rejection('invalid_api_key', { tmdbCode: 7, httpStatus: 401 }),
  sessionInvalid: rejection('session_invalid', { tmdbCode: 3, httpStatus: 401 }),
  tokenExpired: rejection('token_expired'),
  interrupted: rejection('exchange_interrupted'),
  denied: rejection('approval_denied'),
  guestGone: rejection('guest_gone', { tmdbCode: 3, httpStatus: 401 }),
  /** An error of an HTTP client: no `failure`, and secrets everywhere (`message`, `stack`, `data`). */
  unknown: Object.assign(new Error(SENTINEL), { data: { request_token: SENTINEL }, code: SENTINEL }),
};

/** TMDB’s codes 17 and 41 right after the approval, and errors that the walk need not tell from `errors`. */
export const otherErrors = {
  early: rejection('session_denied', { tmdbCode: 17, httpStatus: 401 }),
  notApproved: rejection('not_approved', { tmdbCode: 41, httpStatus: 401 }),
  storage: rejection('storage_unavailable'),
  waitShort: rejection('rate_limited', { httpStatus: 429, retryAfter: 30_000 }),
  waitTooLong: rejection('rate_limited', { httpStatus: 429, retryAfter: 60_001 }),
};

/** The outputs of each actor. An actor without an output returns a secret here, which must not be stored. */
export const answers: Record<keyof typeof authActors, unknown[]> = {
  restore: records,
  requestToken: [token, expiredToken],
  submitLogin: [SENTINEL],
  checkApproval: [granted, grantedAccess],
  createSession: [granted, { session: endlessSession, access }, grantedAccess],
  convertSession: [session, endlessSession],
  adoptSession: [adopted, { ...adopted, access }],
  fetchAccount: [account],
  verifySession: [account],
  carryOver: [carried, carriedInPart],
  deleteSession: [SENTINEL],
  createGuest: [guest, guestUsed, expiredGuest],
};
