import type { Failure, FailureCode } from '../../../machines/index.ts';

const BRAND = Symbol.for('tmdb-auth.error');

const MESSAGES = {
  network: 'Loading failed. Try again or reload.',
  disposed: 'Disposed. Make a new one.',
} satisfies Partial<Record<FailureCode, string>>;

/** What a `TmdbAuthError` is, and `TmdbAuthError.is` takes for one: the class comes with every text there is. */
export class NotHere extends Error {
  override readonly name = 'TmdbAuthError';
  readonly [BRAND] = true;
  readonly failure: Failure;

  constructor(code: keyof typeof MESSAGES) {
    super(MESSAGES[code]);
    this.failure = { code, message: this.message, retryable: code === 'network' };
  }

  get code() {
    return this.failure.code;
  }
  get retryable() {
    return this.failure.retryable;
  }
  toJSON() {
    return this.failure;
  }
}
