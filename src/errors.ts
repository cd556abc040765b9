import { failure } from '../machines/auth.failures.ts';
import type { Failure, FailureCode } from '../machines/index.ts';

const BRAND = Symbol.for('tmdb-auth.error');

/**
 * The only error this package throws on purpose. `code` is stable; `tmdbCode` is TMDB's own `status_code`.
 * It carries no URL, header or body: those may hold a key, a token or a session id.
 */
export class TmdbAuthError extends Error {
  override readonly name = 'TmdbAuthError';
  readonly [BRAND] = true;
  readonly failure: Failure;

  constructor(reason: Failure | FailureCode, details: Partial<Omit<Failure, 'code'>> = {}) {
    const known = typeof reason === 'string' ? failure(reason, details) : reason;
    super(known.message);
    this.failure = known;
  }

  get code(): FailureCode {
    return this.failure.code;
  }
  get retryable(): boolean {
    return this.failure.retryable;
  }
  get tmdbCode(): number | undefined {
    return this.failure.tmdbCode;
  }
  get httpStatus(): number | undefined {
    return this.failure.httpStatus;
  }
  toJSON(): Failure {
    return this.failure;
  }

  /** True for errors of this package, also where two copies of it meet (`instanceof` would say no). */
  static is(error: unknown): error is TmdbAuthError {
    return (error as { [BRAND]?: unknown } | null | undefined)?.[BRAND] === true;
  }
}
