import type { FailureCode } from 'tmdb-auth';

/** What a user reads, by `view.failure.code`. The only place where these words are. */
export const FAILURES: Record<FailureCode, string> = {
  network: 'TMDB could not be reached. Look at your connection and try again.',
  timeout: 'TMDB took too long to answer. Please try again.',
  rate_limited: 'TMDB is busy. Wait a moment and try again.',
  unavailable: 'TMDB has a problem or is being maintained. Please try again later.',
  bad_answer: 'Something between you and TMDB answered instead. Are you behind a network log-in page?',
  invalid_credentials: 'This app is not set up correctly: its TMDB key cannot be right.',
  invalid_api_key: 'This app is not set up correctly: TMDB does not know its key.',
  suspended_api_key: 'TMDB has suspended the key of this app.',
  session_denied: 'TMDB did not let you in this time. Please sign in again.',
  session_invalid: 'TMDB has ended this session. Your films are still there: sign in again to see them.',
  invalid_request_token: 'This sign-in is too old for TMDB. Please start again.',
  not_approved: 'TMDB is still waiting for your approval.',
  no_write_permission: 'This app may look but not change anything. Please sign in again.',
  invalid_login: 'TMDB does not know this user name and password.',
  account_disabled: 'TMDB has disabled this account.',
  email_not_verified: 'Please confirm your e-mail address on TMDB first.',
  user_suspended: 'TMDB has suspended this account.',
  approval_denied: 'You chose not to let this app use your TMDB account. Nothing was changed.',
  token_expired: 'The request was not approved in time. Please start again.',
  cancelled: 'The sign-in was cancelled.',
  callback_mismatch: 'That answer from TMDB belongs to another sign-in, so it was ignored.',
  callback_invalid: 'That was not a complete answer from TMDB.',
  exchange_interrupted: 'An earlier sign-in was interrupted. Please sign in again.',
  revoke_failed:
    'You are signed out here, but TMDB could not be told. You can end the session in your TMDB settings.',
  storage_unavailable: 'Your browser keeps nothing for this page: you will have to sign in again next time.',
  popup_blocked: 'Your browser did not open the window for TMDB. Use the link instead.',
  disposed: 'This page has ended. Please load it again.',
  unexpected: 'That did not work. Please try again.',
};
