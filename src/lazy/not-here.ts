import type { FailureCode } from '../../machines/index.ts';

const MESSAGES = {
  network: 'Loading failed. Try again.',
  disposed: 'Disposed. Make a new one.',
} satisfies Partial<Record<FailureCode, string>>;

/** What a `TmdbAuthError` would be, and `TmdbAuthError.is` takes for one: the class comes with every text there is. */
export function notHere(code: keyof typeof MESSAGES): Error {
  const message = MESSAGES[code];
  const failure = { code, message, retryable: code === 'network' };
  return Object.assign(new Error(message), {
    name: 'TmdbAuthError',
    [Symbol.for('tmdb-auth.error')]: true,
    ...failure,
    failure,
  });
}
