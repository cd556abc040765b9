import { failure } from '../machines/auth.failures.ts';
import type { Failure, FailureCode } from '../machines/index.ts';

/**
 * An app's own texts for failures, by their code: a text, or a function that is given the failure with the English
 * `message` and returns the text. A code without one keeps the English, and so does one whose function throws or returns
 * no string. A text takes the place of everything the English says, details too.
 */
export type Messages = { readonly [Code in FailureCode]?: string | ((failure: Failure) => string) };

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

/** Failures that have an app's text already: a second edge that they pass leaves them alone. */
const worded = new WeakSet<Failure>();

/** The failure with the app's text, or the very same one where the app has none. */
export function inWords(messages: Messages, failure: Failure): Failure {
  const own = messages[failure.code];
  if (!own || worded.has(failure)) return failure;
  try {
    const known = { ...failure, message: typeof own === 'function' ? own({ ...failure }) : own };
    if (typeof known.message !== 'string') return failure;
    worded.add(known);
    return known;
  } catch {
    // The app's own fault: the English is shown.
    return failure;
  }
}

/** Makes methods whose errors have the app's texts. */
export const speaking =
  (messages: Messages) =>
  <Method extends (...given: never[]) => Promise<unknown>>(method: Method) =>
    (async (...given: never[]) => {
      try {
        return await method(...given);
      } catch (error) {
        if (!TmdbAuthError.is(error)) throw error;
        const known = inWords(messages, error.failure);
        throw known === error.failure ? error : new TmdbAuthError(known);
      }
    }) as Method;

export type Speak = ReturnType<typeof speaking>;
