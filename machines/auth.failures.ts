import { BAD_ANSWER, NETWORK } from './auth.requests.ts';
import type { Failure, FailureCode } from './auth.types.ts';

/** The message of each code, which says what to do, and whether repeating the call may succeed. */
const FAILURES: Record<FailureCode, [message: string, retryable: boolean]> = {
  network: [NETWORK.message, true],
  timeout: ['TMDB did not answer in time. Try again.', true],
  rate_limited: ['TMDB received too many requests. Wait a moment and try again.', true],
  unavailable: ['TMDB is unavailable at the moment. Try again later.', true],
  bad_answer: [BAD_ANSWER.message, true],
  invalid_credentials: ['The application credentials are missing or malformed.', false],
  invalid_api_key: [
    'TMDB does not know this API key or access token. See themoviedb.org/settings/api.',
    false,
  ],
  suspended_api_key: ['TMDB has suspended this API key. See themoviedb.org/settings/api.', false],
  session_denied: [
    'TMDB made no session: the token is not approved, was used, or is too old. Sign in again.',
    true,
  ],
  session_invalid: ['TMDB no longer knows this session. Sign in again.', false],
  invalid_request_token: ['TMDB no longer knows this request token. Sign in again.', false],
  not_approved: ['The request is not approved yet. Approve it on TMDB.', true],
  no_write_permission: ['The token can read but not write. Sign in first.', false],
  invalid_login: ['TMDB does not accept this user name and password.', false],
  account_disabled: ['TMDB has disabled this account.', false],
  email_not_verified: [
    'The e-mail address of this account is not verified. Verify it on themoviedb.org first.',
    false,
  ],
  user_suspended: ['TMDB has suspended this user.', false],
  approval_denied: ['You did not approve the request on TMDB.', false],
  token_expired: ['The request was not approved in time. Sign in again.', false],
  cancelled: ['The sign-in was cancelled.', false],
  callback_mismatch: [
    'This return from TMDB belongs to an unknown sign-in: it was started in another tab or browser, or the stored sign-in was cleared. Sign in again. If you approved a link from another person, they are signed in as you: remove the session at themoviedb.org/settings/sessions.',
    false,
  ],
  callback_invalid: [
    'This address is not a return from TMDB: it needs request_token and approved=true or denied=true.',
    false,
  ],
  exchange_interrupted: [
    'An earlier sign-in was interrupted. Sign in again. Remove unused sessions at themoviedb.org/settings/sessions.',
    false,
  ],
  revoke_failed: [
    'Signed out here, but the session could not be deleted at TMDB. Remove it at themoviedb.org/settings/sessions.',
    false,
  ],
  guest_gone: ['TMDB no longer knows the guest session, and its ratings went with it.', false],
  storage_unavailable: ['Storage is unavailable: changes will not be remembered.', true],
  record_newer: [
    'The stored sign-in is from a newer version of tmdb-auth and was left unchanged. Update this app, or let it store its sign-in elsewhere.',
    false,
  ],
  popup_blocked: [
    'The browser blocked the popup for TMDB. Show approvalUrl as a link, or call login() in a click.',
    false,
  ],
  invalid_value: ['TMDB does not accept this value.', false],
  not_found: ['TMDB knows no such film, series, episode or list.', false],
  not_allowed: ['TMDB does not allow this user to do that.', false],
  disposed: ['This client was disposed. Create a new one.', false],
  unexpected: ['Something unexpected failed. Please report it.', false],
};

/** All failure codes. */
export const FAILURE_CODES = Object.keys(FAILURES) as FailureCode[];

/**
 * A failure with the message of its code. `details` may add TMDB's code and the HTTP status, or replace the message.
 */
export function failure(code: FailureCode, details: Partial<Omit<Failure, 'code'>> = {}): Failure {
  const [message, retryable] = FAILURES[code];
  return { code, message, retryable, ...details };
}

/**
 * The `failure` of an actor's error. Nothing else of the error enters the machine: its message and its other fields
 * may hold a URL or a body with a secret (ofetch puts the URL with its query into `message`).
 */
export function failureOf(error: unknown): Failure {
  const found = (error as { failure?: Failure } | null | undefined)?.failure;
  // The error is untrusted input: as a property name, `['network']` would pass for `'network'`.
  if (typeof found?.code !== 'string' || !FAILURE_CODES.includes(found.code)) return failure('unexpected');
  const { code, message, retryable, tmdbCode, httpStatus, retryAfter } = found;
  return failure(code, {
    ...(typeof message === 'string' && { message }),
    ...(typeof retryable === 'boolean' && { retryable }),
    ...(Number.isFinite(tmdbCode) && { tmdbCode }),
    ...(Number.isFinite(httpStatus) && { httpStatus }),
    ...(isWait(retryAfter) && { retryAfter }),
  } as Partial<Failure>);
}

const isWait = (ms: unknown) => Number.isFinite(ms) && (ms as number) >= 0;
