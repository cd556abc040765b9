import { failure } from '../machines/auth.failures.ts';
import type { Failure, FailureCode } from '../machines/index.ts';

const BRAND = Symbol.for('tmdb-auth.error');

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
export class TmdbAuthError extends Error {
  /** Always `TmdbAuthError`. */
  override readonly name = 'TmdbAuthError';
  /** What `is` looks for. */
  readonly [BRAND] = true;
  /** All of it as plain JSON, as the view's `failure` has it. */
  readonly failure: Failure;

  /** `details` may say the message better, or name TMDB's code and the HTTP status. */
  constructor(reason: Failure | FailureCode, details: Partial<Omit<Failure, 'code'>> = {}) {
    const known = typeof reason === 'string' ? failure(reason, details) : reason;
    super(known.message);
    this.failure = known;
  }

  /** What happened: `approval_denied`, `network`, … */
  get code(): FailureCode {
    return this.failure.code;
  }
  /** Doing the same again may work. */
  get retryable(): boolean {
    return this.failure.retryable;
  }
  /** TMDB's own `status_code`, where it sent one. */
  get tmdbCode(): number | undefined {
    return this.failure.tmdbCode;
  }
  /** The answer's HTTP status, where there was one. */
  get httpStatus(): number | undefined {
    return this.failure.httpStatus;
  }
  /** The `failure`, so that a log gets a code and no stack. */
  toJSON(): Failure {
    return this.failure;
  }

  /** True for errors of this package, also where two copies of it meet (`instanceof` would say no). */
  static is(error: unknown): error is TmdbAuthError {
    return (error as { [BRAND]?: unknown } | null | undefined)?.[BRAND] === true;
  }
}
