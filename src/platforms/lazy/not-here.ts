import type { Failure, FailureCode } from '../../../machines/index.ts';
import type { Messages } from '../../errors.ts';

const BRAND = Symbol.for('tmdb-auth.error');

const MESSAGES = {
  network: 'Loading failed. Reload.',
  disposed: 'Disposed. Make a new one.',
} satisfies Partial<Record<FailureCode, string>>;

/** What a `TmdbAuthError` is, and `TmdbAuthError.is` takes for one: the class comes with every text there is. */
export class NotHere extends Error {
  override readonly name = 'TmdbAuthError';
  readonly [BRAND] = true;
  readonly failure;

  constructor(code: keyof typeof MESSAGES, messages: Messages) {
    super(MESSAGES[code]);
    this.failure = { code, message: this.message, retryable: code === 'network' };
    try {
      const own = messages[code] as string | ((failure: Failure) => string);
      const text = typeof own === 'function' ? own(this.failure) : own;
      this.message = this.failure.message = text.trim();
    } catch {
      // There is no text, or it is none: the English stays.
    }
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
