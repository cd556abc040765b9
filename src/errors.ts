import { failure } from '../machines/auth.failures.ts';
import type { Failure, FailureCode } from '../machines/index.ts';
import { isThrownFailure, ThrownFailure } from './lib/thrown-failure.ts';

/**
 * The only error this package throws on purpose. `code` is stable; `tmdbCode` is TMDB's own `status_code`.
 * It carries no URL, header or body: those may hold a key, a token or a session id.
 *
 * @example
 * ```ts
 * import { createTmdbAuth, TmdbAuthError } from 'tmdb-auth';
 *
 * try {
 *   createTmdbAuth({ credentials: { apiKey: 'mistyped' } });
 * } catch (error) {
 *   if (TmdbAuthError.is(error)) console.log(error.code, error.retryable); // invalid_credentials false
 * }
 * ```
 */
export class TmdbAuthError extends ThrownFailure {
  /** `details` may say the message better, or name TMDB's code and the HTTP status. */
  constructor(reason: Failure | FailureCode, details: Partial<Omit<Failure, 'code'>> = {}) {
    super(typeof reason === 'string' ? failure(reason, details) : reason);
  }

  /** True for errors of this package, also where two copies of it meet. */
  static is(error: unknown): error is TmdbAuthError {
    return isThrownFailure(error);
  }

  /** `instanceof` says the same as `is`. */
  static override [Symbol.hasInstance](error: unknown): error is TmdbAuthError {
    return isThrownFailure(error);
  }
}
