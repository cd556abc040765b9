import { type FailureCode, TmdbAuthError } from 'tmdb-auth';

/** TMDB's `status_code` for a session that no longer exists. */
const SESSION_GONE = 3;

interface Answered {
  status?: number;
  data?: { status_code?: number };
  cause?: unknown;
}

/** The failure code of an error of `auth.api`: an error of this package, or an HTTP status. */
export function codeOf(error: unknown): FailureCode {
  if (TmdbAuthError.is(error)) return error.code;
  const { status = 0, data, cause } = error as Answered;
  if (TmdbAuthError.is(cause)) return cause.code;
  if (status === 401 && data?.status_code === SESSION_GONE) return 'session_invalid';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'unavailable' : 'unexpected';
}
