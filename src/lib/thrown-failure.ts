import type { Failure, FailureCode } from '../../machines/index.ts';

const BRAND = Symbol.for('tmdb-auth.error');

/** The part of `TmdbAuthError` without texts of its own, for the code that a page loads first. */
export class ThrownFailure extends Error {
  /** Always `TmdbAuthError`. */
  override readonly name = 'TmdbAuthError';
  /** The mark that `TmdbAuthError.is` checks. */
  readonly [BRAND] = true;
  /** The whole failure as plain JSON, as in the view's `failure`. */
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }

  /** The failure's code: `approval_denied`, `network`, … */
  get code(): FailureCode {
    return this.failure.code;
  }
  /** Repeating the call may succeed. */
  get retryable(): boolean {
    return this.failure.retryable;
  }
  /** TMDB's own `status_code`, where it sent one. */
  get tmdbCode(): number | undefined {
    return this.failure.tmdbCode;
  }
  /** The HTTP status of the answer, where there was one. */
  get httpStatus(): number | undefined {
    return this.failure.httpStatus;
  }
  /** The `failure`, so that a log gets a code and no stack. */
  toJSON(): Failure {
    return this.failure;
  }
}

/** True for errors of this package, also of another copy of it. */
export const isThrownFailure = (error: unknown): error is ThrownFailure =>
  (error as { [BRAND]?: unknown } | null | undefined)?.[BRAND] === true;
