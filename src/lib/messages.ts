import type { Failure, FailureCode } from '../../machines/index.ts';
import { isThrownFailure, ThrownFailure } from './thrown-failure.ts';

/**
 * An app's own texts for failures, by code: a text, or a function that gets the failure with the English `message`
 * and returns a text. A code without one keeps the English, also if its function throws or returns no string. A text
 * replaces all of the English, details too.
 */
export type Messages = { readonly [Code in FailureCode]?: string | ((failure: Failure) => string) };

/** Failures that already have the app's text, so that a second pass leaves them alone. */
const localizedFailures = new WeakSet<Failure>();

/** The failure with the app's text, or the same failure if the app has none. */
export function localized(messages: Messages, failure: Failure): Failure {
  const own = messages[failure.code];
  if (!own || localizedFailures.has(failure)) return failure;
  try {
    const known = { ...failure, message: typeof own === 'function' ? own({ ...failure }) : own };
    if (typeof known.message !== 'string') return failure;
    localizedFailures.add(known);
    return known;
  } catch {
    // A fault of the app: the English is shown.
    return failure;
  }
}

/** Wraps methods so that their errors have the app's texts. Without such texts methods stay as they are. */
export const localizing = (messages: Messages = {}) => {
  const hasNone = Object.keys(messages).length === 0;
  return <Method extends (...given: never[]) => Promise<unknown>>(method: Method): Method => {
    if (hasNone) return method;
    return (async (...given: never[]) => {
      try {
        return await method(...given);
      } catch (error) {
        if (!isThrownFailure(error)) throw error;
        const known = localized(messages, error.failure);
        throw known === error.failure ? error : new ThrownFailure(known);
      }
    }) as Method;
  };
};

export type Localize = ReturnType<typeof localizing>;
