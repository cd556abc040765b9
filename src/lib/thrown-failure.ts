import type { Failure, FailureCode } from '../../machines/index.ts';

const BRAND = Symbol.for('tmdb-auth.error');

/** The part of `TmdbAuthError` that needs no text of its own: what a page loads first says its failures by it. */
export class ThrownFailure extends Error {
  /** Always `TmdbAuthError`. */
  override readonly name = 'TmdbAuthError';
  /** What `TmdbAuthError.is` looks for. */
  readonly [BRAND] = true;
  /** All of it as plain JSON, as the view's `failure` has it. */
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
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
}

/** True for errors of this package, also where two copies of it meet. */
export const isThrownFailure = (error: unknown): error is ThrownFailure =>
  (error as { [BRAND]?: unknown } | null | undefined)?.[BRAND] === true;
