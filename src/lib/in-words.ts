import type { Failure, FailureCode } from '../../machines/index.ts';
import { isThrownFailure, ThrownFailure } from './thrown-failure.ts';

/**
 * An app's own texts for failures, by their code: a text, or a function that is given the failure with the English
 * `message` and returns the text. A code without one keeps the English, and so does one whose function throws or returns
 * no string. A text takes the place of everything the English says, details too.
 */
export type Messages = { readonly [Code in FailureCode]?: string | ((failure: Failure) => string) };

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

/** Makes methods whose errors have the app's texts. Where the app has none a method stays as it is. */
export const speaking = (messages: Messages = {}) => {
  const isSilent = Object.keys(messages).length === 0;
  return <Method extends (...given: never[]) => Promise<unknown>>(method: Method): Method => {
    if (isSilent) return method;
    return (async (...given: never[]) => {
      try {
        return await method(...given);
      } catch (error) {
        if (!isThrownFailure(error)) throw error;
        const known = inWords(messages, error.failure);
        throw known === error.failure ? error : new ThrownFailure(known);
      }
    }) as Method;
  };
};

export type Speak = ReturnType<typeof speaking>;
